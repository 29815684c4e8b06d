// Steering over the API: pausing, the queue and why, taking back, sending again or from another SIM, dialling.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openRig, type Rig } from "../support/rig.ts";
import { Accepted, Client, refusal, Text, USERS } from "./client.ts";

let rig: Rig;
let root: Client;
let ana: Client;
let olga: Client;
beforeAll(async () => {
  rig = await openRig({ users: USERS });
  root = await Client.local(rig);
  ana = await root.made({ user: "ana", scopes: ["read", "send", "steer"] });
  olga = await root.made({ user: "olga", scopes: ["read", "steer"] });
});
afterAll(() => rig[Symbol.asyncDispose]());

const Queue = Text.extend({ why: z.string() });
const pause = (paused: boolean, port?: number) =>
  olga.post("/ports/pause", { gateway: "dinstar", ...(port === undefined ? {} : { port }), paused });
const state = async (id: string): Promise<string | undefined> =>
  (await root.story(id)).deliveries.find(({ kind }) => kind === "out")?.state;

test("what is paused waits, shows in the queue and why, and leaves once it is resumed", async () => {
  expect((await pause(true)).body).toEqual({ paused: [{ gateway: "dinstar", port: null }] });
  const id = await ana.send("+4915111110001", "not now");
  expect(await olga.list("/queue", Queue)).toMatchObject([{ id, why: "paused", state: "queued" }]);
  expect(await ana.list("/queue", Queue)).toMatchObject([{ id }]);
  const ben = await root.made({ user: "ben", scopes: ["read"] });
  expect(await ben.list("/queue", Queue)).toEqual([]);
  expect((await root.get("/status")).body).toMatchObject({
    paused: [{ gateway: "dinstar", port: null }],
    gateways: [{ name: "dinstar", up: true, paused: true }],
    depth: { queued: 1 },
  });
  expect((await pause(false)).body).toEqual({ paused: [] });
  await rig.sms("not now");
  await rig.until("an empty queue", async () => (await olga.list("/queue", Queue)).length === 0);
});

test("one port is paused without the other", async () => {
  expect((await pause(true, 1)).body).toEqual({ paused: [{ gateway: "dinstar", port: 1 }] });
  const ports = await root.list("/ports", z.object({ port: z.number(), paused: z.boolean() }));
  expect(ports).toEqual([
    { port: 0, paused: false },
    { port: 1, paused: true },
  ]);
  await ana.send("+4915111110002", "by the other one");
  expect((await rig.sms("by the other one")).port).toBe(0);
  await pause(false);
});

test("pausing is for operators, and for what there is", async () => {
  expect(refusal(await ana.post("/ports/pause", { gateway: "dinstar", paused: true }))).toBe("403 forbidden");
  expect(refusal(await olga.post("/ports/pause", { gateway: "depot", paused: true }))).toBe("404 not-found");
  expect(refusal(await pause(true, 9))).toBe("404 not-found");
  expect(refusal(await olga.post("/ports/pause", { gateway: "dinstar" }))).toBe("400 bad-request");
});

test("a text that waits is taken back once; what left can't be", async () => {
  await pause(true);
  const id = await ana.send("+4915111110003", "taken back");
  expect((await ana.post(`/messages/${id}/cancel`)).body).toEqual({ cancelled: true });
  expect(refusal(await ana.post(`/messages/${id}/cancel`))).toBe("409 too-late");
  expect(await state(id)).toBe("failed");
  await pause(false);
  const other = await ana.send("+4915111110003", "gone");
  await rig.sms("gone");
  expect(refusal(await ana.post(`/messages/${other}/cancel`))).toBe("409 too-late");
  expect(rig.texts).not.toContain("taken back");
});

test("a text that waits leaves from another SIM", async () => {
  await pause(true, 1);
  const id = await ana.send("+4915111110004", "the other way", { sim: "dinstar:1" });
  expect(refusal(await ana.post(`/messages/${id}/reroute`, {}))).toBe("400 bad-request");
  expect(refusal(await ana.post(`/messages/${id}/reroute`, { sim: "depot:1" }))).toBe("422 no-such-sim");
  const next = await ana.took("POST", `/messages/${id}/reroute`, { sim: "dinstar:0" }, Accepted, 202);
  expect((await rig.sms("the other way")).port).toBe(0);
  expect(next.id).not.toBe(id);
  expect(refusal(await ana.post(`/messages/${id}/reroute`, { sim: "dinstar:0" }))).toBe("409 too-late");
  await pause(false);
});

