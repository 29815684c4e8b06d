// What a device told gets onto the disk in slices, stubbornly, and everybody hears of each move once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { reportStubbornly } from "../../src/bridge/handover.ts";
import { notices } from "../../src/bridge/notice.ts";
import type { News, Store } from "../../src/bridge/ports/store.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { accepted, claim, message, text, toPhone } from "../contract/store/setup.ts";
import { turn } from "../support/clock.ts";
import { house } from "../support/house.ts";

let folder: string;
let real: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-handover-"));
  real = openSqlite(join(folder, "simpost.db"));
});
afterEach(async () => {
  await real.close();
  rmSync(folder, { recursive: true });
});

test("a disk that fails in the middle: what is stored already is not told again, and the rest follows", async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 70 }, (_, n) => real.accept(text({ phone: `+4915${n}` }))),
  );
  const ids = outcomes.flatMap((one) => accepted(one).deliveries.map(({ id }) => id));
  const sizes: number[] = [];
  const report = async (news: readonly News[]) => {
    sizes.push(news.length);
    if (sizes.length === 2) throw new Error("no room");
    return real.report(news);
  };
  const own = house({ ...real, report });
  const told: number[] = [];
  own.watchers.add((happening) => {
    if (happening.kind === "delivery") told.push(happening.delivery);
  });
  const news = ids.map((id): News => ({ id, change: { state: "failed", error: "gone" } }));
  const done = reportStubbornly(own, news, new AbortController().signal);
  while (own.clock.waiting === 0) await turn();
  expect(told).toEqual(ids.slice(0, 32));
  await own.clock.advance(500);
  await done;
  expect(sizes).toEqual([32, 32, 32, 6]);
  expect(told).toEqual(ids);
  expect(own.log.of("store failing")).toHaveLength(1);
  expect(own.log.of("store recovered")).toHaveLength(1);
  expect((await real.depth()).failed).toBe(70);
});

test("a message to many phones that fails, among many texts that left, makes one notice", async () => {
  const phones = Array.from({ length: 40 }, (_, n) => `+4915${n}`);
  const entry = { ...text(), deliveries: phones.map((phone) => toPhone({ phone })) };
  const failed = accepted(await real.accept(entry)).deliveries;
  const others = await Promise.all(
    phones.map((_, n) => real.accept(text({ phone: `+4916${n}`, ref: `other${n}@example.org` }))),
  );
  const left = others.flatMap((one) => accepted(one).deliveries);
  const sizes: number[] = [];
  const own = house({
    ...real,
    report: (news) => {
      sizes.push(news.length);
      return real.report(news);
    },
  });
  const jobs = await Promise.all(failed.map(({ id }) => real.delivery(id)));
  const news = jobs.flatMap((job, n): News[] => {
    const other = left[n];
    if (!job || !other) return [];
    const follow = notices("failed", job, message().id, own.clock.now());
    return [
      { id: job.delivery.id, change: { state: "failed", error: "gone" }, follow },
      { id: other.id, change: { state: "sending" } },
    ];
  });
  await reportStubbornly(own, news, new AbortController().signal);
  expect(sizes).toEqual([40, 32, 8]);
  const told = await real.claim({ ...claim({ pools: ["email"], gateway: null }), now: own.clock.now() });
  expect(told.map((job) => job.message.notice?.about)).toEqual([failed.map(({ id }) => id)]);
});
