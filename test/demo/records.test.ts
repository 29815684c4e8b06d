// The simulated Dinstar's tables: the newest rows are kept, and what was forgotten is found no more.
import { expect, test } from "vitest";
import { Table } from "../../src/demo/devices/dinstar-records.ts";

const row = (n: number) => ({
  number: `+4915${n % 4}`,
  port: n % 2,
  time: `2026-12-01 10:00:0${n}`,
  user_id: n,
});

test("full: the oldest rows make room, in the order in which they came", () => {
  const table = new Table<ReturnType<typeof row>>(3);
  for (let n = 0; n < 8; n += 1) {
    table.add(row(n));
    const kept = [n - 2, n - 1, n].filter((one) => one >= 0);
    expect(table.rows.map(({ user_id }) => user_id)).toEqual(kept);
    expect(table.find({}).map(({ user_id }) => user_id)).toEqual(kept);
  }
  expect(table.find({ user_id: [4] })).toEqual([]);
  expect(table.find({ user_id: [5, 7] }).map(({ user_id }) => user_id)).toEqual([5, 7]);
  expect(table.find({ number: ["49150"] })).toEqual([]);
  expect(table.find({ number: ["49151"] }).map(({ user_id }) => user_id)).toEqual([5]);
});

test("cleared while full, it begins anew", () => {
  const table = new Table<ReturnType<typeof row>>(2);
  for (let n = 0; n < 3; n += 1) table.add(row(n));
  table.clear();
  expect(table.find({ number: ["+49152"] })).toEqual([]);
  for (let n = 3; n < 6; n += 1) table.add(row(n));
  expect(table.rows.map(({ user_id }) => user_id)).toEqual([4, 5]);
});