test("a failed text is sent again, once for each key", async () => {
  await pause(true);
  const id = await ana.send("+4915111110005", "once more");
  expect(refusal(await ana.post(`/messages/${id}/retry`))).toBe("409 too-late");
  await ana.post(`/messages/${id}/cancel`);
  await pause(false);
  const again = (headers = {}, body: unknown = {}) =>
    ana.took("POST", `/messages/${id}/retry`, body, Accepted, 202, headers);
  const first = await again();
  expect(first.repeated).toBe(false);
  expect(await again()).toMatchObject({ id: first.id, repeated: true });
  const other = await again({ "Idempotency-Key": "k1" });
  expect(other.id).not.toBe(first.id);
  expect(await again({ "Idempotency-Key": "k1" })).toMatchObject({ id: other.id, repeated: true });
  const reuse = await ana.post(`/messages/${id}/retry`, { sim: "dinstar:1" }, { "Idempotency-Key": "k1" });
  expect(refusal(reuse)).toBe("422 key-reused");
  await rig.settled();
  expect(rig.texts.filter((text) => text === "once more")).toHaveLength(2);
});

test("a retry without a body, and from another SIM", async () => {
  await pause(true);
  const id = await ana.send("+4915111110006", "elsewhere");
  await ana.post(`/messages/${id}/cancel`);
  await pause(false);
  await ana.took("POST", `/messages/${id}/retry`, { sim: "dinstar:1" }, Accepted, 202);
  expect((await rig.sms("elsewhere")).port).toBe(1);
  expect(refusal(await ana.post("/messages/00000/retry"))).toBe("404 not-found");
});

test("a code is dialled, and the answer comes into its conversation", async () => {
  const dialled = z.object({ id: z.string(), thread: z.number(), url: z.string() });
  const answer = await ana.took(
    "POST",
    "/ussd",
    { gateway: "dinstar", port: 1, code: "*100#" },
    dialled,
    202,
  );
  expect(answer.url).toBe(`/api/v1/conversations/${answer.thread}`);
  const texts = await rig.until("the network's answer", async () => {
    const items = await ana.list(`/conversations/${answer.thread}`, Text);
    return items.some(({ kind }) => kind === "in") ? items : null;
  });
  const reply = texts.find(({ kind }) => kind === "in");
  expect(reply?.text).toContain("12.34 EUR");
  expect(reply).toMatchObject({
    phone: "*100#",
    sim: { gateway: "dinstar", port: 1 },
  });
  const menu = await ana.took("POST", "/ussd", { gateway: "dinstar", port: 0, code: "*111#" }, dialled, 202);
  const shown = (words: string) =>
    rig.until(words, async () =>
      (await ana.list(`/conversations/${menu.thread}`, Text)).find(({ text }) => text.includes(words)),
    );
  await shown("1 balance");
  await ana.send("*111#", "2", { thread: menu.thread });
  await shown("Tariff: Prepaid");
  expect(refusal(await ana.post("/ussd", { gateway: "dinstar", code: "100" }))).toBe("422 not-a-number");
  expect(refusal(await ana.post("/ussd", { gateway: "depot", code: "*100#" }))).toBe("422 no-such-sim");
  expect(refusal(await root.post("/ussd", { gateway: "dinstar", code: "*100#" }))).toBe("422 no-such-user");
});

test("what was paused stays so over a restart", async () => {
  await pause(true, 0);
  await rig.stop();
  await rig.start();
  const after = await Client.local(rig);
  expect((await after.get("/status")).body).toMatchObject({ paused: [{ gateway: "dinstar", port: 0 }] });
  expect((await after.post("/ports/pause", { gateway: "dinstar", paused: false })).body).toEqual({
    paused: [],
  });
});
