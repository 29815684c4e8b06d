// Charts: lines without gaps, sums for the table, and the page with both of them.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Figure } from "../../src/bridge/ports/archive.ts";
import { dayOf, hourOf, rowsOf, seriesOf } from "../../src/console/pages/charts-series.ts";
import { openStand, type Stand } from "./stand.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12, 34);

const figure = (change: Partial<Figure> = {}): Figure => ({
  hour: hourOf(NOW),
  gateway: "office",
  sent: 2,
  parts: 3,
  delivered: 1,
  failed: 1,
  received: 4,
  latency: 5_000,
  ...change,
});

const count = fc.integer({ min: 0, max: 1_000 });
const figures = fc
  .uniqueArray(
    fc.record({
      hour: fc.integer({ min: 0, max: 100 }).map((back) => hourOf(NOW) - back * HOUR),
      gateway: fc.constantFrom("office", "depot", "attic"),
      sent: count,
      parts: count,
      delivered: count,
      failed: count,
      received: count,
      latency: count,
    }),
    { selector: ({ hour, gateway }) => `${hour} ${gateway}` },
  )
  .map((all) => all.toSorted((a, b) => a.hour - b.hour));

test("lines have a figure for every hour, in its place", () => {
  const { hours, gateways } = seriesOf([figure()], NOW - 3 * HOUR, NOW, ["depot", "office"]);
  expect(hours).toEqual([9, 10, 11, 12].map((hour) => Date.UTC(2026, 10, 22, hour) / 1_000));
  expect(gateways.map(({ name }) => name)).toEqual(["depot", "office"]);
  expect(gateways[0]).toMatchObject({ sent: [0, 0, 0, 0], latency: [null, null, null, null] });
  expect(gateways[1]).toMatchObject({
    sent: [0, 0, 0, 2],
    parts: [0, 0, 0, 3],
    failed: [0, 0, 0, 1],
    received: [0, 0, 0, 4],
    latency: [null, null, null, 2.5],
  });
});

test("no figure is lost or counted twice, in lines or rows", () => {
  fc.assert(
    fc.property(figures, (all) => {
      const { hours, gateways } = seriesOf(all, NOW - 100 * HOUR, NOW, []);
      expect(hours).toHaveLength(101);
      for (const what of ["sent", "received", "failed", "parts"] as const) {
        const total = all.reduce((sum, one) => sum + one[what], 0);
        expect(gateways.flatMap((line) => line[what]).reduce((sum, value) => sum + value, 0)).toBe(total);
        for (const beginOf of [hourOf, dayOf])
          expect(rowsOf(all, beginOf).reduce((sum, row) => sum + row[what], 0)).toBe(total);
      }
      const rows = rowsOf(all, dayOf);
      expect(new Set(rows.map(({ since, gateway }) => `${since} ${gateway}`)).size).toBe(rows.length);
      expect(rows.map(({ since }) => since)).toEqual(
        rows.map(({ since }) => since).toSorted((a, b) => b - a),
      );
    }),
  );
});

test("the mean of a day is that of its texts, not of its hours", () => {
  const all = [
    figure({ hour: hourOf(NOW) - HOUR, sent: 1, latency: 10_000 }),
    figure({ sent: 9, latency: 9_000 }),
  ];
  expect(rowsOf(all, dayOf).map(({ latency }) => latency)).toEqual([1.9]);
  expect(rowsOf([figure({ sent: 0, latency: 0 })], hourOf).map(({ latency }) => latency)).toEqual([null]);
});

/** So much as the loopback would have sent. */
async function sent(stand: Stand, texts: number): Promise<void> {
  const lane = { gateway: "office", port: 0 };
  for (let n = 0; n < texts; n += 1) {
    const message = await stand.write("ana", `+4915112345${String(n).padStart(3, "0")}`, `text ${n}`);
    const [job] = await stand.jobs(message);
    const now = stand.clock.now();
    const pools = ["*", "office", "office:0"].map((pool) => ({ pool, max: 99 }));
    await stand.store.claim({
      pools,
      limit: 99,
      run: 9,
      now,
      gateway: "office",
      node: "test",
      lease: now + HOUR,
    });
    await stand.store.report([{ id: job?.delivery.id ?? 0, change: { state: "sent", lane, sentAt: now } }]);
  }
}

test("the page has a table, and its address the same figures as lines", async () => {
  await using stand = await openStand();
  await sent(stand, 3);
  await stand.hear("+491701234567", "hello", ["ana"]);
  const olga = await stand.as("olga");
  const { text } = await olga.get("/charts");
  expect(text).toContain('data-figures="/charts/figures?range=day"');
  const row = /<tbody>[\s\S]*?<td>office<\/td>((?:<td class="number">[^<]*<\/td>)+)/.exec(text)?.[1] ?? "";
  const cells = [...row.matchAll(/>([^<]*)</g)].map(([, cell]) => cell).filter((cell) => cell !== "");
  expect(cells.slice(0, 5)).toEqual(["3", "0", "1", "0", "3"]);
  for (const [range, hours] of [
    ["day", 24],
    ["week", 168],
    ["month", 720],
    ["nonsense", 24],
  ] as const) {
    const { status, text: json, headers } = await olga.get(`/charts/figures?range=${range}`);
    expect(status).toBe(200);
    expect(headers.get("Content-Type")).toContain("json");
    const read = JSON.parse(json) as ReturnType<typeof seriesOf>;
    expect([range, read.hours.length]).toEqual([range, hours]);
    expect(read.gateways.map(({ name, sent: line }) => [name, line.at(-1), line.length])).toEqual([
      ["office", 3, hours],
    ]);
  }
  expect((await olga.get("/charts?range=month")).text).toMatch(/range=month" aria-current="page"/);
});

test("with nothing sent the page says so; users do not see it at all", async () => {
  await using stand = await openStand();
  expect((await (await stand.as("olga")).get("/charts")).text).toContain("Nothing was sent or received");
  const ana = await stand.as("ana");
  expect((await ana.get("/charts")).status).toBe(403);
  expect((await ana.get("/charts/figures")).status).toBe(403);
});

test("script and style of the charts are our own files", async () => {
  await using stand = await openStand();
  const olga = await stand.as("olga");
  const { text } = await olga.get("/charts");
  const files = [...text.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(([, file = ""]) => file);
  expect(files.join()).toMatch(/charts\.css.*uplot\.js.*charts\.js/s);
  for (const file of files) {
    const seen = await olga.get(file);
    expect([file, seen.status]).toEqual([file, 200]);
    expect(seen.headers.get("Cache-Control")).toContain("immutable");
  }
  expect((await olga.get(files.find((file) => file.includes("uplot")) ?? "")).text).toContain("uPlot");
});
