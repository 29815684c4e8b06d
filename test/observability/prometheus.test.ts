// The real Prometheus scrapes the real daemon: rules load and do what they should, and every panel of the dashboard shows something.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openRig } from "../support/rig.ts";
import { filled, panels } from "./dashboard.ts";
import { installed, PROMTOOL, Prometheus } from "./prometheus.ts";

const docs = (name: string): string => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const RULES = docs("simpost-alerts.yaml");

/** The gate installs it, and must not go on without. */
const wanted = installed || process.env.SIMPOST_PROMETHEUS === "required";

describe.skipIf(!wanted)("with Prometheus (skipped where prometheus and promtool are not installed)", () => {
  test.each([
    ["check rules", ["check", "rules", RULES]],
    ["test rules", ["test", "rules", docs("simpost-alerts.test.yaml")]],
  ])("promtool %s", (_, argv) => {
    const { status, stdout, stderr } = spawnSync(PROMTOOL, argv, { encoding: "utf8" });
    expect({ status, said: stdout + stderr }).toMatchObject({
      status: 0,
      said: expect.stringContaining("SUCCESS"),
    });
  });

  test("the target is up, the rules are sound, and every figure that dashboard and rules ask for is there", async () => {
    // The relay is away: something waits.
    await using rig = await openRig({ relayDown: true });
    await using prometheus = await Prometheus.start(rig.daemon.http, RULES);
    await rig.until(
      "a first scrape",
      async () => (await prometheus.query("simpost_sent_total == 0")).length > 1,
    );
    await rig.send("+4915112345678", "out");
    await rig.sms("out");
    rig.text("+4915112345678", "in");
    await rig.until("a mail that waits", async () =>
      (await rig.jobs()).some(({ delivery }) => delivery.to.via === "email" && delivery.attempts > 0),
    );
    await rig.until("a scrape of all that", async () => {
      const [sent] = await prometheus.query('sum(increase(simpost_sent_total{gateway!=""}[30s])) > 0');
      const [waiting] = await prometheus.query('simpost_oldest_waiting_seconds{pool="email"}');
      return sent && waiting;
    });
    expect(await prometheus.targets()).toMatchObject([{ health: "up", lastError: "" }]);

    const rules = await rig.until("every rule evaluated", async () => {
      const all = await prometheus.rules();
      return all.length > 10 && all.every(({ health }) => health !== "unknown") ? all : null;
    });
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
    // A house with its relay away for seconds: nothing fires yet.
    expect(rules.filter(({ state }) => state === "firing")).toEqual([]);

    const asked = [
      ...rules.map(({ query }) => query),
      ...panels.flatMap(({ targets }) => targets.map(({ expr }) => filled(expr))),
    ];
    const names = new Set(
      asked.flatMap((expr) => expr.match(/\b(?:simpost|process|nodejs)_\w+|\bup\b(?=\{)/g) ?? []),
    );
    expect(names.size).toBeGreaterThan(25);
    const missing: string[] = [];
    for (const name of names) if ((await prometheus.query(name)).length === 0) missing.push(name);
    expect(missing).toEqual([]);

    // With its labels, too: every query of every panel finds something. What began with the first text takes one more scrape.
    for (const { title, targets } of panels)
      for (const { expr } of targets)
        await rig.until(`something in "${title}": ${filled(expr)}`, async () => {
          const found = await prometheus.query(filled(expr));
          return found.length > 0;
        });
  });

  test("a gateway that goes away is seen", async () => {
    await using rig = await openRig();
    await using prometheus = await Prometheus.start(rig.daemon.http, RULES);
    const pending = async () =>
      (await prometheus.rules()).filter(({ state }) => state === "pending").map(({ name }) => name);
    await rig.until(
      "a first scrape",
      async () => (await prometheus.query("simpost_gateway_up == 1")).length > 0,
    );
    await rig.until("that all is well", async () => (await pending()).length === 0);
    await rig.devices.dinstar.stop();
    await rig.until("the alert, pending", async () => (await pending()).includes("SimpostGatewayDown"));
    expect((await prometheus.query("simpost_gateway_up"))[0]).toMatchObject({
      metric: { gateway: "dinstar" },
      value: [expect.any(Number), "0"],
    });
  });
});
