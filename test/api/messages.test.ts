// Sending, finding and following texts over the API, against a real daemon with a simulated device.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openRig, type Rig } from "../support/rig.ts";
import { Accepted, Client, refusal, Text, USERS } from "./client.ts";

let rig: Rig;
let root: Client;
let ana: Client;
beforeAll(async () => {
  rig = await openRig({ users: USERS });
  root = await Client.local(rig);
  ana = await root.made({ user: "ana", scopes: ["read", "send", "steer"] });
});
afterAll(() => rig[Symbol.asyncDispose]());

const Problem = z.object({ detail: z.string() });
const Page = z.object({ items: z.array(Text), next: z.string().nullable() });

test("a text is sent, and its story tells every step", async () => {
  const answer = await ana.post("/messages", { to: "0151 1111 1111", text: "hello" });
  expect(answer.status).toBe(202);
  const { id, url, repeated } = Accepted.parse(answer.body);
  expect(repeated).toBe(false);
  expect(answer.headers.get("location")).toBe(url);
  const sms = await rig.sms("hello");
  expect(sms.to).toBe("+4915111111111");
  const steps = await rig.until("delivered", async () => {
    const [delivery] = (await ana.story(id)).deliveries;
    return delivery?.state === "delivered" ? delivery.steps : null;
  });
  const states = steps.map(({ state }) => state);
  expect(states[0]).toBe("queued");
  expect(states).toEqual(expect.arrayContaining(["queued", "sending", "accepted", "delivered"]));
  expect(await ana.story(id)).toMatchObject({
    user: "ana",
    text: "hello",
    deliveries: [{ kind: "out", phone: "+4915111111111", sim: { gateway: "dinstar" }, to: null }],
  });
});

test("several phones, all or none; one phone twice is one text", async () => {
  const to = ["+4915111110001", "0151 1111 0002", "+49 151 11110001"];
  const answer = await ana.post("/messages", { to, text: "to all of you" });
  expect(answer.body).toMatchObject({ recipients: 3, parts: 2 });
  const { id } = Accepted.parse(answer.body);
  const { deliveries } = await ana.story(id);
  expect(deliveries.map(({ phone }) => phone).toSorted()).toEqual(["+4915111110001", "+4915111110002"]);
  expect(refusal(await ana.post("/messages", { to: ["+4915111110003", "nobody"], text: "none" }))).toBe(
    "422 not-a-number",
  );
  expect(await ana.list("/messages?number=%2B4915111110003", Text)).toEqual([]);
});

test("from the SIM that was asked for", async () => {
  const id = await ana.send("+4915111112222", "from port one", { sim: "dinstar:1", urgent: true });
  await rig.sms("from port one");
  expect((await ana.story(id)).deliveries[0]?.sim).toEqual({ gateway: "dinstar", port: 1 });
  expect(refusal(await ana.post("/messages", { to: "+4915111112222", text: "x", sim: "depot:1" }))).toBe(
    "422 no-such-sim",
  );
  expect(refusal(await ana.post("/messages", { to: "+4915111112222", text: "x", sim: "dinstar:99" }))).toBe(
    "422 no-such-sim",
  );
  expect(refusal(await ana.post("/messages", { to: "+4915111112222", text: "x", sim: "a:b:c" }))).toBe(
    "400 bad-request",
  );
});

test("into a conversation that is the sender's own", async () => {
  const id = await ana.send("+4915111113333", "one", { sim: "dinstar:1" });
  const thread = (await ana.story(id)).deliveries[0]?.thread ?? 0;
  const next = await ana.send("+4915111113333", "two", { thread });
  expect((await ana.story(next)).deliveries[0]?.thread).toBe(thread);
  const ben = await root.made({ user: "ben", scopes: ["read", "send"] });
  expect(refusal(await ben.post("/messages", { to: "+4915111113333", text: "x", thread }))).toBe(
    "404 not-found",
  );
  expect(refusal(await ana.post("/messages", { to: "+4915111113333", text: "x", thread: 999_999 }))).toBe(
    "404 not-found",
  );
});

