// `simpost gateway NAME …` against a device that notes what it is asked.
import { expect, test } from "vitest";
import type { Clear, Desk, Gateway } from "../../src/bridge/ports/gateway.ts";
import { momentOf } from "../../src/command/filter.ts";
import { Usage } from "../../src/command/io.ts";
import { FakeClock, turn } from "../support/clock.ts";
import { call, called, device, NOW } from "./device.ts";
import { screen } from "./setup.ts";

test("ports: a table, or a JSON object a line", async () => {
  const people = screen();
  expect(await call(["ports"], device(), people)).toBe(0);
  expect(people.out().split("\n").slice(0, 3)).toEqual([
    "PORT  REGISTERED  STATE       BUSY  NUMBER",
    "   0  yes         REGISTERED  no    +4915112345678",
    "   1  no          NO SIM      no    -",
  ]);
  const programs = screen();
  await call(["ports", "--json"], device(), programs);
  expect(
    programs
      .out()
      .trim()
      .split("\n")
      .map((json) => (JSON.parse(json) as { port: number }).port),
  ).toEqual([0, 1]);
});

test.each([
  [["inbox"], ["inbox", {}], "hi [1m there"],
  [["queue"], ["queue"], "WAITING"],
  [["results"], ["results", [], {}], "SENT_OK"],
  [["results", "7", "8"], ["results", ["7", "8"], {}], "SENT_OK"],
  [["receipt", "0", "0170123"], ["receipt", { ports: ["0"], numbers: ["+49170123"] }], "yes"],
  [["cancel", "0"], ["cancel", "0"], "stopped"],
])("%j", async (argv, question, printed) => {
  const box = device();
  const { out } = await called(argv, box);
  expect(box.asked).toEqual([question]);
  expect(out).toContain(printed);
});

test("an empty list is said on standard error", async () => {
  expect(await called(["outbox"], device())).toEqual({ code: 0, out: "", err: "nothing there\n" });
  expect(await called(["outbox", "--json"], device())).toEqual({ code: 0, out: "", err: "" });
});

test("a task that the device does not know is a failure", async () => {
  const box = device({ desk: { cancel: async () => false } });
  expect(await called(["cancel", "9"], box)).toEqual({ code: 1, out: "", err: "office knows no task 9\n" });
});

test.each([
  [["queue"]],
  [["outbox"]],
  [["results"]],
  [["receipt", "0", "123"]],
  [["cancel", "1"]],
  [["clear", "inbox", "--all", "--yes"]],
  [["ussd", "0", "*100#"]],
])("%j: what the device can't do is said plainly", async (argv) => {
  const { gateway, asked } = device({ ussd: null });
  const { code, out, err } = await called(argv, { gateway: { ...gateway, desk: desk(gateway) }, asked });
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/^simpost: office can't /);
});

/** Only what no device lacks. */
function desk(gateway: Gateway): Desk {
  return { inbox: async (filter, signal) => (await gateway.desk?.inbox(filter, signal)) ?? [] };
}

test("ussd: a code begins a session, and its answer is awaited", async () => {
  const answers = [null, null, "Balance 5 €"];
  const asked: string[] = [];
  const box = device({
    ussd: {
      send: async (port, code) => void asked.push(`send ${port} ${code}`),
      cancel: async (port) => void asked.push(`cancel ${port}`),
      reply: async (port, since) => {
        asked.push(`reply ${port} ${since - NOW}`);
        return answers.shift() ?? null;
      },
    },
  });
  const clock = new FakeClock(NOW);
  const shown = screen();
  const done = call(["ussd", "3", "*100#"], box, shown, clock);
  for (let second = 0; second < 3; second++) {
    while (clock.waiting === 0) await turn();
    await clock.advance(1_000);
  }
  expect(await done).toBe(0);
  expect(shown.out()).toBe("Balance 5 €\n");
  expect(asked).toEqual(["cancel 3", "send 3 *100#", "reply 3 0", "reply 3 0", "reply 3 0"]);
});

test("ussd: a menu's answer goes on with the session; lines stay lines, escapes don't", async () => {
  const box = device();
  const clock = new FakeClock(NOW);
  const shown = screen();
  const done = call(["ussd", "3", "1"], box, shown, clock);
  while (clock.waiting === 0) await turn();
  await clock.advance(1_000);
  expect(await done).toBe(0);
  expect(shown.out()).toBe("1 Balance\n2  Top up\n");
  expect(box.asked[0]).toEqual(["ussd.send", 3, "1"]);
});

