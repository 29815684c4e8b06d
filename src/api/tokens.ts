// Tokens: made, kept as hashes in the ledger, looked up at every request, revoked at once.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Role } from "../bridge/ports/control.ts";
import type { Ledger } from "../bridge/ports/ledger.ts";
import type { Clock, Log } from "../bridge/ports/system.ts";
import { role, type Scope, scope } from "./shapes.ts";

/** Whose the notes are in the ledger; never a configured name. */
const OWN = "-tokens";
const TOKEN = "token:";
const USED = "used:";

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const FORM = new RegExp(`^spt_([0-9a-f]{${ID_BYTES * 2}})([0-9a-f]{${SECRET_BYTES * 2}})$`);
/** How exactly it is noted when a token was last used, milliseconds. */
const USED_EVERY = 3_600_000;

const kept = z.object({
  name: z.string(),
  user: z.string().nullable(),
  role,
  scopes: z.array(scope),
  created: z.int(),
  expires: z.int().nullable(),
  /** SHA-256 of the secret: 32 random bytes need no salt and no slowness. */
  hash: z.string(),
});
type Kept = z.infer<typeof kept>;

export interface Token extends Omit<Kept, "hash"> {
  readonly id: string;
  /** To the hour, UTC milliseconds; null: never. */
  readonly used: number | null;
}

export interface NewToken {
  readonly name: string;
  readonly user: string | null;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** UTC milliseconds; null: never. */
  readonly expires: number | null;
}

export interface Tokens {
  /** Makes one. `secret` is the whole token: it is known only now. */
  make(wanted: NewToken): Promise<{ readonly token: Token; readonly secret: string }>;
  /** The token that was shown, if there is one like it, expired or not. */
  find(shown: string): Promise<Token | null>;
  /** The token as it is now; null: revoked. */
  get(id: string): Promise<Token | null>;
  /** The oldest first. */
  all(): Promise<readonly Token[]>;
  revoke(id: string): Promise<void>;
  /** Notes, coarsely and beside, that it is used. */
  touch(token: Token): void;
}

export const sha256 = (written: string | Buffer): Buffer => createHash("sha256").update(written).digest();

export function openTokens(ledger: Pick<Ledger, "note" | "notes">, clock: Clock, log: Log): Tokens {
  /** When each was last noted as used, by id. */
  const touched = new Map<string, number>();

  const read = async (id: string): Promise<Kept | null> => {
    const [note] = await ledger.notes(OWN, TOKEN + id);
    return note ? kept.parse(JSON.parse(note.value)) : null;
  };
  const shown = (id: string, token: Kept, used: number | null): Token => ({
    id,
    name: token.name,
    user: token.user,
    role: token.role,
    scopes: token.scopes,
    created: token.created,
    expires: token.expires,
    used,
  });

  return {
    async make(wanted) {
      const id = randomBytes(ID_BYTES).toString("hex");
      const secret = randomBytes(SECRET_BYTES);
      const token: Kept = {
        ...wanted,
        scopes: [...wanted.scopes],
        created: clock.now(),
        hash: sha256(secret).toString("hex"),
      };
      await ledger.note(OWN, [{ key: TOKEN + id, value: JSON.stringify(token) }]);
      log.info("token made", { token: id, user: token.user ?? undefined, role: token.role });
      return { token: shown(id, token, null), secret: `spt_${id}${secret.toString("hex")}` };
    },
    async find(presented) {
      const [, id, secret] = FORM.exec(presented) ?? [];
      if (id === undefined || secret === undefined) return null;
      const token = await read(id);
      const hash = sha256(Buffer.from(secret, "hex"));
      // Of one that is not there, the comparison is made all the same.
      const right = timingSafeEqual(hash, token ? Buffer.from(token.hash, "hex") : sha256(""));
      return token && right ? shown(id, token, null) : null;
    },
    async get(id) {
      const token = await read(id);
      return token && shown(id, token, null);
    },
    async all() {
      const used = new Map(
        (await ledger.notes(OWN, USED)).map(({ key, value }) => [key.slice(USED.length), Number(value)]),
      );
      const tokens = (await ledger.notes(OWN, TOKEN)).map(({ key, value }) => {
        const id = key.slice(TOKEN.length);
        return shown(id, kept.parse(JSON.parse(value)), used.get(id) ?? null);
      });
      return tokens.toSorted((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
    },
    async revoke(id) {
      await ledger.note(OWN, [
        { key: TOKEN + id, value: null },
        { key: USED + id, value: null },
      ]);
      touched.delete(id);
      log.info("token revoked", { token: id });
    },
    touch({ id }) {
      const hour = Math.floor(clock.now() / USED_EVERY) * USED_EVERY;
      if (touched.get(id) === hour) return;
      touched.set(id, hour);
      void ledger.note(OWN, [{ key: USED + id, value: String(hour) }]).catch(() => {
        // The store says so itself; the next use tries again.
        touched.delete(id);
      });
    },
  };
}
