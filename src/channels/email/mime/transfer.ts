// Content-Transfer-Encoding undone (RFC 2045 section 6).

const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;

const hex = (code: number | undefined): number => {
  if (code === undefined) return -1;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

/** Quoted-printable (RFC 2045 section 6.7), lenient: what is no escape stays as it is. */
export function quotedPrintable(body: Buffer): Buffer {
  if (!body.includes(EQUALS)) return body;
  const out = Buffer.allocUnsafe(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at++) {
    const code = body[at];
    if (code !== EQUALS) {
      out[length++] = code ?? 0;
      continue;
    }
    const high = hex(body[at + 1]);
    const low = hex(body[at + 2]);
    if (high >= 0 && low >= 0) {
      out[length++] = high * 16 + low;
      at += 2;
      continue;
    }
    // a soft line break, blanks before the line's end allowed
    let end = at + 1;
    while (body[end] === 0x20 || body[end] === 0x09) end++;
    if (end >= body.length) break;
    if (body[end] === CR && body[end + 1] === LF) at = end + 1;
    else if (body[end] === LF) at = end;
    else out[length++] = EQUALS;
  }
  return out.subarray(0, length);
}

/** Undoes `encoding`; an unknown one is taken as none. */
export function untransfer(body: Buffer, encoding: string): Buffer {
  if (encoding === "quoted-printable") return quotedPrintable(body);
  if (encoding === "base64") return Buffer.from(body.toString("latin1"), "base64");
  return body;
}
