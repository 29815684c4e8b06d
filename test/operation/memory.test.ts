// Memory is given back after the start, and after a rush; never during one, and not for nothing.
import { expect, test } from "vitest";
import { keepSmall } from "../../src/operation/memory.ts";
import { FakeClock } from "../support/clock.ts";

const MINUTE = 60_000;
const MIB = 1024 * 1024;

/** A process that has just started, whose memory and work the test decides. */
async function setup() {
  const clock = new FakeClock();
  const state = { resident: 150 * MIB, busy: 0, sweeps: 0, kept: 120 * MIB };
  const over = new AbortController();
  const running = keepSmall(
    {
      clock,
      resident: () => state.resident,
      busy: () => state.busy,
      sweep: () => {
        state.sweeps += 1;
        state.resident = state.kept;
      },
    },
    over.signal,
  );
  await clock.advance(1_000);
  return {
    state,
    minute: () => clock.advance(MINUTE),
    end: async () => {
      over.abort();
      await running;
    },
  };
}

test("soon after the start, and then not while nothing has grown", async () => {
  const { state, minute, end } = await setup();
  expect(state).toMatchObject({ sweeps: 1, resident: 120 * MIB });
  state.resident = 151 * MIB;
  for (let n = 0; n < 5; n += 1) await minute();
  expect(state.sweeps).toBe(1);
  await end();
});

test("when it is quiet again after a rush, once", async () => {
  const { state, minute, end } = await setup();
  state.resident = 300 * MIB;
  state.busy = 0.4;
  await minute();
  expect(state.sweeps).toBe(1);
  state.busy = 0.01;
  state.kept = 160 * MIB;
  await minute();
  await minute();
  expect(state).toMatchObject({ sweeps: 2, resident: 160 * MIB });
  await end();
});

test("what is needed is not swept for again and again, and what shrank by itself counts from there", async () => {
  const { state, minute, end } = await setup();
  state.kept = 200 * MIB;
  state.resident = 200 * MIB;
  await minute();
  await minute();
  expect(state.sweeps).toBe(2);
  state.resident = 130 * MIB;
  await minute();
  state.resident = 170 * MIB;
  await minute();
  expect(state.sweeps).toBe(3);
  await end();
});

test("told to stop before that, it does nothing", async () => {
  const over = new AbortController();
  over.abort();
  let sweeps = 0;
  const sweep = (): void => {
    sweeps += 1;
  };
  await keepSmall({ clock: new FakeClock(), sweep }, over.signal);
  expect(sweeps).toBe(0);
});

test("the real thing: garbage goes, and it ends when it is told to", async () => {
  const over = new AbortController();
  let held: number[][] | null = Array.from({ length: 200 }, () => Array<number>(50_000).fill(1.5));
  const before = process.memoryUsage().heapUsed;
  expect(held.length).toBe(200);
  held = null;
  const clock = new FakeClock();
  const running = keepSmall({ clock }, over.signal);
  await clock.advance(1_000);
  expect(process.memoryUsage().heapUsed).toBeLessThan(before - 50 * MIB);
  over.abort();
  await running;
});
