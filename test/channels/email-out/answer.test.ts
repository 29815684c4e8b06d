// What somebody else wrote to the phone, as a mail in the same thread; and phones that people gave a name.
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { compose } from "../../../src/channels/email/compose.ts";
import { readLetter } from "../../../src/channels/email/letter.ts";
import { speak } from "../../../src/words/index.ts";
import { textPost } from "../../support/posts.ts";

const DOMAIN = "sms.example.org";
const mailOf = async (post: ReturnType<typeof textPost>, language = "en") => {
  const mail = compose(post, {
    domain: DOMAIN,
    hostname: DOMAIN,
    sims: [{ gateway: "office", port: 0, number: "+4930111", label: "sales" }],
    speech: () => speak(language),
  });
  const parsed = await simpleParser(mail.raw);
  const header = (name: string) => {
    const value = parsed.headers.get(name);
    return typeof value === "string" ? value : undefined;
  };
  return { mail, parsed, header };
};

type Over = NonNullable<Parameters<typeof textPost>[1]>;
const PHONE = "+4915112345678";
/** Ana wrote `text` to the phone in Telegram. */
const answer = (text: string, over: Over = {}) =>
  textPost(text, {
    refs: ["first@client.example", "12-m0text@sms.example.org"],
    ...over,
    message: {
      from: { via: "telegram", address: "1001" },
      user: "ana",
      ref: "1001/55",
      origin: { chat: "1001", post: "55", name: "Ana Beispiel" },
      ...over.message,
    },
    delivery: { to: { via: "email", address: "team@example.org" }, ...over.delivery },
  });

test("an answer: who gave it and where, in the thread, from the phone's own address", async () => {
  const { mail, parsed, header } = await mailOf(answer("Yes, at nine.\nAna"));
  expect(mail.from).toBe("bounce+25-m0abc@sms.example.org");
  expect(mail.to).toBe("team@example.org");
  expect(parsed.from?.value).toEqual([
    { name: `Ana Beispiel (Telegram) to ${PHONE}`, address: `${PHONE}@${DOMAIN}` },
  ]);
  expect(parsed.subject).toBe(`SMS from ${PHONE}`);
  expect(parsed.inReplyTo).toBe("<12-m0text@sms.example.org>");
  expect(parsed.references).toEqual(["<first@client.example>", "<12-m0text@sms.example.org>"]);
  expect(parsed.text).toBe("Yes, at nine.\nAna\n");
  expect(header("auto-submitted")).toBe("auto-generated");
  expect(header("x-auto-response-suppress")).toBe("All");
  expect(header("x-simpost-answered-by")).toBe("ana (telegram)");
  expect(header("x-simpost-to")).toBe(PHONE);
  expect(header("x-simpost-from")).toBeUndefined();
  expect(header("x-simpost-label")).toBe("sales");
});

test("a text from a phone names nobody who answered", async () => {
  const { header } = await mailOf(textPost("Hello"));
  expect(header("x-simpost-answered-by")).toBeUndefined();
  expect(header("x-simpost-to")).toBeUndefined();
  expect(header("x-simpost-from")).toBe(PHONE);
});

test("the subject of the people's own conversation stays, so that no client begins a new thread", async () => {
  const text = await mailOf(textPost("When?", { topic: "Delivery" }));
  const shown = await mailOf(answer("At nine", { topic: "Delivery" }));
  expect([text.parsed.subject, shown.parsed.subject]).toEqual(["Re: Delivery", "Re: Delivery"]);
});

test("an answer by mail shows its author's name of the config", async () => {
  const byMail = answer("x", {
    message: { from: { via: "email", address: "ana@example.org" }, origin: {} },
  });
  const { parsed, header } = await mailOf(byMail);
  expect(parsed.from?.value[0]?.name).toBe(`ana (mail) to ${PHONE}`);
  expect(header("x-simpost-answered-by")).toBe("ana (email)");
});

