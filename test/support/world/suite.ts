// The tests of all points, for one choice of gateways: called by the files in test/e2e.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DeviceName } from "./devices.ts";
import { CHAT_POINTS, crashAt, POINTS } from "./points.ts";
import { World } from "./world.ts";

const PATIENCE = 180_000;

/** `times`: at which passing of each point the daemon dies. `chat`: people write in a chat, too. */
export function killPoints(gateways: readonly DeviceName[], times: readonly number[], chat = false): void {
  const title = [...gateways, ...(chat ? ["a chat"] : [])].join(" and ");
  describe(`killed at every point, ${title}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await World.open({ gateways, chat });
      await world.start();
      await world.listening();
    }, PATIENCE);
    afterEach(({ task }) => {
      if (task.result?.state === "fail") process.stderr.write(`${world.evidence()}\n`);
    });
    afterAll(() => world.close());

    const points = chat ? [...CHAT_POINTS, ...POINTS] : POINTS;
    const cases = points.flatMap((point) => times.map((time) => ({ point, time })));
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