test("ussd: no answer in time is a failure", async () => {
  const box = device({ ussd: { send: async () => {}, cancel: async () => {}, reply: async () => null } });
  const clock = new FakeClock(NOW);
  const shown = screen();
  const done = call(["ussd", "3", "*100#"], box, shown, clock);
  for (let second = 0; second < 5; second++) {
    while (clock.waiting === 0) await turn();
    await clock.advance(1_000);
  }
  expect(await done).toBe(1);
  expect(shown.err()).toContain("no answer within 5 s");
});

test.each([
  [["--all"], { box: "inbox", all: true }],
  [["--port", "1", "--port", "2.A"], { box: "inbox", ports: ["1", "2.A"] }],
  [["--number", "0170123"], { box: "inbox", numbers: ["+49170123"] }],
  [
    ["--since", "2h", "--until", "2026-11-22"],
    { box: "inbox", since: NOW - 7_200_000, until: Date.UTC(2026, 10, 22) },
  ],
] as const satisfies readonly (readonly [readonly string[], Clear])[])(
  "clear inbox %j, once yes was said",
  async (argv, what) => {
    const box = device();
    const { code, out, err } = await called(["clear", "inbox", ...argv], box, ["y\n"], true);
    expect(err).toMatch(/^Delete for ever from office: .*inbox.*\? \[y\/N\] $/);
    expect([code, out]).toEqual([0, "deleted: 3\n"]);
    expect(box.asked).toEqual([["clear", what]]);
  },
);

test.each([[["n\n"]], [["\n"]], [["yesterday\n"]], [[]]])("typing %j deletes nothing", async (typed) => {
  const box = device();
  const { code, err } = await called(["clear", "inbox", "--all"], box, typed, true);
  expect([code, box.asked]).toEqual([1, []]);
  expect(err).toContain("nothing was deleted");
});

test("without a terminal nothing is deleted, unless --yes says so", async () => {
  const box = device({ desk: { clear: async () => null } });
  await expect(called(["clear", "ussd", "--all"], box, ["y\n"])).rejects.toThrow("say --yes to delete");
  expect(await called(["clear", "ussd", "--all", "--yes"], box)).toMatchObject({
    code: 0,
    out: "deleted; the device does not say how many\n",
  });
});

test.each([
  [["prots"], 'there is no "prots": did you mean "ports"?'],
  [["toString"], 'there is no "toString"'],
  [["ports", "1"], '"1" is too much'],
  [["receipt", "0"], "it is written: receipt PORT NUMBER"],
  [["ussd"], "it is written: ussd PORT CODE"],
  [["ussd", "-", "*100#"], '"-" is no port'],
  [["ussd", "1.A", "*100#"], '"1.A" is no port'],
  [["cancel"], "cancel wants one TASK"],
  [["clear", "all"], "clear wants one of inbox, outbox, both, ussd"],
  [["clear"], "clear wants one of inbox, outbox, both, ussd"],
  [["clear", "inbox"], "say what to delete"],
  [["clear", "inbox", "--yes"], "say what to delete"],
  [["clear", "inbox", "--all", "--port", "1"], "--all leaves no room"],
  [["clear", "inbox", "--since", "yesterday"], '"yesterday" is no time'],
])("%j is bad usage, and the device is not asked", async (argv, message) => {
  const box = device();
  await expect(called(argv, box)).rejects.toThrow(message);
  await expect(called(argv, box)).rejects.toThrow(Usage);
  expect(box.asked).toEqual([]);
});

test.each([
  ["2026-11-22", NOW - 12 * 3_600_000],
  ["2026-11-22T12:00", NOW],
  ["2026-11-22 12:00:30", NOW + 30_000],
  ["2026-11-22T13:00+01:00", NOW],
  ["2026-11-22T12:00Z", NOW],
  ["90s", NOW - 90_000],
  ["15m", NOW - 900_000],
  ["1d", NOW - 86_400_000],
])("%s is a time", (written, moment) => {
  expect(momentOf(written, NOW)).toBe(moment);
});

test.each(["", "2026", "2026-13-01", "2026-11-22T25:00", "2w", "-2h", "now"])("%j is no time", (written) => {
  expect(() => momentOf(written, NOW)).toThrow("is no time");
});
