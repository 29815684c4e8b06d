// How a mail is written down: header fields, encoded words, body encodings. RFC 5322, 2045, 2047.

/** A mail ready to leave. */
export interface Mail {
  /** `bounceToken` of the delivery. */
  readonly token: string;
  /** When the message came, UTC milliseconds: the same at every repetition. */
  readonly at: number;
  /** Envelope sender; "" is the null sender. */
  readonly from: string;
  /** Envelope recipient. */
  readonly to: string;
  /** Message-ID without angle brackets. */
  readonly id: string;
  /** It may have been handed over before. */
  readonly again: boolean;
  /** The mail itself, lines ended by CRLF, pure ASCII unless an address is not. */
  readonly raw: Buffer;
}

/** Soft and hard limits of a line, without its end: RFC 5322 2.1.1. */
const LINE = 78;
const LINE_MAX = 998;
/** RFC 2045 6.7 (5) and 6.8. */
const ENCODED_LINE = 76;
/** Bytes in one encoded word: `=?utf-8?B?` + 44 + `?=` leaves room for a field's name in a line of 76 (RFC 2047 2). */
const WORD_BYTES = 33;

const CONTROL = /\p{Cc}+/gu;
const PRINTABLE = /^[ -~]*$/;

/** One line of printable characters: no header can be smuggled in. */
export const oneLine = (value: string): string => value.toWellFormed().replace(CONTROL, " ").trim();

/** Is it printable ASCII? */
export const isAscii = (value: string): boolean => PRINTABLE.test(value);

/** RFC 2047 encoded words, a space between them; characters are never cut in two. */
export function encodedWords(value: string): string {
  const words: string[] = [];
  let chunk = "";
  for (const char of value) {
    if (Buffer.byteLength(chunk + char) > WORD_BYTES) {
      words.push(chunk);
      chunk = "";
    }
    chunk += char;
  }
  words.push(chunk);
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
}

/** A header field of words that machines read: printable ASCII, folded before spaces (RFC 5322 2.2.3). */
export function field(name: string, value: string): string {
  const lines: string[] = [];
  let line = `${name}:`;
  // Each piece brings its space along; the first one always stays beside the name: a line of only white space is none.
  for (const [index, piece] of ` ${oneLine(value)}`.split(/(?= )/).entries()) {
    if (index > 0 && line.length + piece.length > LINE && line.trim() !== "" && piece.trim() !== "") {
      lines.push(line);
      line = piece;
    } else line += piece;
  }
  return [...lines, line].join("\r\n");
}

/** A header field of human words (RFC 5322 3.2.5 unstructured). */
export function words(name: string, value: string): string {
  const clean = oneLine(value);
  const long = clean.split(" ").some((word) => word.length > LINE_MAX - LINE);
  return field(name, isAscii(clean) && !clean.includes("=?") && !long ? clean : encodedWords(clean));
}

/** A mailbox with a display name (RFC 5322 3.4): quoted, or encoded where ASCII can't say it. */
export function mailbox(name: string, address: string): string {
  const clean = oneLine(name);
  const shown = isAscii(clean) ? `"${clean.replace(/["\\]/g, "\\$&")}"` : encodedWords(clean);
  return `${shown} <${address}>`;
}

/** RFC 5322 3.3, in UTC. */
export const date = (at: number): string => new Date(at).toUTCString().replace("GMT", "+0000");

/** Text as a mail can carry it: every line end becomes CRLF, the last line has one; NUL (RFC 5322 4) and half surrogates become U+FFFD. */
export function lines(text: string): string {
  const clean = text.toWellFormed().replaceAll("\0", "\ufffd");
  return `${clean.replace(/\r\n|\r|\n/g, "\r\n")}\r\n`;
}

/** Quoted-printable (RFC 2045 6.7). Dots and `From ` at the start of a line are encoded too: no relay or mbox can change them. */
export function quotedPrintable(text: string): string {
  return text
    .split("\r\n")
    .map((line) => {
      const out: string[] = [];
      let row = "";
      const bytes = Buffer.from(line);
      bytes.forEach((byte, index) => {
        const last = index === bytes.length - 1;
        const room = ENCODED_LINE - (last ? 0 : 1);
        let piece = plain(byte, last) ? String.fromCharCode(byte) : hex(byte);
        if (row.length + piece.length > room) {
          out.push(`${row}=`);
          row = "";
        }
        if (row === "" && (byte === 0x2e || bytes.subarray(index, index + 5).equals(FROM))) piece = hex(byte);
        row += piece;
      });
      return [...out, row].join("\r\n");
    })
    .join("\r\n");
}

const FROM = Buffer.from("From ");
const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
const plain = (byte: number, last: boolean): boolean =>
  byte === 0x20 || byte === 0x09 ? !last : byte > 0x20 && byte < 0x7f && byte !== 0x3d;

/** base64 in lines (RFC 2045 6.8). */
export const base64 = (text: string): string =>
  (
    Buffer.from(text)
      .toString("base64")
      .match(/.{1,76}/g) ?? []
  )
    .map((line) => `${line}\r\n`)
    .join("");

/** A text part: its header fields, and its body in the shorter encoding that keeps every character. */
export function textPart(
  text: string,
  type = "text/plain",
): { readonly fields: string[]; readonly body: string } {
  const whole = lines(text);
  const quoted = quotedPrintable(whole);
  const packed = base64(whole);
  const short = packed.length < quoted.length;
  return {
    fields: [
      field("Content-Type", `${type}; charset=utf-8`),
      field("Content-Transfer-Encoding", short ? "base64" : "quoted-printable"),
    ],
    body: short ? packed : quoted,
  };
}

/** A whole mail or part from its fields and body. */
export const entity = (fields: readonly string[], body: string): string =>
  `${fields.join("\r\n")}\r\n\r\n${body}`;
