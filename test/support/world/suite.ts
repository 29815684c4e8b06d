// The tests of all points, for one choice of gateways: called by the files in test/e2e.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DeviceName } from "./devices.ts";
import { crashAt, POINTS } from "./points.ts";
import { World } from "./world.ts";

const PATIENCE = 180_000;

/** `times`: at which passing of each point the daemon dies. */
export function killPoints(gateways: readonly DeviceName[], times: readonly number[]): void {
  describe(`killed at every point, ${gateways.join(" and ")}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await World.open({ gateways });
      await world.start();
      await world.listening();
    }, PATIENCE);
    afterEach(({ task }) => {
      if (task.result?.state === "fail") process.stderr.write(`${world.evidence()}\n`);
    });
    afterAll(() => world.close());

    const cases = POINTS.flatMap((point) => times.map((time) => ({ point, time })));
    test.each(cases)(
      "$point, passing $time: nothing lost, nothing doubled",
      async ({ point, time }) => {
        await world.crash();
        const { exit, count } = await crashAt(world, point, time);
        expect(exit).toEqual({ code: null, signal: "SIGKILL" });
        const { lost, doubled, unknown, wrong } = count;
        expect({ lost, doubled, unknown, wrong }).toEqual({ lost: [], doubled: [], unknown: [], wrong: [] });
      },
      PATIENCE,
    );
  });
}
