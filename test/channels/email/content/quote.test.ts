// A corpus of answers as mail programs write them: what is quoted goes, what was written stays.
import fc from "fast-check";
import { expect, test } from "vitest";
import { cutQuote } from "../../../../src/channels/email/content/quote.ts";

const QUOTE = "> Are you coming tonight?\n>\n> Ana";

/** Program and language, and the lines above the quote. */
const ATTRIBUTIONS: readonly (readonly [string, string])[] = [
  ["Gmail, English", "On Mon, May 4, 2026 at 10:12 AM Ana Maier <ana@example.org> wrote:"],
  [
    "Gmail, English, wrapped",
    "On Mon, May 4, 2026 at 10:12 AM Ana Maria Maier-Schulze <\nana.maria@example.org> wrote:",
  ],
  ["Gmail, wrapped within the time", "On Mon, 4 May 2026 at\n10:12, Ana Maier <ana@example.org>\nwrote:"],
  ["Apple Mail, English", "On 4. May 2026, at 10:12, Ana Maier <ana@example.org> wrote:"],
  ["Thunderbird, English", "On 5/4/26 10:12 AM, Ana Maier wrote:"],
  ["Mutt", "On Mon, May 04, 2026 at 10:12:13AM +0200, Ana Maier wrote:"],
  ["K-9, English", "On May 4, 2026 10:12:13 AM GMT+02:00, Ana Maier <ana@example.org> wrote:"],
  ["Gmail, German", "Am Mo., 4. Mai 2026 um 10:12 Uhr schrieb Ana Maier <ana@example.org>:"],
  ["Apple Mail, German", "Am 04.05.2026 um 10:12 schrieb Ana Maier <ana@example.org>:"],
  ["Thunderbird, German", "Am 04.05.26 um 10:12 schrieb Ana Maier:"],
  ["K-9, German", "Am 4. Mai 2026 10:12:13 MESZ schrieb Ana Maier <ana@example.org>:"],
  ["KMail, German", "Am Montag, 4. Mai 2026, 10:12:13 CEST schrieb Ana Maier:"],
  ["Gmail, French", "Le lun. 4 mai 2026 à 10:12, Ana Maier <ana@example.org> a écrit :"],
  ["Apple Mail, French", "Le 4 mai 2026 à 10:12, Ana Maier <ana@example.org> a écrit\u00a0:"],
  ["Gmail, Spanish", "El lun, 4 may 2026 a las 10:12, Ana Maier (<ana@example.org>) escribió:"],
  ["Gmail, Italian", "Il giorno lun 4 mag 2026 alle ore 10:12 Ana Maier <ana@example.org> ha scritto:"],
  ["Gmail, Dutch", "Op ma 4 mei 2026 om 10:12 schreef Ana Maier <ana@example.org>:"],
  ["Apple Mail, Dutch", "Op 4 mei 2026, om 10:12 heeft Ana Maier <ana@example.org> het volgende geschreven:"],
  ["Gmail, Portuguese", "Em seg., 4 de mai. de 2026 às 10:12, Ana Maier <ana@example.org> escreveu:"],
  ["Gmail, Polish", "pon., 4 maj 2026 o 10:12 Ana Maier <ana@example.org> napisał(a):"],
  ["Thunderbird, Polish", "W dniu 4.05.2026 o 10:12, Ana Maier pisze:"],
  ["Gmail, Russian", "пн, 4 мая 2026 г. в 10:12, Ana Maier <ana@example.org>:"],
  ["Apple Mail, Russian", "4 мая 2026 г., в 10:12, Ana Maier <ana@example.org> написал(а):"],
  ["Thunderbird, Russian", "04.05.2026 10:12, Ana Maier пишет:"],
  ["Gmail, Lithuanian", "2026-05-04, pr, 10:12 Ana Maier <ana@example.org> rašė:"],
  ["Gmail, Japanese", "2026年5月4日(月) 10:12 Ana Maier <ana@example.org>:"],
  ["Apple Mail, Japanese", "2026/05/04 10:12、Ana Maier <ana@example.org>のメール:"],
  ["Thunderbird, Japanese", "On 2026/05/04 10:12, Ana Maier wrote:"],
  ["Gmail, Chinese", "Ana Maier <ana@example.org> 于2026年5月4日周一 10:12写道："],
  ["Apple Mail, Chinese", "在 2026年5月4日，10:12，Ana Maier <ana@example.org> 写道："],
  ["Gmail, traditional Chinese", "Ana Maier <ana@example.org> 於 2026年5月4日 週一 上午10:12寫道："],
];

