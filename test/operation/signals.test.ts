// Signals: stopping once, in time or not, and reloading one after the other.
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { untilStopped } from "../../src/operation/signals.ts";
import { FakeClock, turn } from "../support/clock.ts";
import { MemoryLog } from "../support/log.ts";

type Gate<T> = PromiseWithResolvers<T>;

function setup() {
  const source = new EventEmitter();
  const log = new MemoryLog();
  const clock = new FakeClock();
  const exits: number[] = [];
  const stops: Gate<void>[] = [];
  const reloads: Gate<boolean>[] = [];
  const gate =
    <T>(gates: Gate<T>[]) =>
    (): Promise<T> => {
      const made = Promise.withResolvers<T>();
      gates.push(made);
      return made.promise;
    };
  const code = untilStopped({
    stop: gate(stops),
    reload: gate(reloads),
    log,
    clock,
    source,
    exit: (exit) => exits.push(exit),
  });
  return { source, log, clock, exits, stops, reloads, code };
}

test.each(["SIGTERM", "SIGINT"])("%s stops once and ends with 0", async (signal) => {
  const { source, log, exits, stops, code, clock } = setup();
  source.emit(signal);
  expect(stops).toHaveLength(1);
  expect(log.of("stopping")[0]?.fields).toEqual({ signal });
  stops[0]?.resolve();
  expect(await code).toBe(0);
  expect(exits).toEqual([]);
  expect(source.eventNames()).toEqual([]);
  expect(clock.waiting).toBe(0);
});

test("a stop that does not end is given up after nine seconds: what is unfinished is in the store", async () => {
  const { source, log, clock, stops, code } = setup();
  source.emit("SIGTERM");
  let ended = false;
  void code.then(() => {
    ended = true;
  });
  await clock.advance(8_999);
  expect(ended).toBe(false);
  await clock.advance(1);
  expect(await code).toBe(0);
  expect(log.of("stopped")[0]?.fields).toEqual({ unfinished: true });
  expect(stops).toHaveLength(1);
});

test("a stop that fails ends with 1 and is logged", async () => {
  const { source, log, stops, code } = setup();
  source.emit("SIGTERM");
  const error = new Error("disk");
  stops[0]?.reject(error);
  expect(await code).toBe(1);
  expect(log.of("bug")[0]?.fields).toEqual({ at: "stop", error });
});

test.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
])("a second signal, %s, ends the process at once", async (signal, exit) => {
  const { source, exits, stops, code } = setup();
  source.emit("SIGTERM");
  source.emit(signal);
  expect(exits).toEqual([exit]);
  expect(stops).toHaveLength(1);
  stops[0]?.resolve();
  await code;
});

test("SIGHUP reloads; those that come meanwhile cause one more", async () => {
  const { source, reloads } = setup();
  source.emit("SIGHUP");
  source.emit("SIGHUP");
  source.emit("SIGHUP");
  expect(reloads).toHaveLength(1);
  reloads[0]?.resolve(true);
  await turn();
  expect(reloads).toHaveLength(2);
  reloads[1]?.resolve(true);
  await turn();
  expect(reloads).toHaveLength(2);
  source.emit("SIGHUP");
  expect(reloads).toHaveLength(3);
});

test("a reload that fails is logged and the next one works", async () => {
  const { source, reloads, log } = setup();
  source.emit("SIGHUP");
  reloads[0]?.reject(new Error("line 3"));
  await turn();
  expect(log.of("reload refused")).toHaveLength(1);
  source.emit("SIGHUP");
  expect(reloads).toHaveLength(2);
});

test("a reload after which nothing is served stops, with 1", async () => {
  const { source, log, reloads, stops, code } = setup();
  source.emit("SIGHUP");
  source.emit("SIGHUP");
  reloads[0]?.resolve(false);
  await turn();
  expect(log.of("stopping")).toHaveLength(1);
  expect(stops).toHaveLength(1);
  expect(reloads).toHaveLength(1);
  stops[0]?.resolve();
  expect(await code).toBe(1);
});

test("nothing is reloaded while stopping", async () => {
  const { source, reloads, stops, code } = setup();
  source.emit("SIGTERM");
  source.emit("SIGHUP");
  expect(reloads).toEqual([]);
  stops[0]?.resolve();
  await code;
});
