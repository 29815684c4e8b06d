// What endpoints keep for themselves: updates are given until they are handled, notes by name.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Update } from "../../../src/bridge/ports/ledger.ts";
import type { Store } from "../../../src/bridge/ports/store.ts";
import { DAY, NOW, type Rig, rigFor } from "./setup.ts";

const RUNS = 100;

const update = (n: number, at = NOW): Update => ({ n, body: `update ${n}`, at });

const numbers = async (store: Store, via = "chat", limit = 99): Promise<readonly number[]> =>
  (await store.updates(via, limit)).map(({ n }) => n);

type Step =
  | { readonly do: "keep"; readonly via: string; readonly ns: readonly number[] }
  | { readonly do: "handle"; readonly via: string; readonly n: number }
  | { readonly do: "prune" | "restart" };

const via = fc.constantFrom("chat", "other");
const n = fc.nat(9);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("keep" as const), via, ns: fc.array(n, { maxLength: 4 }) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("handle" as const), via, n }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("prune" as const, "restart" as const) }) },
  ),
  { minLength: 1, maxLength: 40 },
);

/** Lives through `life`; after each step, what is given is what was kept and not handled, in the order of keeping. */
async function live(rig: Rig, life: readonly Step[]): Promise<void> {
  let store = rig.store;
  const seen = new Set<string>();
  const waiting = new Map<string, number[]>([
    ["chat", []],
    ["other", []],
  ]);
  for (const step of life) {
    switch (step.do) {
      case "keep":
        await store.keepUpdates(
          step.via,
          step.ns.map((one) => update(one)),
        );
        for (const one of step.ns) {
          if (!seen.has(`${step.via} ${one}`)) waiting.get(step.via)?.push(one);
          seen.add(`${step.via} ${one}`);
        }
        break;
      case "handle":
        await store.handled(step.via, step.n);
        waiting.set(step.via, waiting.get(step.via)?.filter((one) => one !== step.n) ?? []);
        break;
      case "prune":
        await store.prune(NOW + DAY, 99);
        break;
      case "restart":
        store = await rig.reopen();
    }
    for (const [name, wanted] of waiting) assert.deepEqual(await numbers(store, name), wanted);
  }
}

