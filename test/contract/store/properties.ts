// Properties: random lives of many deliveries against plain models of order, states and inboxes.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, type Delivery, type Priority, type State } from "../../../src/bridge/message.ts";
import type { Store } from "../../../src/bridge/ports/store.ts";
import { claim, ids, incoming, look, NOW, news, out, PRIORITIES, put, type Rig, text } from "./setup.ts";

const RUNS = 100;

type Step =
  | { readonly do: "accept"; readonly line: number; readonly lane: number; readonly priority: Priority }
  | { readonly do: "claim"; readonly limit: number; readonly run: number; readonly lanes: readonly number[] }
  | { readonly do: "report"; readonly pick: number; readonly state: State; readonly wait: number }
  | { readonly do: "withdraw"; readonly picks: readonly number[] }
  | { readonly do: "wait"; readonly ms: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("accept" as const),
        line: fc.nat(1),
        lane: fc.nat(1),
        priority: fc.constantFrom(...PRIORITIES),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("claim" as const),
        limit: fc.integer({ min: 1, max: 4 }),
        run: fc.integer({ min: 1, max: 3 }),
        lanes: fc.constantFrom([0, 1], [0], [1]),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("report" as const),
        pick: fc.nat(),
        state: fc.constantFrom<State>("queued", "accepted", "sent", "delivered", "unsure", "failed"),
        wait: fc.constantFrom(0, 0, 5),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("withdraw" as const),
        picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 6 }) }),
    },
  ),
  { minLength: 1, maxLength: 60 },
);

/** A delivery as the model knows it. */
interface Known {
  readonly line: number;
  readonly lane: number;
  delivery: Delivery;
}

const before = (a: Delivery, b: Delivery): boolean =>
  a.priority < b.priority || (a.priority === b.priority && a.id < b.id);

/** Whether `one` may leave at `now`, by the words of the contract. All threads have their SIM. */
function mayLeave(
  all: readonly Known[],
  one: Known,
  now: number,
  together: ReadonlySet<number> = new Set(),
): boolean {
  const { delivery } = one;
  if (delivery.state !== "queued" || (delivery.due ?? 0) > now) return false;
  return !all.some((other) => {
    if (other.line !== one.line || other === one || together.has(other.delivery.id)) return false;
    const { state } = other.delivery;
    if (state === "sending" || state === "unsure") return true;
    if (!before(other.delivery, delivery)) return false;
    return state === "queued" || (state === "accepted" && other.delivery.thread !== delivery.thread);
  });
}

/** The claims that the contract asks for. */
function expected(all: readonly Known[], step: Step & { do: "claim" }, now: number): readonly number[] {
  const got = new Map<number, number>();
  while (got.size < step.limit) {
    const candidates = all.filter((one) => {
      if (!step.lanes.includes(one.lane) || got.has(one.delivery.id)) return false;
      const ahead = all.filter((other) => other.line === one.line && got.has(other.delivery.id));
      const last = ahead.toSorted((a, b) => (before(a.delivery, b.delivery) ? 1 : -1))[0];
      if (!last) return mayLeave(all, one, now);
      const together = new Set(ahead.map(({ delivery }) => delivery.id));
      const run = got.get(last.delivery.id) ?? 1;
      return (
        run < step.run && last.delivery.thread === one.delivery.thread && mayLeave(all, one, now, together)
      );
    });
    const next = candidates.toSorted((a, b) => (before(a.delivery, b.delivery) ? -1 : 1))[0];
    if (!next) break;
    const ahead = all.filter((other) => other.line === next.line && got.has(other.delivery.id));
    got.set(next.delivery.id, ahead.length + 1);
  }
  return [...got.keys()];
}

