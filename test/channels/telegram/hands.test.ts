// Updates are handled chat by chat: what fails waits and is tried again, what can't be handled is left, nobody else waits for it.
import fc from "fast-check";
import type { Update } from "grammy/types";
import { expect, test } from "vitest";
import { createHands } from "../../../src/channels/telegram/hands.ts";
import { type Handle, Refused, type RefusedKind } from "../../../src/channels/telegram/parts.ts";
import { hurried, ledgerWith, type Rig, withRig } from "./rig.ts";
import { textOf, until } from "./taking.ts";

const update = (n: number, chat: number, text = `${chat}: ${n}`) => ({
  n,
  at: 0,
  body: JSON.stringify({
    update_id: n,
    message: { message_id: n, date: 0, chat: { id: chat, type: "private" }, text },
  }),
});
const chatOf = (one: Update): number => one.message?.chat.id ?? 0;

/** Runs hands over what the ledger holds until `act` ends. */
async function handling(
  rig: Rig,
  handle: Handle,
  act: (hands: ReturnType<typeof createHands>) => Promise<void>,
) {
  const hands = createHands({ options: rig.options, handle });
  const stop = new AbortController();
  const running = hands.run(stop.signal);
  try {
    await act(hands);
  } finally {
    stop.abort();
    await running;
  }
}

test("one chat's are handled one after the other, up to eight chats side by side", async () => {
  await withRig(async (rig) => {
    const chats = Array.from({ length: 12 }, (_, n) => n + 1);
    await rig.store.keepUpdates(
      "telegram",
      [...chats, ...chats].map((chat, n) => update(n, chat)),
    );
    const busy = new Set<number>();
    let most = 0;
    const seen: number[] = [];
    const gate = Promise.withResolvers<void>();
    await handling(
      rig,
      async (one) => {
        expect(busy.has(chatOf(one))).toBe(false);
        busy.add(chatOf(one));
        most = Math.max(most, busy.size);
        await gate.promise;
        busy.delete(chatOf(one));
        seen.push(one.update_id);
      },
      async () => {
        await until(() => busy.size === 8);
        gate.resolve();
        await until(() => seen.length === 24);
      },
    );
    expect(most).toBe(8);
    for (const chat of chats) expect(seen.filter((n) => n % 12 === chat - 1)).toEqual([chat - 1, chat + 11]);
  });
});

test("a chat whose update fails waits; the others do not, not even behind hundreds of its updates", async () => {
  await withRig(async (rig) => {
    const stuck = Array.from({ length: 450 }, (_, n) => update(n, 1));
    await rig.store.keepUpdates("telegram", [...stuck, update(1_000, 2)]);
    let failing = true;
    const seen: number[] = [];
    await handling(
      rig,
      async (one) => {
        if (chatOf(one) === 1 && failing) throw new Error("the store is away");
        seen.push(one.update_id);
      },
      async () => {
        await until(() => seen.length === 1);
        expect(seen).toEqual([1_000]);
        failing = false;
        await until(() => seen.length === 451);
      },
    );
    expect(seen.slice(1)).toEqual(stuck.map(({ n }) => n));
    expect(rig.log.of("update failed")).toHaveLength(1);
    expect(rig.log.of("update odd")).toEqual([]);
  });
});

test.each([
  ["a bug", new TypeError("x is undefined")],
  ["something that Telegram refuses for good", new Refused("bad", "Bad Request: x")],
])("%s: three tries, then it is left and logged without its text", async (_, error) => {
  await withRig(async (rig) => {
    await rig.store.keepUpdates("telegram", [update(1, 1, "a secret"), update(2, 1)]);
    const tries: number[] = [];
    await handling(
      rig,
      async (one) => {
        tries.push(one.update_id);
        if (one.update_id === 1) throw error;
      },
      async () => until(() => tries.includes(2)),
    );
    expect(tries).toEqual([1, 1, 1, 2]);
    expect(rig.log.of("update odd")).toMatchObject([{ fields: { update: 1, kind: "message" } }]);
    expect(JSON.stringify(rig.log.lines)).not.toContain("secret");
    expect(await rig.store.updates("telegram", 10)).toEqual([]);
  });
});