test("what is refused, and why", async () => {
  const ben = await root.made({ user: "ben", scopes: ["send"] });
  const cleo = await root.made({ user: "cleo", scopes: ["send"] });
  const to = "+4915122220000";
  expect(refusal(await ben.post("/messages", { to: "+49900123456", text: "x" }))).toBe("403 not-allowed");
  expect(refusal(await cleo.post("/messages", { to, text: "x" }))).toBe("403 not-allowed");
  expect(refusal(await ana.post("/messages", { to, text: "  " }))).toBe("422 nothing-to-send");
  await ben.send(to, "one of two");
  await ben.send(to, "two of two");
  const over = await ben.post("/messages", { to, text: "three of two" });
  expect(refusal(over)).toBe("429 over-quota");
  const { retryAt } = z.object({ retryAt: z.iso.datetime() }).parse(over.body);
  expect(Date.parse(retryAt)).toBeGreaterThan(Date.now());
  expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(60);
});

test("a token sends as its own user; an admin's as anybody who is there", async () => {
  const to = "+4915133330000";
  expect(refusal(await ana.post("/messages", { to, text: "x", user: "ben" }))).toBe("403 forbidden");
  expect(refusal(await root.post("/messages", { to, text: "x" }))).toBe("422 no-such-user");
  expect(refusal(await root.post("/messages", { to, text: "x", user: "nobody" }))).toBe("422 no-such-user");
  const olga = await root.made({ user: null, role: "operator", scopes: ["send", "read"] });
  expect(refusal(await olga.post("/messages", { to, text: "x", user: "ana" }))).toBe("403 forbidden");
  const id = await root.send(to, "as ana", { user: "ana" });
  expect(await ana.story(id)).toMatchObject({ user: "ana" });
  await ana.send(to, "as myself", { user: "ana" });
});

test.each([
  [{ text: "x" }, "to"],
  [{ to: [], text: "x" }, "to"],
  [{ to: "+4915111111111" }, "text"],
  [{ to: "+4915111111111", text: 7 }, "text"],
  [{ to: "+4915111111111", text: "\ud800" }, "text"],
  [{ to: "+4915111111111", text: "x", urgnet: true }, "urgnet"],
  [{ to: "+4915111111111", text: "x", thread: -1 }, "thread"],
  [{ to: "+4915111111111", text: "x".repeat(100_001) }, "text"],
  [[], ""],
])("a request that can't be read names what is wrong: %#", async (body, named) => {
  const answer = await ana.post("/messages", body);
  expect(refusal(answer)).toBe("400 bad-request");
  expect(JSON.stringify(answer.body)).toContain(named);
});

test("what is no JSON, or not said to be, is refused", async () => {
  expect(refusal(await ana.post("/messages", "{"))).toBe("400 bad-request");
  expect(refusal(await ana.post("/messages", "a=b", { "Content-Type": "text/plain" }))).toBe("415 not-json");
  const empty = await ana.post("/messages");
  expect(refusal(empty)).toBe("400 bad-request");
});

test("texts are found by number in any form, by words, state, way, gateway and time", async () => {
  const before = new Date().toISOString();
  await ana.send("+4915144440000", "a needle in the hay", { sim: "dinstar:0" });
  await rig.sms("a needle in the hay");
  rig.text("+4915144440000", "found it");
  await rig.letter("found it");
  const texts = async (query: string) => (await ana.list(`/messages?${query}`, Text)).map(({ text }) => text);
  expect(await texts("number=0151%2044440000")).toEqual(["found it", "a needle in the hay"]);
  expect(await texts("text=NEEDLE")).toEqual(["a needle in the hay"]);
  expect(await texts("number=%2B4915144440000&way=in")).toEqual(["found it"]);
  expect(await texts("number=%2B4915144440000&way=out&gateway=dinstar")).toEqual(["a needle in the hay"]);
  expect(await texts("number=%2B4915144440000&gateway=depot")).toEqual([]);
  expect(await texts(`since=${before}&number=%2B4915144440000&limit=1`)).toEqual(["found it"]);
  expect(await texts(`until=${before}&number=%2B4915144440000`)).toEqual([]);
  expect(await texts("number=%2B4915144440000&state=queued")).toEqual([]);
  expect(await texts("number=Vodafone")).toEqual([]);
  const times = before.replace("Z", "%2B00:00");
  expect(await texts(`since=${times}&number=%2B4915144440000&way=in`)).toEqual(["found it"]);
});