test.each(ATTRIBUTIONS)("%s: answer above", (_program, line) => {
  expect(cutQuote(`Yes, at eight.\nBring wine.\n\n${line}\n\n${QUOTE}\n`, true).trim()).toBe(
    "Yes, at eight.\nBring wine.",
  );
});

test.each(ATTRIBUTIONS)("%s: answer above without an empty line between", (_program, line) => {
  expect(cutQuote(`Yes, at eight.\n${line}\n${QUOTE}`, true).trim()).toBe("Yes, at eight.");
});

test.each(ATTRIBUTIONS)("%s: an answer that itself looks like the beginning of one", (_program, line) => {
  for (const answer of ["On Monday at 8:30", "Yes, 8:30", "4.5. um 8:30", "Am 4.5.2026 um 8:30 ist gut"]) {
    expect(cutQuote(`${answer}\n${line}\n${QUOTE}`, true).trim()).toBe(answer);
  }
});

test.each(ATTRIBUTIONS)("%s: answer below", (_program, line) => {
  expect(cutQuote(`${line}\n${QUOTE}\n\nYes, at eight.`, true).trim()).toBe("Yes, at eight.");
});

test.each(ATTRIBUTIONS)("%s: answers between", (_program, line) => {
  const mail = `Hi,\n\n${line}\n> Are you coming?\nYes.\n> Who else?\n\nBob.\n> Ana\n`;
  expect(cutQuote(mail, true).trim()).toBe("Hi,\n\nYes.\n\nBob.");
});

test.each(ATTRIBUTIONS)("%s: nothing but the quote is left as it is", (_program, line) => {
  const mail = `${line}\n${QUOTE}`;
  expect(cutQuote(mail, true)).toBe(mail);
});

/** Program and language, and what stands above a quote that is not marked. */
const BLOCKS: readonly (readonly [string, string])[] = [
  [
    "Outlook, English",
    "From: Ana Maier <ana@example.org>\nSent: Monday, May 4, 2026 10:12 AM\nTo: Bob\nSubject: Tonight",
  ],
  [
    "Outlook on the web",
    "________________________________\nFrom: Ana Maier\nSent: Monday, May 4, 2026 10:12 AM\nTo: Bob <b@example.org>\nSubject: Tonight",
  ],
  ["Outlook, old", "-----Original Message-----\nFrom: Ana Maier\nSent: Monday"],
  [
    "Outlook, German",
    "Von: Ana Maier <ana@example.org>\nGesendet: Montag, 4. Mai 2026 10:12\nAn: Bob\nBetreff: Heute Abend",
  ],
  ["Outlook, German, bold", "*Von:* Ana Maier\n*Gesendet:* Montag\n*An:* Bob\n*Betreff:* Heute"],
  ["Outlook, German, old", "-----Ursprüngliche Nachricht-----\nVon: Ana"],
  ["Outlook, French", "De : Ana Maier\nEnvoyé : lundi 4 mai 2026 10:12\nÀ : Bob\nObjet : Ce soir"],
  ["Outlook, Spanish", "De: Ana Maier\nEnviado el: lunes, 4 de mayo de 2026 10:12\nPara: Bob\nAsunto: Hoy"],
  ["Outlook, Italian", "Da: Ana Maier\nInviato: lunedì 4 maggio 2026 10:12\nA: Bob\nOggetto: Stasera"],
  ["Outlook, Dutch", "Van: Ana Maier\nVerzonden: maandag 4 mei 2026 10:12\nAan: Bob\nOnderwerp: Vanavond"],
  [
    "Outlook, Portuguese",
    "De: Ana Maier\nEnviada em: segunda-feira, 4 de maio de 2026 10:12\nPara: Bob\nAssunto: Hoje",
  ],
  ["Outlook, Polish", "Od: Ana Maier\nWysłano: poniedziałek, 4 maja 2026 10:12\nDo: Bob\nTemat: Dzisiaj"],
  ["Outlook, Russian", "От: Ana Maier\nОтправлено: 4 мая 2026 г. 10:12\nКому: Bob\nТема: Вечер"],
  ["Outlook, Lithuanian", "Nuo: Ana Maier\nIšsiųsta: 2026 m. gegužės 4 d. 10:12\nKam: Bob\nTema: Vakaras"],
  ["Outlook, Japanese", "差出人: Ana Maier\n送信日時: 2026年5月4日 10:12\n宛先: Bob\n件名: 今夜"],
  ["Outlook, Chinese", "发件人: Ana Maier\n发送时间: 2026年5月4日 10:12\n收件人: Bob\n主题: 今晚"],
  ["QQ", "------------------ 原始邮件 ------------------\n发件人: Ana"],
  ["Yahoo", "On Monday, May 4, 2026 at 10:12:13 AM GMT+2, Ana Maier <ana@example.org> wrote:"],
];

