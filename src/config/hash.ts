// Password hashes: argon2id (RFC 9106) in the PHC string form, made by `simpost hash`, kept in the config.
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** A hash that costs more than this is a mistake or a way to stop the daemon: memory in KiB. */
const MOST = { memory: 1_048_576, passes: 16, parallelism: 16 } as const;

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

interface Hash {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly nonce: Buffer;
  readonly tag: Buffer;
}

const derive = promisify(argon2);

/** The PHC string of a password. About 50 ms. */
export async function hash(password: string): Promise<string> {
  const nonce = randomBytes(SALT_BYTES);
  const tag = await derive("argon2id", { message: password, nonce, tagLength: TAG_BYTES, ...COST });
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(nonce)}$${base64(tag)}`;
}

/** Is `password` the one that `phc` was made of? Compares in constant time. Throws Error when `phc` is no hash of ours. */
export async function verify(phc: string, password: string): Promise<boolean> {
  const { tag, ...cost } = parse(phc);
  return timingSafeEqual(
    await derive("argon2id", { message: password, tagLength: tag.length, ...cost }),
    tag,
  );
}

/** Throws Error with the reason unless `phc` is a hash that `verify` can check. The message never shows it. */
export function checkHash(phc: string): void {
  parse(phc);
}

function parse(phc: string): Hash {
  const [, memory = "", passes = "", parallelism = "", salt = "", tag = ""] = PHC.exec(phc) ?? malformed(phc);
  const hashed = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    nonce: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
  const lanes = hashed.parallelism;
  // RFC 9106, 3.1: at least one pass and one lane, and 8 KiB for each lane.
  const possible = hashed.passes >= 1 && lanes >= 1 && hashed.memory >= 8 * lanes;
  const bearable = hashed.memory <= MOST.memory && hashed.passes <= MOST.passes && lanes <= MOST.parallelism;
  if (!possible || !bearable)
    throw new Error("the hash has costs that make no sense: make it with `simpost hash`");
  return hashed;
}

function malformed(written: string): never {
  const why = written.startsWith("$argon2id$")
    ? "the hash is not whole"
    : /^\$(argon2[di]|2[abxy]|[1-9]|scrypt|y)\$/.test(written)
      ? "the hash is of another kind than argon2id"
      : "a password is not written in the clear";
  throw new Error(`${why}: put here what \`simpost hash\` prints ($argon2id$…), in quotes`);
}

const base64 = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
