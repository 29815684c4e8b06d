// One node at a time: the lease is taken, renewed, lost, given back, over a store that fails now and then.
import { expect, test } from "vitest";
import { whileLeased } from "../../../src/channels/telegram/lease.ts";
import { hurried, ledgerWith, withRig } from "./rig.ts";
import { until } from "./taking.ts";

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

test("a store that fails for a short while does not end the work; one that fails for long does", async () => {
  await withRig(
    async (rig) => {
      let broken = true;
      let tries = 0;
      const ledger = ledgerWith(rig.store, {
        lease: async (...what) => {
          tries += 1;
          if (broken) throw new Error("disk full");
          return rig.store.lease(...what);
        },
      });
      const stop = new AbortController();
      let begun = 0;
      let ended = 0;
      const running = whileLeased({ ...rig.options, ledger }, stop.signal, async (ours) => {
        begun += 1;
        await aborted(ours);
        ended += 1;
      });
      await until(() => tries >= 2);
      expect(rig.log.of("store failing")).toHaveLength(1);
      broken = false;
      await until(() => begun === 1);
      broken = true;
      const before = tries;
      await until(() => tries > before);
      expect(ended).toBe(0);
      await until(() => ended === 1);
      broken = false;
      await until(() => begun === 2);
      stop.abort();
      await running;
      expect(ended).toBe(2);
      // Given back: another node has it at once.
      const now = rig.options.clock.now();
      expect(await rig.store.lease("telegram 4242", "other", now + 1_000, now)).toBe(true);
    },
    { clock: hurried(200) },
  );
});

test("while another node has it nothing is done, and the token is not in its name", async () => {
  await withRig(async (rig) => {
    const names: string[] = [];
    const ledger = ledgerWith(rig.store, {
      lease: async (name) => {
        names.push(name);
        return false;
      },
    });
    const stop = new AbortController();
    let begun = 0;
    const running = whileLeased({ ...rig.options, ledger }, stop.signal, async () => {
      begun += 1;
    });
    await until(() => names.length >= 3);
    stop.abort();
    await running;
    expect(begun).toBe(0);
    expect(new Set(names)).toEqual(new Set(["telegram 4242"]));
  });
});