test.each<RefusedKind>(["down", "unsure", "login", "conflict", "flood"])(
  "Telegram is %s: tried until it is not",
  async (kind) => {
    await withRig(
      async (rig) => {
        await rig.store.keepUpdates("telegram", [update(1, 1)]);
        let tries = 0;
        const seen: string[] = [];
        await handling(
          rig,
          async (one) => {
            tries += 1;
            if (tries < 6) throw new Refused(kind, "x");
            seen.push(textOf(one));
          },
          async () => until(() => seen.length === 1),
        );
        expect(rig.log.of("update odd")).toEqual([]);
        expect(rig.log.of("update failed")).toHaveLength(1);
      },
      { clock: hurried(1_000) },
    );
  },
);

test("what is not an update is left", async () => {
  await withRig(async (rig) => {
    const odd = { n: 1, at: 0, body: "{" };
    await rig.store.keepUpdates("telegram", [odd, { ...odd, n: 2, body: '{"x":1}' }, update(3, 1)]);
    const seen: number[] = [];
    await handling(
      rig,
      async (one) => {
        seen.push(one.update_id);
      },
      async () => until(() => seen.length === 1 && rig.log.of("update odd").length === 2),
    );
    expect(seen).toEqual([3]);
  });
});

test("what was handled is not handled again while the store can't note it", async () => {
  await withRig(async (rig) => {
    await rig.store.keepUpdates("telegram", [update(1, 1), update(2, 2)]);
    let failures = 3;
    const ledger = ledgerWith(rig.store, {
      handled: async (via, n) => {
        failures -= 1;
        if (failures >= 0) throw new Error("disk full");
        await rig.store.handled(via, n);
      },
    });
    const seen: number[] = [];
    await handling(
      { ...rig, options: { ...rig.options, ledger } },
      async (one) => {
        seen.push(one.update_id);
      },
      async (hands) => {
        hands.wake();
        await until(() => failures < -1);
      },
    );
    expect(new Set(seen)).toEqual(new Set([1, 2]));
    expect(seen).toHaveLength(2);
    expect(await rig.store.updates("telegram", 10)).toEqual([]);
  });
});

test("at a stop what is in hand may end; what hangs is cut off, and is not handled", async () => {
  await withRig(async (rig) => {
    await rig.store.keepUpdates("telegram", [update(1, 1), update(2, 2), update(3, 1)]);
    const begun: number[] = [];
    const ended = Promise.withResolvers<void>();
    const hands = createHands({
      options: rig.options,
      handle: async (one, signal) => {
        begun.push(one.update_id);
        if (one.update_id === 1) return ended.promise;
        await new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(new Error("cut off"))),
        );
      },
    });
    const stop = new AbortController();
    const running = hands.run(stop.signal);
    await until(() => begun.length === 2);
    stop.abort();
    ended.resolve();
    await running;
    expect(begun).toEqual([1, 2]);
    expect((await rig.store.updates("telegram", 10)).map(({ n }) => n)).toEqual([2, 3]);
  });
});

test("property: whatever fails and whenever they come, all are handled, in each chat's order, and none twice", async () => {
  const step = fc.record({ chat: fc.integer({ min: 1, max: 4 }), fails: fc.integer({ min: 0, max: 2 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 12 }), { maxLength: 5 }), (batches) =>
      withRig(
        async (rig) => {
          const steps = batches.flat();
          const left = steps.map(({ fails }) => fails);
          const seen: number[] = [];
          await handling(
            rig,
            async ({ update_id: n }) => {
              await new Promise((resolve) => setImmediate(resolve));
              const fails = left[n] ?? 0;
              left[n] = fails - 1;
              if (fails > 0) throw new Error("not now");
              seen.push(n);
            },
            async (hands) => {
              let n = 0;
              for (const batch of batches) {
                await rig.store.keepUpdates(
                  "telegram",
                  batch.map(({ chat }) => update(n++, chat)),
                );
                hands.wake();
              }
              await until(() => seen.length >= steps.length);
            },
          );
          expect(seen.toSorted((a, b) => a - b)).toEqual(steps.map((_, n) => n));
          for (const chat of [1, 2, 3, 4]) {
            const own = seen.filter((n) => steps[n]?.chat === chat);
            expect(own).toEqual(own.toSorted((a, b) => a - b));
          }
          expect(await rig.store.updates("telegram", 10)).toEqual([]);
        },
        { clock: hurried(10_000) },
      ),
    ),
    { numRuns: 15 },
  );
});
