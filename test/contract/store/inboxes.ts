// Inboxes: texts and cursor together, each text once, equal ones by count.
import { describe, expect, test } from "vitest";
import type { Haul, Store } from "../../../src/bridge/ports/store.ts";
import { incoming, NOW, type Rig, rigFor } from "./setup.ts";

const haul = (prints: readonly string[], change: Partial<Haul> = {}): Haul => ({
  gateway: "office",
  cursor: "c1",
  scan: null,
  texts: prints.map((print) => ({ print, entry: incoming() })),
  now: NOW,
  ...change,
});

const take = async (store: Store, prints: readonly string[], scan: string | null): Promise<number> =>
  (await store.receive(haul(prints, { scan }))).length;

export function inboxes(make: () => Promise<Rig>): void {
  describe("receive", () => {
    const rig = rigFor(make);

    test("texts and cursor are stored together, per gateway", async () => {
      const { store } = rig();
      expect(await store.cursor("office")).toBeUndefined();
      const taken = await store.receive(haul(["a", "b"]));
      expect(taken.map(({ deliveries }) => deliveries.length)).toEqual([1, 1]);
      const again = await rig().reopen();
      expect(await again.cursor("office")).toBe("c1");
      expect(await again.cursor("depot")).toBeUndefined();
      expect((await again.depth()).queued).toBe(2);
      await again.receive(haul([], { cursor: "c2" }));
      expect(await again.cursor("office")).toBe("c2");
    });

    test("if one text can't be stored, neither is the cursor nor any other", async () => {
      const { store } = rig();
      const broken = { print: "x", entry: { message: "nothing", deliveries: [] } };
      const good = haul(["a"]);
      await expect(store.receive({ ...good, texts: [...good.texts, broken] })).rejects.toThrow(Error);
      expect(await store.cursor("office")).toBeUndefined();
      expect((await store.depth()).queued).toBe(0);
      expect(await take(store, ["a"], "s1")).toBe(1);
    });

    test("texts that are new by their ids are all taken, equal ones too", async () => {
      const { store } = rig();
      expect(await take(store, ["a", "a"], null)).toBe(2);
      expect(await take(store, ["a"], null)).toBe(1);
    });

    test("of texts that may have been seen, only more equal ones than ever are taken", async () => {
      const { store } = rig();
      expect(await take(store, ["a", "a", "b"], null)).toBe(3);
      expect(await take(store, ["a", "b", "a"], "s1")).toBe(0);
      expect(await take(store, ["a"], "s1")).toBe(1);
      expect(await take(store, ["a", "a", "a"], "s2")).toBe(0);
      expect(await take(store, ["a", "c"], "s2")).toBe(2);
      expect(await take(store, ["a", "a", "a", "a", "c"], "s3")).toBe(0);
    });

    test("one scan may come in several answers", async () => {
      const { store } = rig();
      expect(await take(store, ["a"], "s1")).toBe(1);
      expect(await take(store, ["a"], "s1")).toBe(1);
      expect(await take(store, ["a"], "s2")).toBe(0);
      expect(await take(store, ["a"], "s2")).toBe(0);
      expect(await take(store, ["a"], "s2")).toBe(1);
    });

    test("what is only taken note of is not forwarded, then or later", async () => {
      const { store } = rig();
      const note = haul([], { texts: [{ print: "a", entry: null }] });
      expect(await store.receive({ ...note, scan: "s1" })).toEqual([]);
      expect(await take(store, ["a"], "s2")).toBe(0);
      expect(await take(store, ["a", "a"], "s3")).toBe(1);
      expect((await store.depth()).queued).toBe(1);
    });

    test("gateways don't know of each other's texts", async () => {
      const { store } = rig();
      expect(await take(store, ["a"], "s1")).toBe(1);
      expect(await store.receive(haul(["a"], { gateway: "depot", scan: "s1" }))).toHaveLength(1);
    });
  });
}