export function ledger(make: () => Promise<Rig>): void {
  describe("the ledger", () => {
    const rig = rigFor(make);

    test("updates are given as they were told, in the order in which they were kept, until they are handled", async () => {
      const { store } = rig();
      const odd = { n: 2 ** 40, body: '{"text":"Grüße 👋 \u0000 \\ \'"}', at: NOW + 1 };
      await store.keepUpdates("chat", [update(7), odd]);
      await store.keepUpdates("chat", [update(3)]);
      expect(await store.updates("chat", 99)).toEqual([update(7), odd, update(3)]);
      expect(await numbers(store, "chat", 2)).toEqual([7, odd.n]);
      await store.handled("chat", 7);
      await store.handled("chat", 7);
      await store.handled("chat", 4711);
      expect(await numbers(store)).toEqual([odd.n, 3]);
    });

    test("one that is told again is left out, also when it was handled since", async () => {
      const { store } = rig();
      await store.keepUpdates("chat", [update(1), update(2)]);
      await store.handled("chat", 1);
      await store.keepUpdates("chat", [update(1, NOW + DAY), { ...update(2), body: "another" }, update(3)]);
      await store.keepUpdates("chat", []);
      expect(await store.updates("chat", 99)).toEqual([update(2), update(3)]);
    });

    test("what one endpoint keeps no other sees", async () => {
      const { store } = rig();
      await store.keepUpdates("chat", [update(1)]);
      await store.keepUpdates("other", [update(1)]);
      await store.note("chat", [{ key: "a", value: "1" }]);
      await store.handled("other", 1);
      expect(await numbers(store)).toEqual([1]);
      expect(await numbers(store, "other")).toEqual([]);
      expect(await store.notes("other", "")).toEqual([]);
    });

    test("an upstream may begin its numbers anew days later", async () => {
      const { store } = rig();
      await store.keepUpdates("chat", [update(1), update(2)]);
      await store.handled("chat", 1);
      const again = [update(1, NOW + 7 * DAY), update(2, NOW + 7 * DAY)];
      await store.keepUpdates("chat", again);
      // 2 was never handled: it waits as it was told first, and is handled once.
      expect(await store.updates("chat", 99)).toEqual([update(2), again[0]]);
    });

    test("handled numbers are known for days, whatever is pruned meanwhile", async () => {
      const { store } = rig();
      await store.keepUpdates("chat", [update(1)]);
      await store.handled("chat", 1);
      await store.keepUpdates("chat", [update(2, NOW + 2 * DAY)]);
      await store.prune(NOW + 9 * DAY, 99);
      await store.keepUpdates("chat", [update(1, NOW + 2 * DAY)]);
      expect(await numbers(store)).toEqual([2]);
    });

    test("updates are given until they are handled, never after, in order, over restarts", async () => {
      const lives = fc.asyncProperty(steps, async (life) => {
        const own = await make();
        try {
          await live(own, life);
        } finally {
          await own.close();
        }
      });
      await expect(fc.assert(lives, { numRuns: RUNS })).resolves.toBeUndefined();
    }, 120_000);

    test("notes are written, changed, deleted and found by the beginning of their key", async () => {
      const { store } = rig();
      await store.note("chat", [
        { key: "topic:2", value: "b" },
        { key: "topic:1", value: "a" },
        { key: "mark:1", value: "m" },
        { key: "topic%", value: "no wildcard" },
      ]);
      await store.note("chat", [
        { key: "topic:2", value: "B" },
        { key: "mark:1", value: null },
        { key: "never", value: null },
      ]);
      await store.note("chat", []);
      expect(await store.notes("chat", "topic:")).toEqual([
        { key: "topic:1", value: "a" },
        { key: "topic:2", value: "B" },
      ]);
      expect(await store.notes("chat", "mark")).toEqual([]);
      expect(await store.notes("chat", "")).toHaveLength(3);
      expect(await (await rig().reopen()).notes("chat", "topic:2")).toEqual([{ key: "topic:2", value: "B" }]);
    });

    test.each([
      ["\ud7ff", "\ue000"],
      ["a\u{10ffff}", "b"],
      ["\u007f", "\u0080"],
    ])("what begins with %j is not what comes right behind it", async (prefix, behind) => {
      const { store } = rig();
      const inside = [prefix, `${prefix}\u{10ffff}\u{10ffff}`];
      await store.note(
        "chat",
        [...inside, behind].map((key) => ({ key, value: "v" })),
      );
      expect((await store.notes("chat", prefix)).map(({ key }) => key)).toEqual(inside);
    });

    test("notes are those of a plain map, whatever the keys", async () => {
      const key = fc.string({
        unit: fc.constantFrom("a", "b", "%", "_", "\0", "\u007f", "ÿ", "\ud7ff", "\ue000", "\u{10ffff}"),
        maxLength: 3,
      });
      const writes = fc.array(
        fc.record({ key, value: fc.option(fc.string({ unit: "binary" }), { freq: 3 }) }),
        { maxLength: 30 },
      );
      let serial = 0;
      const maps = fc.asyncProperty(writes, key, async (notes, prefix) => {
        const { store } = rig();
        const name = `chat ${serial++}`;
        await store.note(name, notes);
        const model = new Map<string, string>();
        for (const note of notes) {
          if (note.value === null) model.delete(note.key);
          else model.set(note.key, note.value);
        }
        const wanted = [...model.keys()].filter((one) => one.startsWith(prefix));
        const found = await store.notes(name, prefix);
        assert.deepEqual(
          found.map((note) => note.key),
          wanted.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
        for (const note of found) assert.equal(note.value, model.get(note.key));
      });
      await expect(fc.assert(maps, { numRuns: 2 * RUNS })).resolves.toBeUndefined();
    }, 60_000);
  });
}
