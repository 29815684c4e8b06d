// The stream of events: who hears of what, how often, and that it ends.
import { expect, test } from "vitest";
import type { Happening } from "../../src/bridge/ports/control.ts";
import { eventStream } from "../../src/console/events.ts";
import { turn } from "../support/clock.ts";
import { openStand, type Stand } from "./stand.ts";

/** Reads a stream as its events come. */
function listen(stand: Stand, user: string, role: "user" | "operator") {
  const over = new AbortController();
  let ended = 0;
  const answer = eventStream(stand.control, { user, role }, stand.clock, over.signal, () => {
    ended += 1;
  });
  const reader = (answer.body ?? new ReadableStream<Uint8Array>()).getReader();
  const decoder = new TextDecoder();
  /** The next event; null: the stream is at its end. */
  const next = async (): Promise<string | null> => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return null;
      const data = /^data: (.*)$/m.exec(decoder.decode(value))?.[1];
      if (data !== undefined) return data;
    }
  };
  return { next, over, reader, answer, ended: () => ended };
}

const happens = (stand: Stand, ...all: readonly Happening[]) => {
  for (const one of all) for (const watcher of stand.house.watchers) watcher(one);
};
const message = (thread: number) => ({ kind: "message", message: "m", thread }) as const;
const gateway = { kind: "gateway", gateway: "office" } as const;

test("a user hears of her own conversations only, and not of gateways; an operator of all", async () => {
  await using stand = await openStand();
  const [own, other] = [await stand.hear("+491", "x", ["ana"]), await stand.hear("+492", "x", ["ben"])];
  const [ana, olga] = [listen(stand, "ana", "user"), listen(stand, "olga", "operator")];
  happens(stand, gateway, message(other), message(own));
  expect(await ana.next()).toBe(`{"kinds":["message"],"threads":[${own}]}`);
  const heard = [await olga.next()];
  await stand.clock.advance(300);
  heard.push(await olga.next());
  expect(heard.join()).toContain('"gateway"');
  expect(heard.join()).toContain(`[${other},${own}]`);
  // A conversation that she is let into later is hers from then on.
  await stand.hear("+492", "y", ["ana"]);
  await stand.clock.advance(300);
  happens(stand, message(other));
  expect(await ana.next()).toBe(`{"kinds":["message"],"threads":[${other}]}`);
});

test("much at once is one event; very much names no conversations", async () => {
  await using stand = await openStand();
  const olga = listen(stand, "olga", "operator");
  happens(stand, message(1));
  expect(await olga.next()).toBe('{"kinds":["message"],"threads":[1]}');
  happens(stand, message(2), message(3), message(2), gateway);
  await turn();
  await stand.clock.advance(300);
  expect(await olga.next()).toBe('{"kinds":["gateway","message"],"threads":[2,3]}');
  happens(stand, ...Array.from({ length: 200 }, (_, n) => message(n)));
  await turn();
  await stand.clock.advance(300);
  expect(await olga.next()).toBe('{"kinds":["message"],"threads":null}');
});

test("who does not read costs nothing, and hears of all of it once he reads again", async () => {
  await using stand = await openStand();
  const olga = listen(stand, "olga", "operator");
  for (let n = 0; n < 100; n++) {
    happens(stand, message(n));
    await turn();
    await stand.clock.advance(300);
  }
  const threads = new Set<number>();
  while (threads.size < 100) {
    await stand.clock.advance(300);
    const said: unknown = JSON.parse((await olga.next()) ?? "{}");
    if (said !== null && typeof said === "object" && "threads" in said && Array.isArray(said.threads))
      for (const thread of said.threads) threads.add(Number(thread));
  }
  expect(threads.size).toBe(100);
});

test("a silent stream says now and then that it is there", async () => {
  await using stand = await openStand();
  const ana = listen(stand, "ana", "user");
  const decoder = new TextDecoder();
  expect(decoder.decode((await ana.reader.read()).value)).toContain("retry:");
  await stand.clock.advance(25_000);
  expect(decoder.decode((await ana.reader.read()).value)).toBe(": still here\n\n");
});

test("it ends with the session, with the daemon, and with its reader, and leaves nothing behind", async () => {
  await using stand = await openStand();
  const [one, two] = [listen(stand, "ana", "user"), listen(stand, "ana", "user")];
  expect(stand.house.watchers.size).toBe(2);
  one.over.abort();
  expect(await one.next()).toBeNull();
  await two.reader.cancel();
  expect([one.ended(), two.ended()]).toEqual([1, 1]);
  expect(stand.house.watchers.size).toBe(0);
  expect(stand.clock.waiting).toBe(0);
  const visitor = await stand.as("ana");
  const over = visitor.events(1);
  while (stand.house.watchers.size === 0) await turn();
  stand.stopping.abort();
  expect(await over).toEqual([]);
  expect(stand.house.watchers.size).toBe(0);
});

test("over HTTP an event comes as it happens; there are no more streams than fit", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const thread = await stand.hear("+4915112345678", "x", ["ana"]);
  const events = ana.events(1);
  while (stand.house.watchers.size === 0) await turn();
  await stand.write("ana", "+4915112345678", "hello");
  happens(stand, message(thread));
  expect((await events)[0]).toContain(`${thread}`);
  while (stand.house.watchers.size > 0) await turn();
  const many = Array.from({ length: 64 }, () => ana.events(1));
  while (stand.house.watchers.size < 64) await turn();
  expect((await ana.get("/events")).status).toBe(503);
  expect((await ana.get("/queue")).status).toBe(200);
  stand.stopping.abort();
  expect(await Promise.all(many)).toEqual(Array.from({ length: 64 }, () => []));
});
