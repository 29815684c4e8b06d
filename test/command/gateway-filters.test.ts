// What `simpost gateway NAME …` asks a device for: ports, numbers, times and the rest, and USSD on several ports.
import { expect, test } from "vitest";
import { SendError, Unreadable } from "../../src/bridge/errors.ts";
import type { Desk, UssdDesk } from "../../src/bridge/ports/gateway.ts";
import { Usage } from "../../src/command/io.ts";
import { FakeClock, turn } from "../support/clock.ts";
import { call, called, type Device, device, NOW } from "./device.ts";
import { screen } from "./setup.ts";

const WHERE = ["--port", "1,2.A", "--port", "3", "--number", "0170123", "--number", "INFO"];
const WHEN = ["--since", "2h", "--until", "2026-11-22"];
const FILTER = {
  ports: ["1", "2.A", "3"],
  numbers: ["+49170123", "INFO"],
  since: NOW - 7_200_000,
  until: Date.UTC(2026, 10, 22),
};

test.each([
  [
    ["inbox", ...WHERE, ...WHEN],
    ["inbox", FILTER],
  ],
  [
    ["inbox", "--unread"],
    ["inbox", { read: false }],
  ],
  [
    ["inbox", "--read", "--after", "7"],
    ["inbox", { read: true, after: "7" }],
  ],
  [
    ["outbox", ...WHERE, ...WHEN],
    ["outbox", FILTER],
  ],
  [
    ["results", "7", ...WHERE, ...WHEN],
    ["results", ["7"], FILTER],
  ],
  [
    ["receipt", "1,2,1", "0170123", "--count", "3"],
    ["receipt", { ports: ["1", "2"], numbers: ["+49170123"], count: 3 }],
  ],
  [
    ["receipt", "1", "0170123", ...WHEN],
    ["receipt", { ...FILTER, ports: ["1"], numbers: ["+49170123"] }],
  ],
  [
    ["ports", "--port", "0,1"],
    ["desk.ports", { ports: [0, 1] }],
  ],
  [
    ["ports", "--only", "imei,iccid", "--only", "smsc"],
    ["desk.ports", { details: ["imei", "iccid", "smsc"] }],
  ],
  [["ports"], ["ports"]],
  [
    ["ussd", "1,2", ...WHEN],
    ["kept", [1, 2], { since: FILTER.since, until: FILTER.until }],
  ],
  [
    ["ussd", "1"],
    ["kept", [1], {}],
  ],
  [
    ["ussd", "1,2", "--cancel"],
    ["desk.cancel", [1, 2]],
  ],
  [
    ["ussd", "1", "--cancel"],
    ["ussd.cancel", 1],
  ],
  [
    ["clear", "both", ...WHERE, ...WHEN, "--yes"],
    ["clear", { box: "both", ...FILTER }],
  ],
  [
    ["clear", "ussd", "--port", "1", "--record", "2,0", "--yes"],
    ["clear", { box: "ussd", ports: ["1"], records: [2, 0] }],
  ],
  [
    ["inbox", "--delete", "--yes", ...WHERE],
    ["take", { ports: FILTER.ports, numbers: FILTER.numbers }],
  ],
])("%j", async (argv, question) => {
  const box = whole();
  expect((await called(argv, box)).code).toBe(0);
  expect(box.asked).toEqual([question]);
});

/** A device that has everything. */
function whole(desk: Partial<Desk> = {}): Device {
  const asked: unknown[] = [];
  const note =
    <T>(name: string, answer: T) =>
    async (...args: unknown[]): Promise<T> => {
      asked.push([name, ...args.filter((arg) => !(arg instanceof AbortSignal))]);
      return answer;
    };
  const ussd: UssdDesk = {
    send: note("desk.send", []),
    replies: note("desk.replies", new Map<number, string>()),
    cancel: note("desk.cancel", undefined),
    kept: note("kept", [{ port: 1, reply: null }]),
  };
  const plain = device({
    desk: {
      take: note("take", [{ port: 1, text: "taken" }]),
      ports: note("desk.ports", [{ port: 1, registered: true, state: "idle", busy: false, imei: "35" }]),
      ussd,
      ...desk,
    },
  });
  return { gateway: plain.gateway, asked: merged(asked, plain.asked) };
}

/** Both devices' notes in one list. */
function merged(one: unknown[], other: unknown[]): unknown[] {
  const push = one.push.bind(one);
  other.push = (...notes) => push(...notes);
  return one;
}

test.each([
  [["queue", "--port", "1"], "queue has no --port"],
  [["cancel", "1", "--yes"], "cancel has no --yes"],
  [["ports", "--since", "2h"], "ports has no --since"],
  [["ports", "--only", "color"], "--only wants some of number, imsi, iccid, imei, type, smsc"],
  [["ports", "--port", "1.A"], '"1.A" is no port'],
  [["outbox", "--after", "1"], "outbox has no --after"],
  [["inbox", "--read", "--unread"], "--unread and --read leave nothing"],
  [["inbox", "--yes"], "--yes is for --delete"],
  [["inbox", "--delete"], "say --yes to delete"],
  [["inbox", "--delete", "--yes", "--unread"], "--delete goes with"],
  [["receipt", "1", "123", "--count", "0"], "--count wants a number from 1"],
  [["receipt", "1,x", "123"], '"x" is no port'],
  [["ussd", "1", "*100#", "--cancel"], "--cancel wants no CODE"],
  [["ussd", "1", "*100#", "--since", "1h"], "leave out CODE"],
  [["clear", "inbox", "--port", "1", "--record", "1"], "--record is for clear ussd --port P"],
  [["clear", "ussd", "--record", "1"], "--record is for clear ussd --port P"],
  [["clear", "ussd", "--port", "1", "--record", "x"], '"x" is no record'],
])("%j is bad usage, and the device is not asked", async (argv, message) => {
  const box = whole();
  await expect(called(argv, box)).rejects.toThrow(message);
  await expect(called(argv, box)).rejects.toThrow(Usage);
  expect(box.asked).toEqual([]);
});