test.each(BLOCKS)("%s: history without marks", (_program, block) => {
  expect(cutQuote(`Yes, at eight.\n\n${block}\n\nAre you coming tonight?\n\nAna`, true)).toBe(
    "Yes, at eight.",
  );
});

test.each(BLOCKS)("%s: a mail that begins one is left alone", (_program, block) => {
  const mail = `Yes, at eight.\n\n${block}\n\nAre you coming tonight?`;
  expect(cutQuote(mail, false)).toBe(mail);
  const bare = `${block}\n\nAre you coming tonight?`;
  expect(cutQuote(bare, true)).toBe(bare);
});

test.each([
  ["a colon", "Shopping list:\nmilk\neggs"],
  ["somebody who wrote", "Ana wrote:\nI am late."],
  ["one From", "From: the station, at 10:12\nit takes an hour"],
  ["a rule", "one\n----------\ntwo"],
  ["a greater-than sign in between", "5 > 3\n> 3 is a lot\nbye"],
  ["a time", "On 4 May at 10:12:\nmeet me"],
  ["arrows", "--> here\n<-- there"],
])("%s is no quote", (_what, mail) => {
  expect(cutQuote(mail, true)).toBe(mail);
});

test("a quoted block at the end goes from any mail, one in between stays in a mail that answers nothing", () => {
  expect(cutQuote(`Look:\n\n${QUOTE}`, false).trim()).toBe("Look:");
  const between = "Bob said\n> no\nand I agree";
  expect(cutQuote(between, false)).toBe(between);
});

test("an answer below a block without an attribution", () => {
  expect(cutQuote(`${QUOTE}\n\nYes.`, true).trim()).toBe("Yes.");
});

test("whatever was written above is kept, whatever it is", () => {
  const written = fc
    .array(fc.stringMatching(/^[\p{L}\d ,.!?()-]{1,40}$/u), { minLength: 1, maxLength: 8 })
    .filter((lines) => lines.some((line) => line.trim() !== ""));
  fc.assert(
    fc.property(written, fc.constantFrom(...ATTRIBUTIONS), (lines, [, line]) => {
      const cut = cutQuote(`${lines.join("\n")}\n\n${line}\n${QUOTE}`, true);
      expect(cut.trim()).toBe(lines.join("\n").trim());
    }),
  );
});

test("never empties a mail that has text", () => {
  const line = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      "",
      "> x",
      ">",
      "-- ",
      ...ATTRIBUTIONS.map(([, one]) => one),
      ...BLOCKS.map(([, one]) => one),
    ),
  );
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), (lines, answer) => {
      const mail = lines.join("\n");
      expect(cutQuote(mail, answer).trim() === "").toBe(mail.trim() === "");
    }),
  );
});

test.each([
  ["On a a a", "On a "],
  ["colons", "On 10:12 wrote:\n"],
  ["quotes", "> "],
  ["quoted lines", "> x\n"],
  ["attributions", "On Mon, May 4, 2026 at 10:12 AM Ana <a@b.c> wrote:\n"],
  ["header blocks", "From: a\nSent: b\nTo: c\n"],
  ["newlines", "\n"],
  ["dashes", "-"],
  ["blanks", " "],
  ["brackets", "<a@b.c>"],
  ["stars", "*"],
])("a megabyte of %s ends", (_what, piece) => {
  const mail = `first line\n${piece.repeat(Math.ceil(1_000_000 / piece.length))}`;
  for (const answer of [true, false]) expect(cutQuote(mail, answer).startsWith("first line")).toBe(true);
});
