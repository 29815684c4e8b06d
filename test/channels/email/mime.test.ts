// Mails taken apart: charsets, encodings, parts; with mailparser as the witness.
import fc from "fast-check";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { bodyOf } from "../../../src/channels/email/content/body.ts";
import { decode } from "../../../src/channels/email/mime/charset.ts";
import { MAX_PARTS, readEntity } from "../../../src/channels/email/mime/entity.ts";
import { Headers, splitHead } from "../../../src/channels/email/mime/headers.ts";
import { quotedPrintable } from "../../../src/channels/email/mime/transfer.ts";
import { decodeWords, structured } from "../../../src/channels/email/mime/words.ts";

const text = async (mail: string | Buffer) => (await bodyOf(readEntity(Buffer.from(mail)))).text;

test.each([
  ["utf-8", Buffer.from("Grüße 😀 €")],
  ["UTF8", Buffer.from("Grüße 😀 €")],
  ["iso-8859-1", Buffer.from("Gr\xfc\xdfe", "latin1")],
  ["iso-8859-15", Buffer.from("\xa4 Gr\xfc\xdfe", "latin1")],
  ["windows-1252", Buffer.from("\x80 Gr\xfc\xdfe", "latin1")],
  ["windows-1251", Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2])],
  ["koi8-r", Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4])],
  ["iso-8859-2", Buffer.from([0xa3, 0xf3, 0x64, 0xbc])],
  ["windows-1257", Buffer.from([0xe0, 0xe8, 0xf0])],
  ["iso-2022-jp", Buffer.from("\x1b$B$3$s$K$A$O\x1b(B", "latin1")],
  ["shift_jis", Buffer.from([0x82, 0xb1, 0x82, 0xf1])],
  ["euc-jp", Buffer.from([0xa4, 0xb3, 0xa4, 0xf3])],
  ["gb2312", Buffer.from([0xc4, 0xe3, 0xba, 0xc3])],
  ["gb18030", Buffer.from([0xc4, 0xe3, 0xba, 0xc3])],
  ["big5", Buffer.from([0xa7, 0x41, 0xa6, 0x6e])],
  ["euc-kr", Buffer.from([0xbe, 0xc8, 0xb3, 0xe7])],
  ["utf-16le", Buffer.from("Grüße", "utf16le")],
  ["cp850", Buffer.from([0x47, 0x72, 0x81, 0xe1, 0x65])],
  ["utf-7", Buffer.from("Gr+APwA3w-e")],
])("%s is read as mailparser reads it, in each encoding", async (charset, bytes) => {
  const qp = [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  const forms = [
    ["base64", bytes.toString("base64")],
    ["quoted-printable", qp.replace(/(.{72})/g, "$1=\r\n")],
    ...(charset.startsWith("utf-16") ? [] : [["8bit", bytes] as const]),
  ] as const;
  const read = new Set<string>();
  for (const [encoding, body] of forms) {
    const mail = Buffer.concat([
      Buffer.from(
        `Content-Type: text/plain; charset="${charset}"\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`,
      ),
      Buffer.from(body),
    ]);
    read.add((await text(mail)).trimEnd());
    expect((await simpleParser(mail)).text?.trimEnd()).toBe([...read][0]);
  }
  expect(read.size).toBe(1);
  expect([...read][0]).not.toMatch(/[\ufffd?]/);
});

test("without a charset, or with a wrong one, letters are not lost", async () => {
  expect(await text(Buffer.from("Subject: x\n\nGrüße"))).toBe("Grüße");
  expect(
    await text(Buffer.concat([Buffer.from("Subject: x\n\n"), Buffer.from("Gr\xfc\xdfe", "latin1")])),
  ).toBe("Grüße");
  expect(
    await text(
      Buffer.concat([
        Buffer.from("Content-Type: text/plain; charset=us-ascii\n\n"),
        Buffer.from("Gr\xfc\xdfe", "latin1"),
      ]),
    ),
  ).toBe("Grüße");
  expect(await text("Content-Type: text/plain; charset=klingon\n\nhello")).toBe("hello");
  expect(decode(Buffer.from("\ufeffhello"), "utf-8")).toBe("hello");
});

test.each([
  ["=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"],
  ["=?UTF-8?B?R3LDvMOfZQ==?= und mehr", "Grüße und mehr"],
  ["=?iso-8859-1?q?Gr=FC=DFe?=  =?iso-8859-1?q?_an_alle?=", "Grüße an alle"],
  // a character cut in two
  ["=?utf-8?b?R3LD?= =?utf-8?b?vA==?=", "Grü"],
  ["=?utf-8*de?q?hallo?=", "hallo"],
  ["=?utf-8?q?broken", "=?utf-8?q?broken"],
  ["=?klingon?q?hi?=", "hi"],
  ["a =?utf-8?q?b?= c", "a b c"],
])("%s", (value, expected) => {
  expect(decodeWords(value)).toBe(expected);
});

test("parameters: quoted, continued, in a charset", () => {
  expect(structured('Text/Plain; charset="utf-8"; format=flowed; DelSp=yes')).toEqual({
    value: "text/plain",
    params: new Map([
      ["charset", "utf-8"],
      ["format", "flowed"],
      ["delsp", "yes"],
    ]),
  });
  expect(structured("attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf").params.get("filename")).toBe(
    "Grüße.pdf",
  );
  expect(
    structured("attachment; filename*0*=utf-8''Gr%C3; filename*1*=%BC; filename*2=\"e.pdf\"").params.get(
      "filename",
    ),
  ).toBe("Grüe.pdf");
  expect(structured('attachment; filename="=?utf-8?q?=C3=BC.pdf?="').params.get("filename")).toBe("ü.pdf");
  expect(structured('multipart/mixed; boundary="a;b=c\\"d"').params.get("boundary")).toBe('a;b=c"d');
  expect(structured(undefined).value).toBe("");
});

test("headers: folded, repeated, without a body, with bare line feeds", () => {
  const headers = new Headers(splitHead(Buffer.from("Subject: a\r\n\tb\r\nX: 1\r\nx: 2\r\n\r\nbody")).head);
  expect(headers.get("subject")).toBe("a\tb");
  expect(headers.all("x")).toEqual(["1", "2"]);
  expect(splitHead(Buffer.from("A: b\n\nbody")).body.toString()).toBe("body");
  expect(splitHead(Buffer.from("\r\nbody")).body.toString()).toBe("body");
  expect(splitHead(Buffer.from("A: b\r\n")).body.length).toBe(0);
});

const MIXED = (parts: readonly string[], type = "mixed") =>
  `Content-Type: multipart/${type}; boundary="b 1"\n\npreamble\n${parts.map((part) => `--b 1\n${part}\n`).join("")}--b 1--\nepilogue`;

test("which parts are the text, and what is left out", async () => {
  const mail = MIXED([
    "Content-Type: text/plain\n\nbefore the picture",
    'Content-Type: image/png; name="view.png"\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\niVBORw0=',
    "\nafter the picture",
    'Content-Type: text/plain\nContent-Disposition: attachment; filename="notes, old.txt"\n\nnot this',
    "Content-Type: message/rfc822\n\nSubject: inner\n\nnot this either",
  ]);
  expect(await bodyOf(readEntity(Buffer.from(mail)))).toEqual({
    text: "before the picture\nafter the picture",
    leftOut: ["view.png", "notes old.txt", "a forwarded mail"],
    cut: false,
  });
});

test("alternatives: plain before HTML, HTML if the plain part is empty, pictures of the HTML are not missed", async () => {
  const html = "Content-Type: text/html; charset=utf-8\n\n<p>Hello <b>there</b></p>";
  expect(await text(MIXED(["Content-Type: text/plain\n\nplain", html], "alternative"))).toBe("plain");
  expect(await text(MIXED([html, "Content-Type: text/plain\n\nplain"], "alternative"))).toBe("plain");
  expect(await text(MIXED(["Content-Type: text/plain\n\n \n", html], "alternative"))).toBe("Hello there");
  const related = `Content-Type: multipart/related; boundary=r\n\n--r\n${html}\n--r\nContent-Type: image/gif; name=logo.gif\nContent-ID: <logo>\n\nGIF\n--r--`;
  expect(
    await bodyOf(readEntity(Buffer.from(MIXED(["Content-Type: text/plain\n\n\n", related], "alternative")))),
  ).toEqual({
    text: "Hello there",
    leftOut: [],
    cut: false,
  });
});

test("a signed mail is its first part", async () => {
  const mail = MIXED(
    [
      "Content-Type: text/plain\n\nsigned",
      "Content-Type: application/pgp-signature; name=signature.asc\n\nxx",
    ],
    "signed",
  );
  expect(await bodyOf(readEntity(Buffer.from(mail)))).toEqual({ text: "signed", leftOut: [], cut: false });
});

test("broken mails: no last delimiter, boundaries inside words, nested without end, thousands of parts", async () => {
  expect(await text("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nopen ended")).toBe("open ended");
  expect(await text("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na --b\n--bc\nstill\n--b--")).toBe(
    "a --b\n--bc\nstill",
  );
  expect(await text("Content-Type: multipart/mixed\n\nno boundary")).toBe("");
  const deep = Array.from(
    { length: 50 },
    (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`,
  ).join("");
  expect(await text(`${deep}\nhello`)).toBe("");
  const many = readEntity(Buffer.from(MIXED(Array.from({ length: 20_000 }, () => "\nx"))));
  expect(many.parts).toHaveLength(MAX_PARTS);
});

test("HTML: links, lists, quotes, entities; styles and scripts are no text", async () => {
  const mail = `Content-Type: text/html; charset=utf-8

<html><head><title>No</title><style>p { color: red }</style></head><body><!-- no --><script>no()</script>
<p>Gr&uuml;&szlig;e,<br>see <a href="https://example.org/x">this</a> or <a href="https://example.org">https://example.org</a>, ask <a href="mailto:b@example.org">Bob</a>.</p>
<ul><li>one</li><li>two</li></ul><blockquote>old</blockquote><img src="x.png" alt="no"></body></html>`;
  expect(await text(mail)).toBe(
    "Grüße,\nsee this https://example.org/x or https://example.org, ask Bob.\n\n- one\n- two\n\n> old",
  );
});

const BIG = 5 * 1024 * 1024;
test.each([
  ["flat paragraphs", "<p>hello</p>"],
  ["deep nesting", "<div>"],
  ["deep quotes", "<blockquote>"],
  ["deep lists", "<ul><li>"],
  ["deep tables", "<table><tr><td>"],
  ["a huge table", "<tr><td>a</td><td>b</td></tr>"],
  ["open comments", "<!--"],
  ["open styles", "<style>"],
  ["ampersands", "&amp"],
  ["less-than signs", "<"],
  ["blanks", " "],
])("5 MB of %s are read in no time", async (_what, piece) => {
  const mail = Buffer.from(`Content-Type: text/html\n\nfirst${piece.repeat(BIG / piece.length)}`);
  const body = await bodyOf(readEntity(mail));
  expect(body.cut).toBe(true);
  expect(body.text.startsWith("first")).toBe(true);
  expect(body.text.length).toBeLessThan(100_000);
});

test("quoted-printable: any bytes come back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 30 }), (bytes, width) => {
      const escapes = [...bytes].map((byte) => `=${byte.toString(16).padStart(2, "0")}`);
      const wrapped = escapes.map((one, at) => (at % width === width - 1 ? `${one}= \r\n` : one)).join("");
      expect([...quotedPrintable(Buffer.from(wrapped))]).toEqual([...bytes]);
    }),
  );
  expect(quotedPrintable(Buffer.from("a=b =zz=\n c=")).toString()).toBe("a=b =zz c");
});

test("plain mails: the same text and subject as mailparser finds", async () => {
  const line = fc.stringMatching(/^[ -~äöüß€ñ漢]{0,60}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 10 }),
      line,
      fc.constantFrom("8bit", "base64"),
      async (lines, subject, encoding) => {
        const body = lines.map((one) => one.trimEnd()).join("\r\n");
        const mail = `Subject: =?utf-8?b?${Buffer.from(subject).toString("base64")}?=\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${encoding === "8bit" ? body : Buffer.from(body).toString("base64")}`;
        const parsed = await simpleParser(mail);
        const entity = readEntity(Buffer.from(mail));
        expect((await bodyOf(entity)).text.trim()).toBe((parsed.text ?? "").trim());
        expect(decodeWords(entity.headers.get("subject") ?? "").trim()).toBe((parsed.subject ?? "").trim());
      },
    ),
  );
});

test("any bytes are read without an error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.string(), async (bytes, boundary) => {
      const mail = Buffer.concat([
        Buffer.from(`Content-Type: multipart/mixed; boundary="${boundary}"\n\n--${boundary}\n`),
        bytes,
      ]);
      expect(typeof (await text(mail))).toBe("string");
      expect(typeof (await text(Buffer.from(bytes)))).toBe("string");
    }),
  );
});