test.each([
  [["ussd", "1"], "can't list USSD answers"],
  [["ussd", "1,2", "*100#"], "can't do that on several ports at once"],
  [["ussd", "1,2", "--cancel"], "can't do that on several ports at once"],
  [["inbox", "--delete", "--yes"], "can't delete what it lists"],
])("%j on a device that has nothing for it", async (argv, message) => {
  const box = device();
  const { code, out, err } = await called(argv, box);
  expect([code, out, box.asked]).toEqual([1, "", []]);
  expect(err).toContain(message);
});

test("ports of a device that can't be asked for some: all are asked, and the others left out", async () => {
  const box = device();
  const { out } = await called(["ports", "--port", "0", "--only", "imei", "--json"], box);
  expect(out).toBe('{"port":0,"registered":true,"state":"REGISTERED","busy":false}\n');
  expect(box.asked).toEqual([["ports"]]);
});

test("cancel and clear for programs", async () => {
  expect((await called(["cancel", "7", "--json"], device())).out).toBe('{"task":"7","stopped":true}\n');
  const unknown = device({ desk: { cancel: async () => false } });
  expect(await called(["cancel", "7", "--json"], unknown)).toEqual({
    code: 1,
    out: '{"task":"7","stopped":false}\n',
    err: "",
  });
  expect((await called(["clear", "outbox", "--all", "--yes", "--json"], device())).out).toBe(
    '{"deleted":3}\n',
  );
});

test("inbox --delete asks first, and says what may go too", async () => {
  const box = whole();
  const no = await called(["inbox", "--delete"], box, ["n\n"], true);
  expect(no).toMatchObject({ code: 1, out: "" });
  expect(no.err).toContain("List and delete for ever from office: the whole inbox?");
  expect(no.err).toContain("A text that has arrived since, even now, goes with the others");
  expect(box.asked).toEqual([]);
  const yes = await called(["inbox", "--delete", "--port", "2"], box, ["y\n"], true);
  expect(yes).toMatchObject({ code: 0, out: expect.stringContaining("taken") });
  expect(yes.err).toContain("inbox, port 2?");
});

test("inbox --delete: an answer that can't be read is printed as it came, for it is all that is left", async () => {
  const take = async () => {
    throw new Unreadable("2 texts can't be told apart", "total:2;a\x1b[1m\nb|E");
  };
  const people = await called(["inbox", "--delete", "--yes"], whole({ take }));
  expect(people).toMatchObject({ code: 1, out: "total:2;a [1m\nb|E\n" });
  expect(people.err).toContain("2 texts can't be told apart");
  const programs = await called(["inbox", "--delete", "--yes", "--json"], whole({ take }));
  expect(JSON.parse(programs.out)).toEqual({ raw: "total:2;a\x1b[1m\nb|E" });
});

/** Several ports: 1 answers after a second, 2 after two, 3 can't dial, 4 never answers. */
function network(asked: string[]): UssdDesk {
  let rounds = 0;
  return {
    async send(ports, code) {
      asked.push(`send ${ports.join(",")} ${code}`);
      return ports.map((port) => ({
        port,
        error: port === 3 ? new SendError("permanent", "no USSD on this port") : null,
      }));
    },
    async replies(ports) {
      rounds++;
      asked.push(`replies ${ports.join(",")}`);
      return new Map(
        ports.filter((port) => port <= rounds && port < 3).map((port) => [port, `${port} €\nmore`]),
      );
    },
    cancel: async (ports) => void asked.push(`cancel ${ports.join(",")}`),
    kept: async () => [],
  };
}

async function dial(argv: readonly string[], seconds: number) {
  const asked: string[] = [];
  const clock = new FakeClock(NOW);
  const shown = screen();
  const done = call(["ussd", ...argv], device({ desk: { ussd: network(asked) } }), shown, clock);
  for (let second = 0; second < seconds; second++) {
    while (clock.waiting === 0) await turn();
    await clock.advance(1_000);
  }
  return { code: await done, out: shown.out(), err: shown.err(), asked };
}

test("ussd on several ports: each answer as it comes, and only the others are waited for", async () => {
  expect(await dial(["2,1", "*100#"], 2)).toEqual({
    code: 0,
    out: "port 1:\n1 €\nmore\nport 2:\n2 €\nmore\n",
    err: "",
    asked: ["cancel 2,1", "send 2,1 *100#", "replies 2,1", "replies 2"],
  });
});

test("ussd on several ports: what can't dial or does not answer is a failure", async () => {
  const { code, out, err } = await dial(["1,3,4", "1", "--json"], 5);
  expect(code).toBe(1);
  expect(out).toBe('{"port":1,"code":"1","reply":"1 €\\nmore"}\n');
  expect(err).toBe("simpost: port 3: no USSD on this port\nsimpost: no answer from port 4 within 5 s\n");
});
