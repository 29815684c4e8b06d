// The inbox: read without a trace, page by page, through reboots, wipes and wrong clocks, and never with a text lost or doubled.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Received } from "../../../src/bridge/ports/gateway.ts";
import type { SimulatedDinstar } from "../../../src/demo/devices/dinstar.ts";
import { Reader } from "../../contract/gateway.ts";
import { answer, bench, never, requests } from "./device.ts";

const hear = (sim: SimulatedDinstar, text: string, port = 0, from = "+4917000001") =>
  sim.phones.text(from, { device: sim.name, port }, text);

const row = (incoming_sms_id: number, text: string, more: object = {}) => ({
  incoming_sms_id,
  port: 0,
  number: "+4917000001",
  smsc: "",
  timestamp: "2026-11-22 12:00:00",
  text,
  ...more,
});
const page = (sms: readonly unknown[], more: object = {}) => ({
  error_code: 200,
  sms,
  read: 0,
  unread: sms.length,
  ...more,
});
const bodies = (received: Received) => received.texts.map(({ text }) => text);

describe("reading", () => {
  test("leaves no mark, and does not mind a person who reads", async () => {
    const { sim, gateway } = await bench();
    const reader = new Reader();
    await reader.all(gateway);
    hear(sim, "one");
    hear(sim, "two");
    expect(await reader.all(gateway)).toHaveLength(2);
    expect(sim.unread).toBe(2);
    sim.markRead();
    hear(sim, "three");
    sim.markRead();
    expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["three"]);
    expect(sim.inbox).toHaveLength(3);
    expect(requests(sim, "query_incoming_sms").every(({ target }) => target.includes("flag=all"))).toBe(true);
  });

  test("every field, with port 0 and id 0; a time in the device's zone", async () => {
    const { sim, gateway } = await bench({}, { timezone: "Asia/Shanghai" });
    const { cursor } = await gateway.receive(undefined, never);
    const rows = [row(0, "zero", { smsc: "+86138", timestamp: "2026-11-22 19:59:58", number: "INFO" })];
    answer(sim, "query_incoming_sms", page(rows), 3);
    const first = await gateway.receive(cursor, never);
    expect(first.texts).toEqual([
      {
        at: Date.UTC(2026, 10, 22, 11, 59, 58),
        stamp: "2026-11-22 19:59:58",
        port: 0,
        number: "INFO",
        text: "zero",
        smsc: "+86138",
        ref: "0",
        old: false,
      },
    ]);
    const second = await gateway.receive(first.cursor, never);
    expect([second.texts, second.more, second.cursor]).toEqual([[], false, first.cursor]);
  });

  test("an unreadable time is now; an empty text, a missing sender and ids as strings are no trouble", async () => {
    const { sim, gateway, clock } = await bench();
    const { cursor } = await gateway.receive(undefined, never);
    const odd = { incoming_sms_id: "3", port: "2", text: null, timestamp: "yesterday" };
    answer(sim, "query_incoming_sms", page([odd]));
    const { texts } = await gateway.receive(cursor, never);
    expect(texts).toEqual([
      { at: clock.now(), stamp: "yesterday", port: 2, number: "", text: "", ref: "3", old: false },
    ]);
  });

  test("ids in any order", async () => {
    const { sim, gateway } = await bench();
    const { cursor } = await gateway.receive(undefined, never);
    const rows = [row(9, "c"), row(7, "a"), row(8, "b")];
    answer(sim, "query_incoming_sms", page(rows), 2);
    const first = await gateway.receive(cursor, never);
    expect(bodies(first)).toEqual(["a", "b", "c"]);
    expect((await gateway.receive(first.cursor, never)).texts).toEqual([]);
  });

  test("raw control characters, and an answer that ends in the middle of a text", async () => {
    const { sim, gateway } = await bench();
    const { cursor } = await gateway.receive(undefined, never);
    const whole = JSON.stringify(page([row(1, "line one"), row(2, "two"), row(3, "three")])).replace(
      "line one",
      "line\none",
    );
    answer(sim, "query_incoming_sms", whole.slice(0, whole.indexOf("hree")));
    const first = await gateway.receive(cursor, never);
    expect([bodies(first), first.more]).toEqual([["line\none", "two"], true]);
    answer(sim, "query_incoming_sms", page([row(2, "two"), row(3, "three")]));
    expect(bodies(await gateway.receive(first.cursor, never))).toEqual(["three"]);
  });

  test.each([
    ["no JSON", "garbage"],
    ["a record without an id", page([row(1, "a"), { port: 0, text: "b" }])],
    ["a record without a port", page([{ incoming_sms_id: 1, text: "b" }])],
    ["a record without a text", page([{ incoming_sms_id: 1, port: 0 }])],
    ["a record that is none", page([row(1, "a"), "b"])],
    ["no list, though there are texts", { error_code: 200, read: 0, unread: 2 }],
    ["a list that is none", { error_code: 200, sms: "none" }],
  ])("%s is unreadable, never empty, and the raw answer is kept", async (_, body) => {
    const { sim, gateway } = await bench();
    answer(sim, "query_incoming_sms", body);
    const raw = typeof body === "string" ? body : JSON.stringify(body);
    await expect(gateway.receive(undefined, never)).rejects.toMatchObject({ name: "Unreadable", raw });
  });

  test("no list where there is nothing is an empty inbox", async () => {
    const { sim, gateway } = await bench();
    answer(sim, "query_incoming_sms", { error_code: 200, read: 0, unread: 0 });
    expect(await gateway.receive(undefined, never)).toMatchObject({ texts: [], more: false });
  });

  test("a device clock that jumps an hour back and forth loses and doubles nothing", async () => {
    const { sim, gateway } = await bench();
    const reader = new Reader();
    await reader.all(gateway);
    const found: string[] = [];
    for (const [index, jump] of [0, -3_600_000, 3_600_000, 7_200_000, -86_400_000].entries()) {
      sim.clock.jump(jump);
      hear(sim, `text ${index}`);
      found.push(...(await reader.all(gateway)).map(({ text }) => text));
    }
    expect(found).toEqual(["text 0", "text 1", "text 2", "text 3", "text 4"]);
  });

  test("the hour that comes twice is read as the one that is now", async () => {
    const { sim, gateway, clock } = await bench({}, { timezone: "Europe/Berlin" });
    const second = Date.UTC(2026, 9, 25, 1, 30);
    await clock.advance(second - clock.now());
    expect(clock.now()).toBeGreaterThanOrEqual(second);
    answer(sim, "query_incoming_sms", page([row(1, "x", { timestamp: "2026-10-25 02:30:00" })]));
    expect((await gateway.receive(undefined, never)).texts[0]?.at).toBe(second);
  });
});

