// A text from a phone as a mail: who it is from, what it says, and that every character arrives.
import fc from "fast-check";
import { parseOtpToken, simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { compose } from "../../../src/channels/email/compose.ts";
import { speak } from "../../../src/words/index.ts";
import { AT, textPost } from "../../support/posts.ts";

const options = {
  domain: "sms.example.org",
  hostname: "sms.example.org",
  sims: [{ gateway: "office", port: 0, number: "+4930111", label: "sales" }],
  speech: () => speak("en"),
};
const mailOf = async (post: ReturnType<typeof textPost>) => {
  const mail = compose(post, options);
  return { mail, parsed: await simpleParser(mail.raw), source: mail.raw.toString("latin1") };
};
const header = (source: string, name: string): string | undefined => {
  const head = source.slice(0, source.indexOf("\r\n\r\n")).replace(/\r\n[ \t]/g, " ");
  return head
    .split("\r\n")
    .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    ?.slice(name.length + 1)
    .trim();
};
/** What a reader sees: line ends alike, and the closing one that every mail has. */
const arrived = (text: string): string =>
  `${text
    .toWellFormed()
    .replaceAll("\0", "\ufffd")
    .replace(/\r\n|\r/g, "\n")}\n`;

test("a text: addressed from its number, to the person, dated when it came", async () => {
  const { mail, parsed, source } = await mailOf(
    textPost("Hallo", { message: { origin: { stamp: "2026-11-22 12:30:00", slot: "A" } } }),
  );
  expect(mail.from).toBe("bounce+25-m0abc@sms.example.org");
  expect(mail.to).toBe("ana@example.org");
  expect(header(source, "From")).toBe('"+4915112345678" <+4915112345678@sms.example.org>');
  expect(header(source, "To")).toBe("<ana@example.org>");
  expect(header(source, "Subject")).toBe("SMS from +4915112345678");
  expect(header(source, "Date")).toBe("Sun, 22 Nov 2026 12:30:05 +0000");
  expect(parsed.date?.getTime()).toBe(AT);
  expect(header(source, "Message-ID")).toBe("<25-m0abc@sms.example.org>");
  expect(header(source, "In-Reply-To")).toBeUndefined();
  expect(header(source, "References")).toBeUndefined();
  expect(header(source, "Reply-To")).toBeUndefined();
  expect(header(source, "Auto-Submitted")).toBe("auto-generated");
  expect(header(source, "X-Auto-Response-Suppress")).toBe("All");
  expect(header(source, "MIME-Version")).toBe("1.0");
  expect(header(source, "X-Simpost-Id")).toBe("25-m0abc");
  expect(header(source, "X-Simpost-From")).toBe("+4915112345678");
  expect(header(source, "X-Simpost-Gateway")).toBe("office");
  expect(header(source, "X-Simpost-Port")).toBe("0");
  expect(header(source, "X-Simpost-Slot")).toBe("A");
  expect(header(source, "X-Simpost-Sim")).toBe("+4930111");
  expect(header(source, "X-Simpost-Label")).toBe("sales");
  expect(header(source, "X-Simpost-Time")).toBe("2026-11-22 12:30:00");
  expect(header(source, "X-Simpost-Answerable")).toBeUndefined();
  expect(header(source, "OTP-Token")).toBeUndefined();
  expect(parsed.text).toBe("Hallo\n");
});

test("the SIM's own number is the device's when the config has none", async () => {
  const post = textPost("x", {
    thread: { lane: { gateway: "depot", port: 2 } },
    message: { origin: { sim: "+4999" } },
  });
  const { source } = await mailOf(post);
  expect(header(source, "X-Simpost-Sim")).toBe("+4999");
  expect(header(source, "X-Simpost-Gateway")).toBe("depot");
});

test("the same delivery is the same mail, byte for byte, whenever it is sent", () => {
  const first = compose(textPost("once"), options);
  const again = compose(textPost("once", { delivery: { attempts: 3 } }), options);
  expect(again.raw.equals(first.raw)).toBe(true);
  expect([first.again, again.again]).toEqual([false, true]);
});

test.each([
  ["Vodafone", "no-reply+vodafone@sms.example.org", '"Vodafone"'],
  ["Mein Shop!", "no-reply+mein-shop@sms.example.org", '"Mein Shop!"'],
  ["Müller & Söhne", "no-reply+muller-sohne@sms.example.org", "=?utf-8?B?TcO8bGxlciAmIFPDtmhuZQ==?="],
  ['A"b\\c', "no-reply+a-b-c@sms.example.org", '"A\\"b\\\\c"'],
  ["", "no-reply+unknown@sms.example.org", '""'],
])("the sender %j can't be answered, and its address says so", async (phone, address, shown) => {
  const { parsed, source } = await mailOf(textPost("x", { thread: { phone } }));
  expect(header(source, "From")).toBe(`${shown} <${address}>`);
  expect(parsed.from?.value).toEqual([{ name: phone, address }]);
  expect(header(source, "X-Simpost-Answerable")).toBe("no");
  expect(header(source, "Reply-To")).toBeUndefined();
});

test("senders in other scripts keep addresses of their own", async () => {
  const [one, two] = await Promise.all(
    ["Почта", "中国移动"].map(
      async (phone) => (await mailOf(textPost("x", { thread: { phone } }))).parsed.from?.value[0],
    ),
  );
  expect(one?.name).toBe("Почта");
  expect(two?.name).toBe("中国移动");
  expect(one?.address).toMatch(/^no-reply\+[0-9a-f]{12}@sms\.example\.org$/);
  expect(one?.address).not.toBe(two?.address);
});

test.each(["22333", "*100#", "#31#", "*#06#", "**21*+49#".replace("+", "")])(
  "%s can be answered as it is",
  async (phone) => {
    const { parsed, source } = await mailOf(textPost("x", { thread: { phone } }));
    expect(header(source, "From")).toBe(`"${phone}" <${phone}@sms.example.org>`);
    expect(parsed.from?.value).toEqual([{ name: phone, address: `${phone}@sms.example.org` }]);
    expect(header(source, "X-Simpost-Answerable")).toBeUndefined();
  },
);

test("any sender name is one mailbox, and comes back as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 30 }), async (phone) => {
      const { parsed, source } = await mailOf(textPost("x", { thread: { phone } }));
      expect(parsed.from?.value).toHaveLength(1);
      expect(parsed.from?.value[0]?.address).toMatch(/^[a-z0-9+*#-]+@sms\.example\.org$/);
      expect(source.slice(0, source.indexOf("\r\n\r\n"))).toMatch(/^[ -~\r\n]*$/);
      expect(header(source, "X-Simpost-Id")).toBe("25-m0abc");
    }),
    { numRuns: 200 },
  );
});

