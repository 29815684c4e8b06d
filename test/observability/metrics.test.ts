// docs/metrics.md names every figure with its labels, and every alert, and none that is not.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { PRIORITY } from "../../src/bridge/message.ts";
import { createMeter } from "../../src/http/metrics.ts";

const read = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");
const page = read("metrics.md");
const section = (from: string, to: string): string => page.slice(page.indexOf(from), page.indexOf(to));
const found = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].flatMap(([, name]) => name ?? []))].toSorted();

const counted = section("## What simpost counts", "*place* is");
const nodes = section("## What Node counts", "## What the alerts mean");

test("simpost's figures", async () => {
  const text = await createMeter().text();
  expect(found(counted, /`(simpost_\w+)`/g)).toEqual(found(text, /^# TYPE (simpost_\w+)/gm));
});

test("Node's figures", async () => {
  const text = await createMeter().text();
  expect(found(nodes, /`((?:process|nodejs)_\w+)`/g)).toEqual(
    found(text, /^# TYPE ((?:process|nodejs)_\w+)/gm),
  );
});

test("their labels, and which are histograms", async () => {
  const meter = createMeter();
  const delivery = {
    id: 1,
    to: { via: "office", address: "+491701234567" },
    parts: 1,
    lane: { gateway: "office", port: 0 },
  };
  const whole = {
    ...delivery,
    ...{
      message: "m",
      thread: 1,
      text: "",
      priority: PRIORITY.normal,
      attempts: 0,
      due: null,
      deadline: null,
      expires: 0,
    },
    ...{ sentAt: null, track: null, ref: null, error: null, warned: false, notify: [] },
  } as const;
  meter.moved({ ...whole, state: "queued" }, null, 0);
  meter.moved({ ...whole, state: "sent" }, "queued", 1);
  meter.heard({ gateway: "office", port: 0 });
  meter.request("office", "send", true, 1);
  meter.request("email", "accept", true, 1);
  meter.setGateway("office", true, [{ port: 0, up: true }]);
  meter.setChannel("email", true);
  meter.setStore({
    depth: () =>
      Promise.resolve({ queued: 1, sending: 0, accepted: 0, sent: 0, delivered: 0, unsure: 0, failed: 0 }),
    waiting: () => Promise.resolve([{ pool: "*", at: 0 }]),
    now: () => 0,
    path: import.meta.filename,
  });
  const text = await meter.text();
  for (const [, name = "", labels = "", what = ""] of counted.matchAll(
    /^\| `(simpost_\w+)` \| (.*?) ?\| (.*) \|$/gm,
  )) {
    const lines = text.split("\n").filter((line) => new RegExp(`^${name}(?:_sum)?[{ ]`).test(line));
    const used = [...new Set(lines.flatMap((line) => found(line, /[{,](\w+)="/g)))].toSorted();
    const told = labels === "place" ? ["channel", "gateway", "port"] : found(labels, /`(\w+)`/g);
    const histogram = text.includes(`# TYPE ${name} histogram`);
    const [there, labelled, kind] = [lines.length > 0, told.join(), what.startsWith("histogram:")];
    expect({ name, there, labels: used.join(), histogram }).toEqual({
      name,
      there: true,
      labels: labelled,
      histogram: kind,
    });
  }
});

test("the alerts", () => {
  const rules = parse(read("simpost-alerts.yaml")) as { groups: { rules: { alert: string }[] }[] };
  const alerts = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert)).toSorted();
  expect(found(page.slice(page.indexOf("## What the alerts mean")), /^\| `(\w+)`/gm)).toEqual(alerts);
  // Each is tried: that it comes, and that it does not always.
  const trials = parse(read("simpost-alerts.test.yaml")) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const tried = trials.tests.flatMap((trial) => trial.alert_rule_test);
  const names = (some: boolean) =>
    [
      ...new Set(
        tried.filter(({ exp_alerts }) => exp_alerts.length > 0 === some).map(({ alertname }) => alertname),
      ),
    ].toSorted();
  expect(names(true)).toEqual(alerts);
  expect(names(false)).toEqual(expect.arrayContaining(alerts.filter((alert) => alert !== "SimpostPortDown")));
});