describe("the first look", () => {
  test("10,000 texts are old, and one that comes in the middle of it is not", async () => {
    const { sim, gateway } = await bench();
    for (let i = 0; i < 10_000; i++) hear(sim, `old ${i} ${"x".repeat(60)}`);
    let cursor: string | undefined;
    let pages = 0;
    const fresh: string[] = [];
    let old = 0;
    for (let more = true; more; pages++) {
      const received = await gateway.receive(cursor, never);
      if (pages === 100) hear(sim, "new");
      for (const text of received.texts) {
        if (text.old) old++;
        else fresh.push(text.text);
      }
      ({ cursor, more } = received);
    }
    expect(pages).toBeGreaterThan(150);
    expect([old, fresh]).toEqual([10_000, ["new"]]);
  });

  test("where nobody can say how many there are, all of the first look is old", async () => {
    const { sim, gateway } = await bench();
    const full = page(Array.from({ length: 60 }, (_, index) => row(index + 1, "x".repeat(60))));
    answer(sim, "query_incoming_sms", full);
    const first = await gateway.receive(undefined, never);
    answer(sim, "query_incoming_sms", page([row(60, "x".repeat(60)), row(61, "one more")]));
    const second = await gateway.receive(first.cursor, never);
    expect(second.texts.map(({ text, old }) => [text, old])).toEqual([["one more", true]]);
    answer(sim, "query_incoming_sms", page([row(61, "one more")]));
    const third = await gateway.receive(second.cursor, never);
    answer(sim, "query_incoming_sms", page([row(61, "one more"), row(62, "new")]));
    expect((await gateway.receive(third.cursor, never)).texts.map(({ text, old }) => [text, old])).toEqual([
      ["new", false],
    ]);
  });

  test("a wipe in the middle of it begins it again: still nothing old is taken for new", async () => {
    const { sim, gateway } = await bench({ inboxCut: 300 });
    for (let i = 0; i < 20; i++) hear(sim, `old ${i}`);
    const first = await gateway.receive(undefined, never);
    sim.wipeInbox();
    for (let i = 0; i < 5; i++) hear(sim, `again ${i}`);
    let { cursor } = first;
    const found: boolean[] = [];
    for (let more = true; more; ) {
      const received = await gateway.receive(cursor, never);
      found.push(...received.texts.map(({ old }) => old));
      ({ cursor, more } = received);
    }
    expect(found).toEqual(Array(5).fill(true));
  });
});

