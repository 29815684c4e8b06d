// The login half of a simulated device: HTTP Basic (RFC 7617) and Digest (RFC 7616, MD5, qop=auth), and the ban after failures.
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

type Verdict = "welcome" | "challenge" | "banned";

export interface Gatekeeper {
  /** Judges one request by its head alone. */
  judge(request: IncomingMessage): Verdict;
  /** The value of WWW-Authenticate: a fresh one each time. */
  challenge(): string;
  /** Forgets nonces and failures: the device restarted. */
  reset(): void;
  /** Wrong logins since the last right one. */
  readonly failures: number;
}

export interface LoginOptions {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  /** After so many wrong logins in a row every request gets 403; Infinity: never. */
  readonly banAfter: number;
  /** How long the ban lasts, milliseconds. */
  readonly banFor: number;
  /** Milliseconds that a nonce is good for. */
  readonly nonceLifetime: number;
  /** Requests that a nonce is good for. */
  readonly nonceUses: number;
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** Counts wrong logins and bans. */
class Ban {
  readonly #options: LoginOptions;
  failures = 0;
  #until = 0;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  get on(): boolean {
    return performance.now() < this.#until;
  }

  right(): Verdict {
    this.failures = 0;
    return "welcome";
  }

  wrong(): Verdict {
    this.failures += 1;
    if (this.failures < this.#options.banAfter) return "challenge";
    this.failures = 0;
    this.#until = performance.now() + this.#options.banFor;
    return "banned";
  }

  reset(): void {
    this.failures = 0;
    this.#until = 0;
  }
}

/** Old firmware, and Synway: HTTP Basic. */
export function basic(options: LoginOptions): Gatekeeper {
  const ban = new Ban(options);
  const right = `${options.username}:${options.password}`;
  return {
    judge(request) {
      if (ban.on) return "banned";
      const header = request.headers.authorization;
      if (header === undefined) return "challenge";
      const credentials = /^basic +([A-Za-z0-9+/=]+)$/i.exec(header)?.[1];
      const given = credentials === undefined ? "" : Buffer.from(credentials, "base64").toString("utf8");
      return given === right ? ban.right() : ban.wrong();
    },
    challenge: () => `Basic realm="${options.realm}"`,
    reset: () => ban.reset(),
    get failures() {
      return ban.failures;
    },
  };
}

interface Nonce {
  readonly born: number;
  uses: number;
  /** The highest nonce count seen. */
  count: number;
}

/** Current Dinstar firmware: HTTP Digest with the odd quoted fields that the devices send. */
export function digest(options: LoginOptions): Gatekeeper {
  const ban = new Ban(options);
  const nonces = new Map<string, Nonce>();
  const opaque = randomBytes(8).toString("hex");
  const secret = md5(`${options.username}:${options.realm}:${options.password}`);

  /** Is the nonce one of ours, fresh, and its count new? */
  const alive = (value: string, count: number): boolean => {
    const nonce = nonces.get(value);
    if (!nonce) return false;
    const old = performance.now() - nonce.born > options.nonceLifetime || nonce.uses >= options.nonceUses;
    if (old || !(count > nonce.count)) return false;
    nonce.uses += 1;
    nonce.count = count;
    return true;
  };

  return {
    judge(request) {
      if (ban.on) return "banned";
      const header = request.headers.authorization;
      if (header === undefined) return "challenge";
      if (!/^digest /i.test(header)) return ban.wrong();
      const field = readFields(header.slice(7));
      const { nonce = "", nc = "", cnonce = "", qop = "", uri = "" } = field;
      const request2 = md5(`${request.method ?? ""}:${uri}`);
      const expected = md5([secret, nonce, nc, cnonce, qop, request2].join(":"));
      const sound =
        field.username === options.username &&
        field.realm === options.realm &&
        field.response === expected &&
        uri === request.url &&
        qop === "auth" &&
        cnonce !== "" &&
        /^[0-9a-f]{8}$/i.test(nc) &&
        (field.algorithm ?? "MD5").toUpperCase() === "MD5" &&
        field.opaque === opaque;
      if (!sound) return ban.wrong();
      return alive(nonce, Number.parseInt(nc, 16)) ? ban.right() : "challenge";
    },
    challenge() {
      const nonce = randomBytes(16).toString("hex");
      nonces.set(nonce, { born: performance.now(), uses: 0, count: 0 });
      const oldest = nonces.size > 64 ? nonces.keys().next().value : undefined;
      if (oldest !== undefined) nonces.delete(oldest);
      return `Digest realm="${options.realm}", domain="", qop="auth", nonce="${nonce}", opaque="${opaque}", algorithm="MD5", stale="FALSE"`;
    },
    reset() {
      nonces.clear();
      ban.reset();
    },
    get failures() {
      return ban.failures;
    },
  };
}

/** The fields of a Digest header: name=value or name="value", names in lower case. */
function readFields(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, name = "", quoted, bare] of text.matchAll(
    /([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi,
  )) {
    fields[name.toLowerCase()] = quoted === undefined ? (bare ?? "") : quoted.replace(/\\(.)/g, "$1");
  }
  return fields;
}