test.each([
  "limit=0",
  "limit=501",
  "limit=x",
  "cursor=x9",
  "cursor=i5",
  "since=yesterday",
  "state=gone",
  "nunber=1",
  "way=in&way=out",
])("a query that can't be read is refused: %s", async (query) => {
  const answer = await ana.get(`/messages?${query}`);
  expect(refusal(answer)).toBe("400 bad-request");
  expect(Problem.parse(answer.body).detail).toContain(query.split("=")[0]);
});

test("pages hold every text once, also while others arrive", async () => {
  const to = "+4915155550000";
  const wrote: string[] = [];
  for (const n of [1, 2, 3, 4, 5, 6, 7]) {
    wrote.unshift(`page ${n}`);
    await ana.send(to, `page ${n}`);
  }
  const seen: string[] = [];
  let cursor = "";
  do {
    const page = await ana.took("GET", `/messages?number=%2B4915155550000&limit=3${cursor}`, undefined, Page);
    seen.push(...page.items.map(({ text }) => text));
    await ana.send(to, "in between");
    cursor = page.next === null ? "" : `&cursor=${page.next}`;
  } while (cursor !== "");
  expect(seen).toEqual(wrote);
});

test("a user sees her own conversations only, and not that there are others", async () => {
  const id = await ana.send("+4915166660000", "for ana's eyes");
  const thread = (await ana.story(id)).deliveries[0]?.thread ?? 0;
  const ben = await root.made({ user: "ben", scopes: ["read", "steer"] });
  expect(await ben.list("/messages?text=eyes", Text)).toEqual([]);
  expect(await ben.list("/messages?number=%2B4915166660000", Text)).toEqual([]);
  for (const way of [`/messages/${id}`, `/conversations/${thread}`]) {
    const hidden = await ben.get(way);
    expect(refusal(hidden)).toBe("404 not-found");
    const absent = await ben.get(way.replace(/\w+$/, "1234567"));
    expect(absent.body).toEqual(hidden.body);
  }
  for (const [what, body] of [
    ["cancel", undefined],
    ["retry", {}],
    ["reroute", { sim: "dinstar:0" }],
  ] as const)
    expect(refusal(await ben.post(`/messages/${id}/${what}`, body))).toBe("404 not-found");
  const olga = await root.made({ user: "olga", scopes: ["read"] });
  expect(await olga.list("/messages?text=eyes", Text)).toHaveLength(1);
  expect((await olga.story(id)).text).toBe("for ana's eyes");
});

test("of a message to several, a user sees what is in her conversations, and steers none of it", async () => {
  const own = await ana.send("+4915177770001", "ana begins", { sim: "dinstar:0" });
  await rig.sms("ana begins");
  rig.text("+4915177770001", "the phone answers");
  await rig.letter("the phone answers");
  const thread = (await ana.story(own)).deliveries[0]?.thread ?? 0;
  const olga = await root.made({ user: "olga", scopes: ["read", "send"] });
  const to = ["+4915177770001", "+4915177770002"];
  const { id } = await olga.took("POST", "/messages", { to, text: "to both", thread }, Accepted, 202);
  const phones = async (who: Client) =>
    new Set((await who.story(id)).deliveries.filter(({ kind }) => kind === "out").map(({ phone }) => phone));
  expect(await phones(olga)).toEqual(new Set(to));
  expect(await phones(ana)).toEqual(new Set(["+4915177770001"]));
  expect(refusal(await ana.post(`/messages/${id}/cancel`))).toBe("404 not-found");
});
