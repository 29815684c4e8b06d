// Server-sent events: what happens is told as it happens, to each who may see it, until she goes, is shut out, or the daemon stops.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createGuard } from "../../src/api/guard.ts";
import { createStreams } from "../../src/api/streams.ts";
import { openTokens } from "../../src/api/tokens.ts";
import { openControl } from "../../src/bridge/control.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { FakeClock, turn } from "../support/clock.ts";
import { house } from "../support/house.ts";
import { MemoryLog } from "../support/log.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { Client, refusal, Token, USERS } from "./client.ts";

let rig: Rig;
let root: Client;
let ana: Client;
beforeAll(async () => {
  rig = await openRig({ users: USERS });
  root = await Client.local(rig);
  ana = await root.made({ user: "ana", scopes: ["read", "send"] });
});
afterAll(() => rig[Symbol.asyncDispose]());

/** A stream that is read as it comes. */
class Stream {
  readonly events: Record<string, unknown>[] = [];
  raw = "";
  over = false;
  readonly #abort = new AbortController();
  type: string | null = null;

  static async open(who: Client): Promise<Stream> {
    const stream = new Stream();
    const response = await fetch(`${who.url}/events`, {
      headers: { Authorization: `Bearer ${who.token}` },
      signal: stream.#abort.signal,
    });
    stream.type = response.headers.get("content-type");
    void stream.#read(response).catch(() => {
      stream.over = true;
    });
    await rig.until("the stream's first line", () => stream.raw !== "");
    return stream;
  }

  async #read(response: Response): Promise<void> {
    if (!response.body) throw new Error("no body");
    for await (const chunk of response.body) {
      this.raw += Buffer.from(chunk).toString();
      const blocks = this.raw.split("\n\n").slice(0, -1);
      const told = blocks.flatMap((block) => /^event: (\w+)\ndata: (.*)$/.exec(block)?.slice(1) ?? []);
      this.events.length = 0;
      for (let n = 0; n < told.length; n += 2)
        this.events.push({ event: told[n], ...(JSON.parse(told[n + 1] ?? "{}") as object) });
    }
    this.over = true;
  }

  close(): void {
    this.#abort.abort();
  }
}

const open = (who: Client): Promise<Stream> => Stream.open(who);

test("what happens is told, in order, to those who may see it", async () => {
  const ben = await root.made({ user: "ben", scopes: ["read"] });
  const [all, own, others] = [await open(root), await open(ana), await open(ben)];
  expect(own.type).toBe("text/event-stream");
  const id = await ana.send("+4915111110001", "watch me");
  await rig.until("delivered", () => own.events.some(({ state }) => state === "delivered"));
  const states = own.events.filter(({ event, message }) => event === "delivery" && message === id);
  expect(states.map(({ state }) => state)).toEqual(expect.arrayContaining(["accepted", "delivered"]));
  expect(states.at(-1)?.state).toBe("delivered");
  expect(own.events[0]).toMatchObject({ event: "message", kind: "message", message: id });
  await rig.until("the same for the operator", () => all.events.some(({ state }) => state === "delivered"));
  await root.post("/ports/pause", { gateway: "dinstar", paused: true });
  await root.post("/ports/pause", { gateway: "dinstar", paused: false });
  await rig.until("the gateway's news", () => others.events.length >= 2);
  expect(others.events.map(({ event }) => event)).toEqual(["gateway", "gateway"]);
  for (const stream of [all, own, others]) stream.close();
});

test("at most four streams a token; one that was left makes room", async () => {
  const who = await root.made({ user: "ana", scopes: ["read"] });
  const streams = [await open(who), await open(who), await open(who), await open(who)];
  expect(refusal(await who.get("/events"))).toBe("429 too-many");
  streams[0]?.close();
  await rig.until("room", async () => {
    const abort = new AbortController();
    const response = await fetch(`${who.url}/events`, {
      headers: { Authorization: `Bearer ${who.token}` },
      signal: abort.signal,
    });
    abort.abort();
    return response.status === 200;
  });
  for (const stream of streams) stream.close();
});

