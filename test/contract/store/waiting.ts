// What waits to leave, and since when: by pool.
import { describe, expect, test } from "vitest";
import type { Store, Waiting } from "../../../src/bridge/ports/store.ts";
import { claim, HOUR, incoming, NOW, news, PHONE, put, type Rig, rigFor, text } from "./setup.ts";

const sorted = async (store: Store): Promise<readonly Waiting[]> =>
  (await store.waiting()).toSorted((a, b) => (a.pool < b.pool ? -1 : 1));

export function waiting(make: () => Promise<Rig>): void {
  describe("waiting", () => {
    const rig = rigFor(make);

    test("nothing in an empty store, nor once all is settled", async () => {
      const { store } = rig();
      expect(await store.waiting()).toEqual([]);
      const { id } = await put(store, text());
      await store.claim(claim());
      await store.report([news(id, "accepted", { due: NOW })]);
      expect(await store.waiting()).toEqual([]);
      await store.report([news(id, "failed")]);
      expect(await store.waiting()).toEqual([]);
    });

    test("the oldest of each pool, whatever its priority", async () => {
      const { store } = rig();
      await put(store, text({ at: NOW, phone: "+4915100000001", priority: 2 }));
      await put(store, text({ at: NOW + 1, phone: "+4915100000002", priority: 0 }));
      await put(store, text({ at: NOW + 2, phone: "+4915100000003", pool: "office:3" }));
      await put(store, text({ at: NOW + 3, phone: "+4915100000004", pool: "office:3" }));
      await put(store, incoming(undefined, { at: NOW + 4 }));
      expect(await sorted(store)).toEqual([
        { pool: "*", at: NOW },
        { pool: "email", at: NOW + 4 },
        { pool: "office:3", at: NOW + 2 },
      ]);
    });

    test("what is being sent, and what is to be tried again", async () => {
      const { store } = rig();
      const { id } = await put(store, text({ at: NOW }));
      await store.claim(claim());
      expect(await store.waiting()).toEqual([{ pool: "*", at: NOW }]);
      await store.report([news(id, "queued", { due: NOW + HOUR })]);
      expect(await store.waiting()).toEqual([{ pool: "*", at: NOW }]);
    });

    test("one that waits behind another of its line counts with that one", async () => {
      const { store } = rig();
      const first = await put(store, text({ at: NOW, phone: PHONE }));
      await put(store, text({ at: NOW + 1, phone: PHONE }));
      expect(await store.waiting()).toEqual([{ pool: "*", at: NOW }]);
      await store.claim(claim());
      await store.report([news(first.id, "failed")]);
      expect(await store.waiting()).toEqual([{ pool: "*", at: NOW + 1 }]);
    });
  });
}
