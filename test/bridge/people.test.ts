// The people of the config and what they said of themselves since: ties and names outlast a restart, strangers stay strangers.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { People } from "../../src/bridge/people.ts";
import type { User } from "../../src/bridge/policy.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import type { Route } from "../../src/bridge/route.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-people-"));
  store = openSqlite(join(folder, "simpost.db"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const user = (name: string, ...addresses: string[]): User => {
  const parties = addresses.map((address) => ({ via: "email", address }));
  return { name, parties, reach: parties, send: null, validity: null, language: null };
};
const chat = (address: string) => ({ via: "telegram", address });

async function open(users: readonly User[], to: Route["to"] = []): Promise<People> {
  const routes = [{ gateway: null, port: null, from: null, text: null, to }];
  const people = new People(new Map(users.map((one) => [one.name, one])), routes, store);
  await people.load();
  return people;
}

test("a tied address is the user's, texts for her go there too, and that outlasts a restart", async () => {
  const before = await open([user("ana", "ana@example.org")]);
  expect(before.userOf(chat("1001"))).toBeNull();
  await before.tie("ana", chat("1001"));
  const after = await open([user("ana", "ana@example.org")]);
  for (const people of [before, after]) {
    expect(people.userOf(chat("1001"))).toBe("ana");
    expect(people.users.get("ana")?.reach).toEqual([
      { via: "email", address: "ana@example.org" },
      chat("1001"),
    ]);
  }
});

test("a tie to somebody who left the config is none, nor does one take an address from its owner", async () => {
  const before = await open([user("ana"), user("ben")]);
  await before.tie("ana", chat("1001"));
  await before.tie("ben", chat("1002"));
  const after = await open([user("ben")]);
  expect(after.userOf(chat("1001"))).toBeNull();
  await after.tie("ben", chat("1002"));
  expect(after.users.get("ben")?.parties).toEqual([chat("1002")]);
  await expect(after.tie("ana", chat("1003"))).rejects.toThrow("there is no user ana");
});

test("the config's own map is left as it is", async () => {
  const users = new Map([["ana", user("ana")]]);
  const people = new People(users, [], store);
  await people.tie("ana", chat("1001"));
  expect(users.get("ana")?.parties).toEqual([]);
});

test("a phone has a name until it is taken away", async () => {
  const people = await open([]);
  await people.call("+4915112345678", "Bob");
  expect((await open([])).nameOf("+4915112345678")).toBe("Bob");
  await people.call("+4915112345678", null);
  expect(people.nameOf("+4915112345678")).toBeNull();
  expect((await open([])).nameOf("+4915112345678")).toBeNull();
});

test("places are what users and routes name, whatever the case", async () => {
  const people = await open([user("ana", "Ana@Example.org")], ["ana", chat("-100")]);
  expect(people.isPlace({ via: "email", address: "ana@example.ORG" })).toBe(true);
  expect(people.isPlace(chat("-100"))).toBe(true);
  expect(people.isPlace(chat("-200"))).toBe(false);
  expect(people.isPlace({ via: "other", address: "-100" })).toBe(false);
});

test("several can be given one text only if a route names several", async () => {
  const ana = user("ana", "ana@example.org");
  expect((await open([ana], ["ana"])).several).toBe(false);
  expect((await open([ana], ["ana", { via: "email", address: "ANA@example.org" }])).several).toBe(false);
  expect((await open([ana], ["ana", chat("-100")])).several).toBe(true);
  const tied = await open([ana], ["ana"]);
  await tied.tie("ana", chat("1001"));
  expect(tied.several).toBe(true);
});
