// The people of the config with what they said of themselves since: addresses that were tied to them, names of phones. Held in memory, remembered in the ledger.
import type { Party } from "./message.ts";
import type { User } from "./policy.ts";
import type { Ledger } from "./ports/ledger.ts";
import { isWithin, partyKey, type Route } from "./route.ts";

/** Whose the notes are in the ledger; never a configured name. */
const OWN = "-people";
const TIE = "tie:";
const NAME = "name:";

export class People {
  readonly #users: Map<string, User>;
  readonly #routes: readonly Route[];
  readonly #ledger: Pick<Ledger, "note" | "notes">;
  readonly #names = new Map<string, string>();
  #several: boolean;

  constructor(
    users: ReadonlyMap<string, User>,
    routes: readonly Route[],
    ledger: Pick<Ledger, "note" | "notes">,
  ) {
    this.#users = new Map(users);
    this.#routes = routes;
    this.#ledger = ledger;
    this.#several = this.#haveSeveral();
  }

  /** Everybody, with their ties. */
  get users(): ReadonlyMap<string, User> {
    return this.#users;
  }

  /** Whether a text can have several readers at all. Asked for every text that comes in, so it is known beforehand. */
  get several(): boolean {
    return this.#several;
  }

  /** Reads what was remembered. */
  async load(): Promise<void> {
    for (const { key, value } of await this.#ledger.notes(OWN, "")) {
      if (key.startsWith(NAME)) this.#names.set(key.slice(NAME.length), value);
      if (!key.startsWith(TIE)) continue;
      const [via = "", ...address] = key.slice(TIE.length).split(":");
      this.#join(value, { via, address: address.join(":") });
    }
  }

  /** The user whose address this is; null: a stranger. */
  userOf(party: Party): string | null {
    const key = partyKey(party);
    for (const user of this.#users.values())
      if (user.parties.some((own) => partyKey(own) === key)) return user.name;
    return null;
  }

  /** From now on this address is the user's too, and texts for her go there as well. Throws Error if there is no such user. */
  async tie(user: string, party: Party): Promise<void> {
    if (!this.#users.has(user)) throw new Error(`there is no user ${user}`);
    await this.#ledger.note(OWN, [{ key: `${TIE}${party.via}:${party.address}`, value: user }]);
    this.#join(user, party);
  }

  nameOf(phone: string): string | null {
    return this.#names.get(phone) ?? null;
  }

  async call(phone: string, name: string | null): Promise<void> {
    await this.#ledger.note(OWN, [{ key: NAME + phone, value: name }]);
    if (name === null) this.#names.delete(phone);
    else this.#names.set(phone, name);
  }

  /** Whether the config names this party, as a user's or a route's. */
  isPlace(party: Party): boolean {
    return (
      this.userOf(party) !== null ||
      this.#routes.some(({ to }) =>
        to.some((target) => typeof target !== "string" && isWithin(target, party)),
      )
    );
  }

  /** A tie to somebody who left the config is no tie. */
  #join(name: string, party: Party): void {
    const user = this.#users.get(name);
    if (!user || this.userOf(party) !== null) return;
    this.#users.set(name, {
      ...user,
      parties: [...user.parties, party],
      reach: [...user.reach, party],
    });
    this.#several = this.#haveSeveral();
  }

  #haveSeveral(): boolean {
    return this.#routes.some(({ to }) => {
      const parties = to.flatMap((target) =>
        typeof target === "string" ? (this.#users.get(target)?.reach ?? []) : [target],
      );
      return new Set(parties.map(partyKey)).size > 1;
    });
  }
}
