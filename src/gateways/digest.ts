// HTTP authentication as a client: reading challenges (RFC 9110 section 11), answering Digest (RFC 7616) and Basic (RFC 7617).
import { createHash, randomBytes } from "node:crypto";

/** One challenge of a WWW-Authenticate field. Scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface DigestRequest {
  readonly method: string;
  /** The exact request-target. */
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  /** How often this nonce was used, this time included: from 1. */
  readonly count: number;
  /** Only for tests: else random. */
  readonly cnonce?: string;
}

/** RFC 7616 section 3.3: what we can answer, strongest first. */
const HASHES: readonly (readonly [algorithm: string, hash: string])[] = [
  ["SHA-512-256", "sha512-256"],
  ["SHA-256", "sha256"],
  ["MD5", "md5"],
];

/** Reads one or several WWW-Authenticate fields, each with one or several challenges. What can't be read is left out. */
export function readChallenges(header: string | readonly string[] | undefined): readonly Challenge[] {
  if (header === undefined) return [];
  const found: { scheme: string; params: Record<string, string> }[] = [];
  for (const field of typeof header === "string" ? [header] : header) {
    for (const item of splitList(field)) {
      // "scheme", "scheme name=value" or "name=value", the last belonging to the scheme before it
      const start = /^([!#$%&'*+.^_`|~\w-]+)(?:\s+(?!=)|$)/.exec(item);
      if (start?.[1] !== undefined) found.push({ scheme: start[1].toLowerCase(), params: {} });
      const rest = start ? item.slice(start[0].length) : item;
      const equals = rest.indexOf("=");
      const last = found.at(-1);
      if (equals > 0 && last) {
        last.params[rest.slice(0, equals).trim().toLowerCase()] = unquote(rest.slice(equals + 1).trim());
      }
    }
  }
  return found;
}

/** The strongest challenge that we can answer: Digest by its hash, then Basic; undefined: none. */
export function choose(challenges: readonly Challenge[]): Challenge | undefined {
  const digests = challenges.filter((one) => one.scheme === "digest" && one.params.nonce !== undefined);
  const usable = digests.filter((one) => one.params.qop === undefined || hasAuth(one.params.qop));
  for (const [algorithm] of HASHES) {
    const hit = usable.find((one) => plain(one.params.algorithm) === algorithm);
    if (hit) return hit;
  }
  return challenges.find((one) => one.scheme === "basic");
}

/** The Authorization field that answers a Digest challenge (RFC 7616 section 3.4). Throws a plain Error for an algorithm that `choose` would not have chosen. */
export function digestAuthorization(challenge: Challenge, request: DigestRequest): string {
  const { realm = "", nonce = "", opaque, qop, algorithm } = challenge.params;
  const hash = HASHES.find(([name]) => name === plain(algorithm))?.[1];
  if (!hash) throw new Error(`digest algorithm "${algorithm}" is not known`);
  const H = (text: string) => createHash(hash).update(text).digest("hex");
  const { method, uri, username, password } = request;
  const cnonce = request.cnonce ?? randomBytes(16).toString("hex");
  const nc = request.count.toString(16).padStart(8, "0");
  const session = /-sess$/i.test(algorithm ?? "");
  const secret = H(`${username}:${realm}:${password}`);
  const A1 = session ? H(`${secret}:${nonce}:${cnonce}`) : secret;
  const A2 = H(`${method}:${uri}`);
  const response =
    qop === undefined ? H(`${A1}:${nonce}:${A2}`) : H(`${A1}:${nonce}:${nc}:${cnonce}:auth:${A2}`);
  const fields = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `uri=${quote(uri)}`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    `nonce=${quote(nonce)}`,
    ...(qop === undefined ? [] : [`nc=${nc}`, "qop=auth"]),
    ...(qop === undefined && !session ? [] : [`cnonce=${quote(cnonce)}`]),
    `response="${response}"`,
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
  ];
  return `Digest ${fields.join(", ")}`;
}

/** The Authorization field of RFC 7617, in UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

/** The algorithm without "-sess", in capitals; MD5 if none is named (RFC 7616 section 3.3). */
const plain = (algorithm: string | undefined): string =>
  (algorithm ?? "MD5").toUpperCase().replace(/-SESS$/, "");

const hasAuth = (qop: string): boolean => qop.split(",").some((word) => word.trim().toLowerCase() === "auth");

const quote = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

const unquote = (text: string): string =>
  text.startsWith('"')
    ? text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined).replace(/\\(.)/g, "$1")
    : text;

/** Splits at the commas outside of quoted strings. */
function splitList(field: string): string[] {
  const items: string[] = [];
  let item = "";
  let quoted = false;
  for (let i = 0; i < field.length; i++) {
    const char = field.charAt(i);
    if (quoted && char === "\\") {
      item += char + field.charAt(++i);
      continue;
    }
    if (char === '"') quoted = !quoted;
    if (char === "," && !quoted) {
      items.push(item.trim());
      item = "";
    } else item += char;
  }
  return [...items, item.trim()].filter((text) => text !== "");
}
