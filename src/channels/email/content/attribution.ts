// The lines with which mail programs begin what they quote: "On … wrote:", "Von: … Gesendet: …", "-----Original Message-----".
// English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Russian, Lithuanian, Japanese, Chinese. Every test is linear.

/** No program writes longer ones. */
const MAX_LENGTH = 400;

const VERBS = [
  "wrote",
  "writes",
  "said", // en
  "schrieb",
  "geschrieben", // de
  "a écrit",
  "écrivit", // fr
  "escribió",
  "escribio", // es
  "ha scritto", // it
  "schreef",
  "geschreven", // nl
  "escreveu", // pt
  "napisał",
  "pisze",
  "pisał", // pl
  "пишет",
  "написал",
  "писал", // ru
  "rašė",
  "parašė", // lt
  "のメール",
  "は書きました",
  "が書きました", // ja
  "写道",
  "寫道", // zh
];

/** How the first line of a wrapped attribution begins. */
const OPENERS =
  /^(?:(?:on|am|le|el|il|op|em|w dniu|dnia|den|в|на|pon|wt|śr|czw|pt|sob|niedz|пн|вт|ср|чт|пт|сб|вс)[\s.,]|在|於|于|\d{4}[-年/.]|\d{1,2}[./])/iu;

const bare = (line: string): string => line.replaceAll("*", "").replaceAll("\u00a0", " ").trim();
const hasVerb = (line: string): boolean => {
  const lower = line.toLowerCase();
  return VERBS.some((verb) => lower.includes(verb));
};
const hasTime = (line: string): boolean => /\d{1,2}[:.h]\d{2}/.test(line);
const hasDay = (line: string): boolean => /\b(?:19|20)\d{2}\b|\d{4}年|\d{1,2}[./]\d{1,2}[./]\d{2}/.test(line);
const hasDate = (line: string): boolean => hasTime(line) || hasDay(line);
const endsOpen = (line: string): boolean => line.endsWith(":") || line.endsWith("：");

/** `strong`: says who and when; `weak`: only that somebody wrote. */
export type Strength = "strong" | "weak";

function judge(text: string): Strength | null {
  if (text.length > MAX_LENGTH || !endsOpen(text)) return null;
  const named = /<[^<>\s]+@[^<>\s]+>[^<>]{0,12}[:：]$/.test(text);
  if (hasVerb(text)) return hasDate(text) ? "strong" : "weak";
  return named && hasDate(text) ? "strong" : null;
}

/** Could an attribution end with this line? Quick. */
export const mayAttribute = (line: string): boolean => /[:：][\s*\u00a0]*$/.test(line.slice(-8));

/** An attribution that ends on line `end`, over up to three lines: where it begins and how sure it is. */
export function attribution(
  lines: readonly string[],
  end: number,
): { readonly from: number; readonly strength: Strength } | null {
  const last = bare(lines[end] ?? "");
  if (last.startsWith(">") || !endsOpen(last)) return null;
  let joined = last;
  let found: { from: number; strength: Strength } | null = null;
  for (let from = end; from > end - 3 && from >= 0; from--) {
    const line = bare(lines[from] ?? "");
    if (line === "" || line.startsWith(">")) break;
    // it says the day and the time already: what stands above it was written by somebody
    if (found?.strength === "strong" && hasTime(joined) && hasDay(joined)) break;
    if (from < end) joined = `${line} ${joined}`;
    const strength = judge(joined);
    const grown = found === null || (found.strength === "weak" && strength === "strong");
    // a line above belongs to it only if it begins like one, or if without it nothing says when
    if (strength !== null && (from === end || OPENERS.test(line)) && (grown || hasDate(line)))
      found = { from, strength };
  }
  return found;
}

const plainWords = (text: string): string => text.replaceAll("-", " ").trim().toLowerCase();

const ORIGINAL = new Set(
  [
    "original message",
    "original appointment",
    "forwarded message", // en
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht", // de
    "message d'origine",
    "message d’origine",
    "message original", // fr
    "mensaje original",
    "messaggio originale",
    "oorspronkelijk bericht",
    "mensagem original",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "исходное сообщение",
    "пересылаемое сообщение",
    "originalus laiškas",
    "pirminis laiškas",
    "pradinis pranešimas",
    "元のメッセージ",
    "原始邮件",
    "原始郵件",
  ].map(plainWords),
);

/** "-----Original Message-----" and its like. */
export function separator(line: string): boolean {
  if (line.length > MAX_LENGTH || !line.includes("--")) return false;
  const text = bare(line);
  if (!text.startsWith("--") || !text.endsWith("--")) return false;
  return ORIGINAL.has(plainWords(text));
}

const FROM = /^(?:from|von|de|da|van|od|от|nuo|差出人|送信者|发件人|寄件者|發件人)\s*[:：]/i;
const OTHERS = [
  /^(?:sent|date|gesendet|datum|envoyé|enviado(?: el)?|fecha|inviato|data|verzonden|enviada(?: em)?|wysłano|отправлено|дата|išsiųsta|送信日時|送信日|日付|日時|发送时间|发送日期|日期|寄件日期|傳送時間)\s*[:：]/i,
  /^(?:to|an|à|para|a|aan|do|кому|kam|宛先|收件人|收件者)\s*[:：]/i,
  /^(?:subject|betreff|objet|asunto|oggetto|onderwerp|assunto|temat|тема|tema|件名|主题|主旨|主題)\s*[:：]/i,
];
/** Lines that a header block of a quoted mail may take. */
const BLOCK = 8;

/** Outlook's header block: a From line and at least two of date, To and Subject below it, without an empty line between. */
export function headerBlock(lines: readonly string[], at: number): boolean {
  if (!FROM.test(bare((lines[at] ?? "").slice(0, MAX_LENGTH)))) return false;
  const seen = new Set<RegExp>();
  for (let next = at + 1; next < at + BLOCK; next++) {
    const line = bare((lines[next] ?? "").slice(0, MAX_LENGTH));
    if (line === "") break;
    for (const other of OTHERS) if (other.test(line)) seen.add(other);
  }
  return seen.size >= 2;
}

/** A rule drawn above a quoted mail. */
export const isRule = (line: string): boolean => /^[_\-─=]{5,}$/.test(bare(line.slice(0, MAX_LENGTH)));