async function live(store: Store, life: readonly Step[]): Promise<void> {
  let now = NOW;
  const all: Known[] = [];
  const known = (id: number): Known => {
    const found = all.find(({ delivery }) => delivery.id === id);
    assert(found);
    return found;
  };
  for (const step of life) {
    switch (step.do) {
      case "accept": {
        const lane = { gateway: "office", port: step.lane };
        const phone = `+49${step.line}`;
        const delivery = await put(
          store,
          text({ at: now, phone, lane, priority: step.priority, thread: out({ phone, pin: lane }) }),
        );
        all.push({ line: step.line, lane: step.lane, delivery });
        break;
      }
      case "claim": {
        const pools = step.lanes.map((lane) => `office:${lane}`);
        const wanted = expected(all, step, now);
        const jobs = await store.claim(claim({ pools, limit: step.limit, run: step.run, now }));
        assert.deepEqual(ids(jobs), wanted);
        for (const job of jobs) known(job.delivery.id).delivery = job.delivery;
        break;
      }
      case "report": {
        const one = all[step.pick % Math.max(1, all.length)];
        if (!one) break;
        const change = { state: step.state, due: now + step.wait } as const;
        const after = advance(one.delivery, change);
        const moved = await store.report([{ id: one.delivery.id, change }]);
        assert.equal(moved.length, after.state === one.delivery.state ? 0 : 1);
        const is = await look(store, one.delivery.id);
        const back = is.state === "queued" && one.delivery.state !== "queued";
        assert.deepEqual(is, back ? { ...after, lane: is.lane } : after);
        one.delivery = is;
        break;
      }
      case "withdraw": {
        if (all.length === 0) break;
        const picked = [...new Set(step.picks.map((pick) => all[pick % all.length]))].filter(
          (one) => one !== undefined,
        );
        const back = picked.every(({ delivery }) => delivery.state === "queued");
        const wanted = picked.map(({ delivery }) => delivery.id);
        const { moved } = await store.withdraw(wanted, "taken back", []);
        assert.deepEqual(
          moved.map(({ after }) => after.id),
          back ? wanted : [],
        );
        for (const one of back ? picked : [])
          one.delivery = advance(one.delivery, { state: "failed", error: "taken back" });
        for (const one of picked) assert.deepEqual(await look(store, one.delivery.id), one.delivery);
        break;
      }
      case "wait":
        now += step.ms;
    }
  }
  const depth = await store.depth();
  for (const state of Object.keys(depth) as State[])
    assert.equal(depth[state], all.filter(({ delivery }) => delivery.state === state).length);
}

const fresh = async (make: () => Promise<Rig>, work: (store: Store) => Promise<void>): Promise<void> => {
  const rig = await make();
  try {
    await work(rig.store);
  } finally {
    await rig.close();
  }
};

export function properties(make: () => Promise<Rig>): void {
  describe("properties", () => {
    test("claims are those of the contract's own words, whatever happens in between, and nothing goes backwards", async () => {
      const lives = fc.asyncProperty(steps, (life) => fresh(make, (store) => live(store, life)));
      await expect(fc.assert(lives, { numRuns: RUNS })).resolves.toBeUndefined();
    }, 120_000);

    test("of equal texts as many are taken as one scan ever showed", async () => {
      const print = fc.constantFrom("a", "b");
      const answers = fc.array(
        fc.record({
          scan: fc.constantFrom("s1", "s1", "s2", "s3", null),
          prints: fc.array(print, { maxLength: 4 }),
        }),
        { maxLength: 12 },
      );
      await fc.assert(
        fc.asyncProperty(answers, (all) =>
          fresh(make, async (store) => {
            const taken = new Map<string, number>();
            const shown = new Map<string, { scan: string; n: number }>();
            for (const { scan, prints } of all) {
              let wanted = 0;
              for (const one of prints) {
                const had = taken.get(one) ?? 0;
                if (scan === null) {
                  taken.set(one, had + 1);
                  wanted++;
                  continue;
                }
                const last = shown.get(one);
                const n = (last?.scan === scan ? last.n : 0) + 1;
                shown.set(one, { scan, n });
                if (n <= had) continue;
                taken.set(one, n);
                wanted++;
              }
              const texts = prints.map((one) => ({ print: one, entry: incoming() }));
              const got = await store.receive({ gateway: "office", cursor: "c", scan, texts, now: NOW });
              assert.equal(got.length, wanted);
            }
          }),
        ),
        { numRuns: RUNS },
      );
    }, 60_000);

    test("no order of events, repeats included, leaves a final state or goes back", async () => {
      const states = fc.array(
        fc.constantFrom<State>("queued", "sending", "accepted", "sent", "delivered", "unsure", "failed"),
        { maxLength: 20 },
      );
      await fresh(make, async (store) => {
        let n = 0;
        await fc.assert(
          fc.asyncProperty(states, async (events) => {
            const { id } = await put(store, text({ phone: `+49${n++}` }));
            await store.claim(claim());
            let model = await look(store, id);
            for (const state of events) {
              model = advance(model, { state });
              await store.report([news(id, state)]);
              const is = await look(store, id);
              assert.equal(is.state, model.state);
            }
          }),
          { numRuns: RUNS },
        );
      });
    }, 60_000);
  });
}
