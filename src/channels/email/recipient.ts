// The local part of a recipient: NUMBER, NUMBER+PORT, NUMBER+GATEWAY, NUMBER+GATEWAY.PORT. What a number is, the heart knows.

export interface Dialled {
  /** The number, short code or USSD code as written. */
  readonly to: string;
  readonly gateway?: string;
  readonly port?: number;
}

/** `tel:`, `sms:` (RFC 3966, RFC 5724) or `SMS=` (in the manner of RFC 3191) before a number. */
const SCHEME = /^(?:tel|sms|smsto|phone|mobile)[:=]\/{0,2}/i;
const PORT = /^\d{1,3}$/;
const GATEWAY = /^[A-Za-z_][\w-]*$/;
const GATEWAY_PORT = /^([A-Za-z_][\w-]*)\.(\d{1,3})$/;
/** RFC 5321 section 4.5.3.1.1 allows 64; a little more for what was percent-encoded. */
const MAX_LENGTH = 200;

/** Reads a local part; null: it can't be a phone. */
export function readLocalPart(written: string): Dialled | null {
  if (written.length > MAX_LENGTH) return null;
  const local = decode(written).replace(SCHEME, "").trim();
  // the `+` of an international number stands first: any other begins an option
  const plus = local.lastIndexOf("+");
  if (plus <= 0) return local === "" || local === "+" ? null : { to: local };
  const to = local.slice(0, plus).trim();
  const option = local.slice(plus + 1);
  if (to.includes("+", 1)) return null;
  if (PORT.test(option)) return { to, port: Number(option) };
  if (GATEWAY.test(option)) return { to, gateway: option };
  const both = GATEWAY_PORT.exec(option);
  return both?.[1] === undefined ? null : { to, gateway: both[1], port: Number(both[2]) };
}

/** `%2B49…`: what web forms and scripts make of a `+`. */
const decode = (local: string): string =>
  local.replace(/%([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/**
 * A RCPT command with a quoted local part (RFC 5321 section 4.1.2) rewritten so that it has no quotes, and its odd characters percent-encoded: smtp-server
 * splits commands at blanks. Other commands come back as they are.
 */
export function unquoteRecipient(command: string): string {
  const match = /^(RCPT\s+TO:\s*<)"((?:[^"\\]|\\.){0,200})"(@[^>]*>.*)$/is.exec(command);
  if (!match) return command;
  const plain = (match[2] ?? "")
    .replace(/\\(.)/gs, "$1")
    .replace(/[\s@<>"%:]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `${match[1]}${plain}${match[3]}`;
}
