// The real clock: waits that end on time, at an abort, and that leave nothing behind.
import { getEventListeners } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/operation/clock.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Says at any time whether a wait has ended. */
function watch(wait: Promise<void>): () => Promise<boolean> {
  let ended = false;
  void wait.then(() => {
    ended = true;
  });
  return async () => {
    await vi.advanceTimersByTimeAsync(0);
    return ended;
  };
}

test("now is the system's time", () => {
  vi.setSystemTime(123_456);
  expect(systemClock.now()).toBe(123_456);
});

test("a wait ends after its time and takes its listener with it", async () => {
  const { signal } = new AbortController();
  const ended = watch(systemClock.wait(1_000, signal));
  await vi.advanceTimersByTimeAsync(999);
  expect(await ended()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await ended()).toBe(true);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("an abort ends a wait at once, and its timer", async () => {
  const control = new AbortController();
  const wait = systemClock.wait(60_000, control.signal);
  control.abort();
  await wait;
  expect(vi.getTimerCount()).toBe(0);
});

test("a signal that is already aborted is not waited for", async () => {
  await systemClock.wait(60_000, AbortSignal.abort());
  expect(vi.getTimerCount()).toBe(0);
});

test("negative waits end at once", async () => {
  expect(await watch(systemClock.wait(-5))()).toBe(true);
});

test("a wait longer than a timer can be is still as long as asked", async () => {
  const days = 60 * 86_400_000;
  const ended = watch(systemClock.wait(days));
  await vi.advanceTimersByTimeAsync(days - 1);
  expect(await ended()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await ended()).toBe(true);
});