test("a HEAD leaves no stream open", async () => {
  const who = await root.made({ user: "ana", scopes: ["read"] });
  for (let n = 0; n < 6; n++) {
    const headers = { Authorization: `Bearer ${who.token}` };
    expect((await fetch(`${who.url}/events`, { method: "HEAD", headers })).status).toBe(200);
  }
  (await open(who)).close();
});

test("a revoked token's streams end at once", async () => {
  const { id, token } = await root.took("POST", "/tokens", { name: "x", user: "ana" }, Token, 201);
  const stream = await open(root.as(token));
  await root.ask("DELETE", `/tokens/${id}`);
  expect(await rig.until("the end", () => stream.over)).toBe(true);
});

test("a stream lives on through a reload, with what its user may see then", async () => {
  const olga = await root.made({ user: "olga", scopes: ["read"] });
  const stream = await open(olga);
  await rig.daemon.reload(rig.config({ users: { ...USERS, olga: { email: ["olga@example.org"] } } }));
  const hidden = await ana.send("+4915111110002", "not for olga now");
  await rig.until("delivered", async () => (await ana.story(hidden)).deliveries[0]?.state === "delivered");
  await rig.daemon.reload(rig.config());
  const shown = await ana.send("+4915111110002", "for olga again");
  await rig.until("the news", () => stream.events.some(({ message }) => message === shown));
  expect(stream.events.some(({ message }) => message === hidden)).toBe(false);
  stream.close();
});

test("streams end when the daemon stops", async () => {
  const stream = await open(ana);
  await rig.stop();
  expect(await rig.until("the end", () => stream.over)).toBe(true);
  await rig.start();
});

/** Streams with a clock in hand, and a token for them that ends in 40 seconds. */
async function unit() {
  const clock = new FakeClock();
  const notes = new Map<string, string>();
  const ledger = {
    note: (_: string, all: readonly { key: string; value: string | null }[]) => {
      for (const { key, value } of all) {
        if (value === null) notes.delete(key);
        else notes.set(key, value);
      }
      return Promise.resolve();
    },
    notes: (_: string, prefix: string) =>
      Promise.resolve(
        [...notes].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => ({ key, value })),
      ),
  };
  const log = new MemoryLog();
  const own = house({} as Store);
  const tokens = openTokens(ledger, clock, log);
  const users = new Map([["ana", { name: "ana", role: "user" as const, addresses: [], perDay: null }]]);
  const guard = createGuard({ tokens, users: () => users, localKey: null, clock, log });
  const stopping = new AbortController();
  const streams = createStreams({ control: () => openControl(own), guard, clock, stopping: stopping.signal });
  const expires = clock.now() + 40_000;
  const made = await tokens.make({ name: "x", user: "ana", role: "user", scopes: ["read"], expires });
  const caller = await guard.caller(new Headers({ Authorization: `Bearer ${made.secret}` }), "127.0.0.1");
  const reader = z
    .instanceof(ReadableStream<Uint8Array>)
    .parse(streams.open(caller).body)
    .getReader();
  const next = async (): Promise<string | null> => {
    const { done, value } = await reader.read();
    return done ? null : new TextDecoder().decode(value);
  };
  return { clock, own, next, stopping };
}

test("a heartbeat every 15 seconds; who is shut out goes with it", async () => {
  const { clock, own, next } = await unit();
  expect(await next()).toMatch(/^retry: 3000\n/);
  await clock.advance(15_000);
  expect(await next()).toBe(": still here\n\n");
  await clock.advance(15_000);
  expect(await next()).toBe(": still here\n\n");
  await clock.advance(15_000);
  expect(await next()).toBeNull();
  await turn();
  expect(own.watchers.size).toBe(0);
});

test("who reads too slowly is let go, and holds nothing up", async () => {
  const { own, next } = await unit();
  expect(own.watchers.size).toBe(1);
  for (let n = 0; n < 1_001; n++)
    for (const watcher of own.watchers) watcher({ kind: "gateway", gateway: "office" });
  expect(own.watchers.size).toBe(0);
  await next();
  expect(await next()).toBeNull();
});
