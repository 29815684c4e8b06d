// Conversations and the inbox over the API: what was said, who was told, and every text that came in exactly once.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openRig, type Rig } from "../support/rig.ts";
import { Client, refusal, Text, USERS } from "./client.ts";

let rig: Rig;
let root: Client;
let ana: Client;
beforeAll(async () => {
  rig = await openRig({ users: USERS, routes: [{ to: ["email:team@example.org", "olga"] }] });
  root = await Client.local(rig);
  ana = await root.made({ user: "ana", scopes: ["read", "send"] });
});
afterAll(() => rig[Symbol.asyncDispose]());

const Conversation = z.object({
  thread: z.number(),
  phone: z.string(),
  name: z.string().nullable(),
  activeAt: z.string(),
  last: Text.nullable(),
});
const Inbox = z.object({
  items: z.array(z.object({ id: z.string(), from: z.string(), text: z.string(), thread: z.number() })),
  next: z.string(),
  more: z.boolean(),
});
const readInbox = (who: Client, cursor: string | null, limit = 50) =>
  who.took("GET", `/inbox?limit=${limit}${cursor === null ? "" : `&cursor=${cursor}`}`, undefined, Inbox);

test("a conversation holds what both said, newest first, and who was given it", async () => {
  await ana.send("+4915111110001", "how are you?", { sim: "dinstar:0" });
  await rig.sms("how are you?");
  rig.text("+4915111110001", "fine, you?");
  await rig.letter("fine, you?");
  const [first] = await ana.list("/conversations", Conversation);
  expect(first).toMatchObject({
    phone: "+4915111110001",
    name: null,
    last: { text: "fine, you?", kind: "in" },
  });
  const items = await ana.list(`/conversations/${first?.thread}`, Text);
  expect(items.map(({ kind, text, state }) => [kind, text, state === "failed"])).toEqual([
    ["in", "fine, you?", false],
    ["out", "how are you?", false],
  ]);
  expect(items[0]).toMatchObject({
    sim: { gateway: "dinstar", port: 0 },
    to: { via: "email", address: "ana@example.org", user: "ana" },
  });
});

test("a user sees whose the other copies are, not their addresses", async () => {
  rig.text("+4915111110002", "anybody there?");
  await rig.letter("anybody there?");
  const olga = await root.made({ user: "olga", role: "user", scopes: ["read"] });
  const { items } = await readInbox(root, null);
  const thread = items.find(({ from }) => from === "+4915111110002")?.thread;
  const seen = (await root.list(`/conversations/${thread}`, Text)).map(({ to }) => to);
  expect(seen).toContainEqual({ via: "email", address: "team@example.org", user: null });
  await rig.send("+4915111110002@sms.example.org", "olga answers", { from: "olga@example.org" });
  await rig.sms("olga answers");
  const [own] = await olga.list("/conversations", Conversation);
  const told = (await olga.list(`/conversations/${own?.thread}`, Text)).flatMap(({ to }) => (to ? [to] : []));
  for (const { address, user } of told) expect(address).toBe(user === "olga" ? "olga@example.org" : null);
});

test("pages of conversations and of one conversation hold everything once", async () => {
  for (const n of [1, 2, 3, 4, 5]) await ana.send(`+491512222000${n}`, `to ${n}`);
  const phones: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const path: string = `/conversations?limit=2${next === "" ? "" : `&cursor=${next}`}`;
    const page = await ana.took(
      "GET",
      path,
      undefined,
      z.object({ items: z.array(Conversation), next: z.string().nullable() }),
    );
    phones.push(...page.items.map(({ phone }) => phone));
    next = page.next;
  }
  expect(phones).toEqual(expect.arrayContaining([1, 2, 3, 4, 5].map((n) => `+491512222000${n}`)));
  expect(new Set(phones).size).toBe(phones.length);

  for (const n of [1, 2, 3, 4]) await ana.send("+4915122220001", `more ${n}`);
  const thread = (await ana.list("/conversations", Conversation))[0]?.thread;
  const texts: string[] = [];
  next = "";
  while (next !== null) {
    const path: string = `/conversations/${thread}?limit=2${next === "" ? "" : `&cursor=${next}`}`;
    const page = await ana.took(
      "GET",
      path,
      undefined,
      z.object({ items: z.array(Text), next: z.string().nullable() }),
    );
    texts.push(...page.items.map(({ text }) => text));
    next = page.next;
  }
  expect(texts).toEqual(["more 4", "more 3", "more 2", "more 1", "to 1"]);
});

test("a conversation that is not there, or has no such name", async () => {
  for (const name of ["999999", "0", "-1", "abc", "9".repeat(30)])
    expect(refusal(await ana.get(`/conversations/${name}`))).toBe("404 not-found");
  expect(refusal(await ana.get("/conversations?cursor=c1"))).toBe("400 bad-request");
  const [{ thread } = { thread: 0 }] = await ana.list("/conversations", Conversation);
  expect((await ana.get(`/conversations/${thread}?cursor=t1`)).body).toMatchObject({ items: [], next: null });
});

test("the inbox gives every text once, in order, also while they arrive", async () => {
  const start = (await readInbox(root, null, 500)).next;
  const wrote = Array.from({ length: 30 }, (_, n) => `arrives ${n}`);
  const writing = (async () => {
    for (const [n, text] of wrote.entries()) {
      rig.text(`+49151333300${String(n % 10).padStart(2, "0")}`, text);
      if (n % 7 === 0) await rig.asked("query_incoming_sms");
    }
  })();
  const seen: string[] = [];
  let cursor = start;
  await rig.until("all of them", async () => {
    const page = await readInbox(root, cursor, 4);
    expect(page.more).toBe(page.more && page.items.length === 4);
    expect(page.items.length > 0 || page.next === cursor).toBe(true);
    seen.push(...page.items.map(({ text }) => text));
    cursor = page.next;
    return seen.length >= wrote.length;
  });
  await writing;
  expect(seen).toEqual(wrote);
  expect(await readInbox(root, cursor)).toEqual({ items: [], next: cursor, more: false });
  const again = await readInbox(root, start, 500);
  expect(again.items.map(({ text }) => text)).toEqual(wrote);
});

test("a text that no route takes is in the inbox all the same", async () => {
  await using lonely = await openRig({ users: USERS, routes: [] });
  const boss = await Client.local(lonely);
  lonely.text("+4915155550001", "is anybody there?");
  await lonely.logged("no route");
  const { items } = await readInbox(boss, null);
  expect(items).toMatchObject([{ from: "+4915155550001", text: "is anybody there?" }]);
  const [told] = await boss.list(`/conversations/${items[0]?.thread}`, Text);
  expect(told).toMatchObject({ kind: "in", state: "failed", to: null });
});

test("a text for several is in the inbox once", async () => {
  const before = (await readInbox(root, null, 500)).next;
  rig.text("+4915144440001", "for two");
  await rig.letter("for two");
  await rig.settled();
  expect((await readInbox(root, before)).items).toMatchObject([{ from: "+4915144440001", text: "for two" }]);
});

test("a user's inbox is of her own conversations; since leaves out what came before", async () => {
  const texts = (await readInbox(ana, null)).items.map(({ text }) => text);
  expect(texts).toEqual(["fine, you?"]);
  const now = new Date(Date.now() + 60_000).toISOString();
  const late = await ana.took("GET", `/inbox?since=${now}`, undefined, Inbox);
  expect(late.items).toEqual([]);
  expect(refusal(await ana.get("/inbox?cursor=m1"))).toBe("400 bad-request");
});