test.each([
  [".", "a line that is a dot"],
  [".\r\n..\n.hidden", "lines that begin with dots"],
  ["From me to you\nFrom here", "lines that begin with From"],
  ["a\rb\r\nc\nd", "all kinds of line ends"],
  ["\0nul\0", "NUL"],
  ["half \ud83d and \ude00", "half surrogates"],
  ["trailing spaces  \t\n and more \n\n\n", "white space at line ends"],
  ["=3D =\n=", "what looks like an encoding"],
  ["x".repeat(2_000), "a long line"],
  ["ünïcödé ".repeat(200), "long and not ASCII"],
  ["日本語のテキスト😀\n改行", "another script"],
  ["\u001b[31m\u0008\u007f\u0085\u2028", "control characters"],
  ["", "nothing"],
  ["--=_25-m0abc--", "a boundary"],
])("arrives as it was: %j (%s)", async (text) => {
  const { parsed, source } = await mailOf(textPost(text));
  expect(parsed.text).toBe(arrived(text));
  expect(source).toMatch(/^[\t\r\n -~]*$/);
});

test("every text arrives character by character, in lines that every relay takes", async () => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(".", "From ", "From x", "..", " ", "\t", "=", "ä".repeat(80), "\r"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      async (rows, end) => {
        const text = rows.join(end);
        const { parsed, source } = await mailOf(textPost(text));
        expect(parsed.text).toBe(arrived(text));
        const body = source.slice(source.indexOf("\r\n\r\n") + 4);
        for (const row of body.split("\r\n")) {
          expect(row.length).toBeLessThanOrEqual(76);
          expect(row).toMatch(/^(?!\.|From )[\t -~]*$/);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test("any subject is one header line, and comes back as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (topic) => {
      const { parsed, source } = await mailOf(textPost("x", { topic }));
      const head = source.slice(0, source.indexOf("\r\n\r\n"));
      for (const row of head.split("\r\n")) expect(row.length).toBeLessThanOrEqual(998);
      expect(head.split(/\r\n(?![ \t])/).filter((row) => row.startsWith("Subject:"))).toHaveLength(1);
      const clean = (value: string) =>
        value
          .toWellFormed()
          .replace(/\p{Cc}+/gu, " ")
          .replace(/\s+/g, " ")
          .trim();
      const wanted = Array.from(
        /^\s*re:/i.test(topic) ? topic.toWellFormed().trim() : `Re: ${topic}`.toWellFormed().trim(),
      )
        .slice(0, 250)
        .join("");
      expect(clean(parsed.subject ?? "")).toBe(clean(wanted));
    }),
    { numRuns: 300 },
  );
});

test("nothing that comes with a text can add a header", async () => {
  const evil = "x\r\nBcc: mallory@example.net\r\n\r\nbody";
  const { parsed, source } = await mailOf(
    textPost("x", {
      topic: evil,
      refs: [evil, "good@id"],
      thread: { phone: evil },
      message: { origin: { stamp: evil, slot: evil, sim: evil } },
    }),
  );
  expect(header(source, "Bcc")).toBeUndefined();
  expect(parsed.text).toBe("x\n");
  expect(header(source, "References")).toBe("<good@id>");
});

test("a code is also in OTP-Token, bound to our own domain unless the text names a site", async () => {
  const { source } = await mailOf(textPost("Ihr Code lautet 482 913. Nicht weitergeben!"));
  expect(parseOtpToken(header(source, "OTP-Token") ?? "")).toEqual({
    code: "482913",
    origin: "https://sms.example.org",
  });
  const bound = await mailOf(textPost("747723 is your code.\n\n@shop.example #747723"));
  expect(parseOtpToken(header(bound.source, "OTP-Token") ?? "")).toEqual({
    code: "747723",
    origin: "https://shop.example",
  });
});

test.each(["no mailbox", "a@b@c", "<a@b>", "a b@c", "", "@x", "a@", "a\r\nRCPT TO:<x@y>@z"])(
  "%j is no mailbox: permanent",
  (address) => {
    expect(() => compose(textPost("x", { delivery: { to: { via: "email", address } } }), options)).toThrow(
      expect.objectContaining({ kind: "permanent", scope: "message" }),
    );
  },
);

test("a mailbox in a domain with umlauts is written in ASCII", () => {
  const mail = compose(
    textPost("x", { delivery: { to: { via: "email", address: "ana@bücher.example" } } }),
    options,
  );
  expect(mail.to).toBe("ana@xn--bcher-kva.example");
});