describe("ids that begin anew", () => {
  test("are noticed by the high-water text; the scan carries one name through its pages, and then none", async () => {
    const { sim, gateway, log } = await bench({ inboxCut: 400 });
    const reader = new Reader();
    await reader.all(gateway);
    for (let i = 0; i < 10; i++) hear(sim, `text ${i}`);
    await reader.all(gateway);
    await sim.reboot({ inbox: "renumber" });
    sim.wipeInbox({ restartIds: true });
    for (let i = 0; i < 12; i++) hear(sim, `fresh ${i}`);
    let cursor = reader.cursor;
    const scans: (string | null)[] = [];
    const found: string[] = [];
    for (let more = true; more; ) {
      const received = await gateway.receive(cursor, never);
      scans.push(received.scan);
      found.push(...bodies(received));
      ({ cursor, more } = received);
    }
    expect(found).toEqual(Array.from({ length: 12 }, (_, index) => `fresh ${index}`));
    expect(scans.length).toBeGreaterThan(2);
    expect(new Set(scans).size).toBe(1);
    expect(scans[0]).toBeTypeOf("string");
    expect((await gateway.receive(cursor, never)).scan).toBeNull();
    expect(log.of("gateway epoch")).toHaveLength(1);
  });

  test("a text that was deleted by hand: scanned again, nothing comes twice", async () => {
    const { sim, gateway } = await bench();
    const reader = new Reader();
    await reader.all(gateway);
    hear(sim, "one");
    await reader.all(gateway);
    sim.wipeInbox({ restartIds: false });
    expect(await reader.all(gateway)).toEqual([]);
    hear(sim, "two");
    expect((await reader.all(gateway)).map(({ text }) => text)).toEqual(["two"]);
  });

  test("another text under the same id is noticed, were it only its time that differs", async () => {
    const { sim, gateway } = await bench();
    const { cursor } = await gateway.receive(undefined, never);
    answer(sim, "query_incoming_sms", page([row(1, "test")]));
    const first = await gateway.receive(cursor, never);
    answer(sim, "query_incoming_sms", page([row(1, "test", { timestamp: "2026-11-22 13:00:00" })]), 2);
    const second = await gateway.receive(first.cursor, never);
    expect([bodies(second), second.scan === null]).toEqual([["test"], false]);
  });

  test("a cursor that is none of ours is a new beginning", async () => {
    for (const cursor of ["", "x", "null", "[]", '{"id":"1"}', "life 3"]) {
      const { sim, gateway } = await bench();
      hear(sim, "one");
      const received = await gateway.receive(cursor, never);
      expect([bodies(received), received.texts[0]?.old, typeof received.scan]).toEqual([
        ["one"],
        false,
        "string",
      ]);
    }
  });
});

test("whatever happens between the pages, each text comes exactly once", async () => {
  const step = fc.constantFrom(
    "hear",
    "hear",
    "hear",
    "again",
    "page",
    "page",
    "read",
    "reboot",
    "renumber",
    "wipe",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const { sim, gateway } = await bench({ inboxCut: 400 });
      const reader = new Reader();
      await reader.all(gateway);
      const heard: string[] = [];
      const found: string[] = [];
      const say = (body: string) => {
        heard.push(body);
        hear(sim, body);
      };
      const read = async () => found.push(...(await reader.all(gateway)).map(({ text }) => text));
      for (const [index, what] of steps.entries()) {
        if (what === "hear") say(`text ${index} ${"x".repeat(index * 3)}`);
        if (what === "again") say("again");
        if (what === "page") found.push(...(await reader.page(gateway)).map(({ text }) => text));
        if (what === "read") await read();
        if (what === "reboot") await sim.reboot();
        if (what === "renumber") await sim.reboot({ inbox: "renumber" });
        if (what === "wipe") {
          await read(); // what is wiped unread is lost to everybody
          sim.wipeInbox();
          sim.clock.jump(1000); // a wiped text's equal within the same second can't be told from it
        }
      }
      await read();
      expect(found.toSorted()).toEqual(heard.toSorted());
      await gateway.close();
      await sim.stop();
    }),
    { numRuns: 40 },
  );
});
