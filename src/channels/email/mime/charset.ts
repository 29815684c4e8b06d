// Bytes to text, whatever charset they are in.
import { isUtf8 } from "node:buffer";

const decoders = new Map<string, TextDecoder | null>();

/** Labels seen in mails that the WHATWG list lacks but that mean one of its encodings. */
const ALIASES: Readonly<Record<string, string>> = {
  "ansi_x3.110-1983": "windows-1252",
  "cp-850": "cp850",
  "iso-8859-8-i": "iso-8859-8-i",
  ks_c_5601: "euc-kr",
  "x-unknown": "utf-8",
  cp1250: "windows-1250",
  cp1251: "windows-1251",
  cp1252: "windows-1252",
  cp1257: "windows-1257",
  cp932: "shift_jis",
  cp936: "gbk",
  utf: "utf-8",
};

function decoder(label: string): TextDecoder | null {
  const known = decoders.get(label);
  if (known !== undefined) return known;
  let made: TextDecoder | null = null;
  try {
    made = new TextDecoder(ALIASES[label] ?? label);
    if (made.encoding === "replacement") made = null;
  } catch {
    // not in the WHATWG list: see `decodeRare`
  }
  if (decoders.size < 200) decoders.set(label, made);
  return made;
}

const clean = (label: string): string => label.trim().toLowerCase().replace(/\*.*$/s, "");

/** Decodes `bytes`; null: this charset is not known here, ask `decodeRare`. Without a label: UTF-8 if it is, else Windows-1252. */
export function decode(bytes: Buffer, label: string | undefined): string | null {
  const name = label === undefined ? "" : clean(label);
  if (name === "" || name === "us-ascii" || name === "ascii" || name === "utf-8" || name === "utf8") {
    if (isUtf8(bytes)) {
      const text = bytes.toString("utf8");
      return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    }
    return (name.startsWith("utf") ? decoder("utf-8") : decoder("windows-1252"))?.decode(bytes) ?? null;
  }
  return decoder(name)?.decode(bytes) ?? null;
}

/** Decodes what `decode` does not know (UTF-7, DOS code pages …) with mailparser's tables; unknown ones are read as Windows-1252. */
export async function decodeRare(bytes: Buffer, label: string): Promise<string> {
  const { simpleParser } = await import("mailparser");
  const mail = await simpleParser(
    `Content-Type: text/plain; charset="${clean(label).replace(/[^\w.:-]/g, "")}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${bytes.toString("base64")}\r\n`,
    { skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true, checksumAlgo: false },
  );
  return mail.text ?? decode(bytes, "windows-1252") ?? "";
}