test("in the reader's language; a channel by the name that it has", async () => {
  const { parsed } = await mailOf(answer("x"), "de");
  expect(parsed.from?.value[0]?.name).toBe(`Ana Beispiel (Telegram) an ${PHONE}`);
  const other = answer("x", { message: { from: { via: "shop-bot", address: "1" } } });
  expect((await mailOf(other)).parsed.from?.value[0]?.name).toBe(`Ana Beispiel (shop-bot) to ${PHONE}`);
});

test("before the SIM is known, an answer names no gateway", async () => {
  const { header } = await mailOf(answer("x", { thread: { lane: null } }));
  expect(header("x-simpost-gateway")).toBeUndefined();
  const text = await mailOf(textPost("x", { thread: { lane: null } }));
  expect(text.header("x-simpost-gateway")).toBe("office");
});

test("a code that a person passes on is no code for the reader's browser", async () => {
  const code = "747723 is your code.\n\n@shop.example #747723";
  expect((await mailOf(textPost(code))).header("otp-token")).toContain("747723");
  expect((await mailOf(answer(code))).header("otp-token")).toBeUndefined();
});

test("a phone that people gave a name comes from that name; its address stays", async () => {
  const named = await mailOf(textPost("Hello", { name: "Bob" }));
  expect(named.parsed.from?.value).toEqual([{ name: "Bob", address: `${PHONE}@${DOMAIN}` }]);
  expect(named.header("x-simpost-from")).toBe(PHONE);
  expect(named.parsed.subject).toBe(`SMS from ${PHONE}`);
  const shown = await mailOf(answer("Hi Bob", { name: "Bob" }));
  expect(shown.parsed.from?.value).toEqual([
    { name: "Ana Beispiel (Telegram) to Bob", address: `${PHONE}@${DOMAIN}` },
  ]);
  for (const none of [null, "", " \r\n"]) {
    const { parsed } = await mailOf(textPost("Hello", { name: none }));
    expect(parsed.from?.value).toEqual([{ name: PHONE, address: `${PHONE}@${DOMAIN}` }]);
  }
  const shop = await mailOf(textPost("Hello", { name: "The shop", thread: { phone: "Vodafone" } }));
  expect(shop.parsed.from?.value).toEqual([{ name: "The shop", address: `no-reply+vodafone@${DOMAIN}` }]);
});

test("a mailbox that sends it back to us causes no text", async () => {
  const { mail } = await mailOf(answer("x"));
  expect((await readLetter(mail.raw, DOMAIN)).automatic).toBe("own");
});

test("it is the same mail whenever it is sent", () => {
  const options = { domain: DOMAIN, hostname: DOMAIN, sims: [], speech: () => speak("en") };
  const first = compose(answer("once"), options);
  const again = compose(answer("once", { delivery: { attempts: 3 } }), options);
  expect(again.raw.equals(first.raw)).toBe(true);
});

test("whatever people call themselves and the phone, it is one mailbox at the phone's address, and the text arrives", async () => {
  const odd = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom("a\r\nBcc: m@example.net", '"', "<x@example.net>", "{ $name }", "=?utf-8?B?eA==?="),
  );
  await fc.assert(
    fc.asyncProperty(odd, odd, odd, async (person, name, text) => {
      const { parsed, mail, header } = await mailOf(
        answer(text, { name, message: { origin: { name: person } } }),
      );
      expect(parsed.from?.value.map(({ address }) => address)).toEqual([`${PHONE}@${DOMAIN}`]);
      expect(header("bcc")).toBeUndefined();
      expect(header("x-simpost-answered-by")).toBe("ana (telegram)");
      const head = mail.raw.toString("latin1").split("\r\n\r\n")[0] ?? "";
      expect(head).toMatch(/^[ -~\r\n]*$/);
      expect(parsed.text).toBe(
        `${text
          .toWellFormed()
          .replaceAll("\0", "\ufffd")
          .replace(/\r\n|\r/g, "\n")}\n`,
      );
    }),
    { numRuns: 200 },
  );
});
