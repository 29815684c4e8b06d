// The header block of a mail or of a part (RFC 5322 section 2.2).
import { decode } from "./charset.ts";

/** Header bytes that are looked at; what follows is ignored. */
const MAX_BLOCK = 64 * 1024;
/** Where the empty line must stand at the latest. */
const MAX_HEAD = 256 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** The fields of one header block, in order, unfolded, not decoded further. */
export class Headers {
  readonly #fields = new Map<string, string[]>();
  /** The block as it came, without the empty line. */
  readonly block: string;

  constructor(bytes: Buffer) {
    this.block = decode(bytes.length > MAX_BLOCK ? bytes.subarray(0, MAX_BLOCK) : bytes, undefined) ?? "";
    let name = "";
    let value = "";
    for (const raw of this.block.split("\n")) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      const first = line.charCodeAt(0);
      if (first === 0x20 || first === 0x09) {
        value += line;
        continue;
      }
      this.#add(name, value);
      const colon = line.indexOf(":");
      name = colon > 0 ? line.slice(0, colon).trimEnd().toLowerCase() : "";
      value = line.slice(colon + 1);
    }
    this.#add(name, value);
  }

  #add(name: string, value: string): void {
    if (name === "") return;
    const all = this.#fields.get(name);
    if (all) all.push(value.trim());
    else this.#fields.set(name, [value.trim()]);
  }

  /** The first field of this name (lower case). */
  get(name: string): string | undefined {
    return this.#fields.get(name)?.[0];
  }

  /** Every field of this name (lower case). */
  all(name: string): readonly string[] {
    return this.#fields.get(name) ?? [];
  }

  names(): Iterable<string> {
    return this.#fields.keys();
  }
}

/** Where the header block ends and the body begins; a block without an empty line has no body. */
export function splitHead(raw: Buffer): { readonly head: Buffer; readonly body: Buffer } {
  if (raw[0] === LF) return { head: raw.subarray(0, 0), body: raw.subarray(1) };
  if (raw[0] === CR && raw[1] === LF) return { head: raw.subarray(0, 0), body: raw.subarray(2) };
  for (let at = raw.indexOf(LF); at >= 0 && at < MAX_HEAD; at = raw.indexOf(LF, at + 1)) {
    if (raw[at + 1] === LF) return { head: raw.subarray(0, at + 1), body: raw.subarray(at + 2) };
    if (raw[at + 1] === CR && raw[at + 2] === LF)
      return { head: raw.subarray(0, at + 1), body: raw.subarray(at + 3) };
  }
  return { head: raw, body: raw.subarray(raw.length) };
}
