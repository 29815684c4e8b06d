// `simpost retry` and `simpost cancel`: one by one and in bulk, asked first, never doubled.
import { expect, test } from "vitest";
import { Usage } from "../../src/command/io.ts";
import { failedOnes } from "../../src/command/retry.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { alone, beside, records } from "./beside.ts";

const phone = (n: number): string => `+49151111100${String(n).padStart(2, "0")}`;

/** The id in "250 2.0.0 queued as ID: …". */
async function sent(rig: Rig, to: string, text: string): Promise<string> {
  const id = / queued as (\w+)/.exec(await rig.send(to, text))?.[1];
  if (id === undefined) throw new Error("the answer names no message");
  return id;
}

/** A text that the network refuses, and would take from now on. */
async function failed(rig: Rig, to: string, text: string): Promise<string> {
  rig.phones.behave(to, { refuseFrom: 0 });
  const id = await sent(rig, to, text);
  await rig.settled();
  rig.phones.behave(to, {});
  return id;
}

const count = (rig: Rig, text: string): number => rig.texts.filter((one) => one === text).length;

test("a failed text is sent again once, from another SIM; what did not fail is not", async () => {
  await using rig = await openRig();
  const [one, fine] = [await failed(rig, phone(1), "again"), await sent(rig, phone(2), "fine")];
  await rig.settled();
  const first = await beside(rig, ["retry", one, fine, "--sim", "dinstar:1"]);
  expect(first.code).toBe(1);
  expect(first.out).toMatch(new RegExp(`^${one}: is sent again, as \\w+\\n$`));
  expect(first.err).toBe(`${fine}: Nothing of it has failed\n`);
  expect((await rig.sms("again")).port).toBe(1);
  const second = await beside(rig, ["retry", one, "--sim", "dinstar:1", "--json"]);
  expect(records(second)).toMatchObject([{ id: one, done: true, repeated: true }]);
  expect((await beside(rig, ["retry", one, "--sim", "dinstar:1"])).out).toContain(
    "was sent again already, as",
  );
  expect(records(await beside(rig, ["retry", "nosuch", "--json"]))).toEqual([
    { id: "nosuch", done: false, error: "There is no such message here" },
  ]);
  await rig.settled();
  expect(count(rig, "again")).toBe(1);
});

test("all that failed: asked first; what was taken back or written again since is left out", async () => {
  await using rig = await openRig();
  const [one, two] = [await failed(rig, phone(1), "one"), await failed(rig, phone(2), "two")];
  await failed(rig, phone(3), "by hand");
  await rig.send(phone(3), "by hand");
  await rig.sms("by hand");
  await beside(rig, ["pause", "dinstar"]);
  const back = await sent(rig, phone(4), "taken back");
  expect(await beside(rig, ["cancel", back])).toEqual({ code: 0, out: `${back}: taken back\n`, err: "" });
  await beside(rig, ["resume", "dinstar"]);

  const no = await beside(rig, ["retry", "--all-failed", "--since", "1h"], { typed: ["n\n"] });
  expect(no).toMatchObject({ code: 1, out: "" });
  expect(no.err).toContain("left out: 1 text that people took back\n");
  expect(no.err).toContain("left out: 1 text that was written to the same phone again since\n");
  expect(no.err).toContain("Send 2 failed texts once more, to 2 phones? [y/N] ");
  expect(no.err).toContain("nothing was changed");
  await expect(beside(rig, ["retry", "--all-failed", "--since", "1h"])).rejects.toThrow("say --yes");

  const yes = await beside(rig, ["retry", "--all-failed", "--since", "1h"], { typed: ["y\n"] });
  expect(yes.code).toBe(0);
  expect(yes.out.split("\n").map((told) => told.split(":")[0])).toEqual([one, two, ""]);
  await rig.sms("one");
  await rig.sms("two");
  const more = await beside(rig, ["retry", "--all-failed", "--since", "1h", "--yes"]);
  expect(more).toMatchObject({
    code: 0,
    out: "",
    err: expect.stringContaining("there is nothing to send again\n"),
  });
  await rig.settled();
  expect(["one", "two", "by hand", "taken back"].map((text) => count(rig, text))).toEqual([1, 1, 1, 0]);
});

test("all that failed to one phone, in any spelling, and only since then", async () => {
  await using rig = await openRig();
  const one = await failed(rig, phone(1), "one");
  await failed(rig, phone(2), "two");
  const later = await beside(rig, ["retry", "--all-failed", "--since", "2099-01-01", "--yes"]);
  expect(later.err).toBe("there is nothing to send again\n");
  const national = phone(1).replace("+49", "0");
  const argv = ["retry", "--all-failed", "--since", "1d", "--number", national, "--yes", "--json"];
  expect(records(await beside(rig, argv))).toMatchObject([{ id: one, done: true, repeated: false }]);
});

test("Ctrl-C stops between two", async () => {
  await using rig = await openRig();
  const ids = [await failed(rig, phone(1), "one"), await failed(rig, phone(2), "two")];
  const { code, out, err } = await beside(rig, ["retry", ...ids], { interrupt: (stop) => stop() });
  expect([code, out, err]).toEqual([1, "", "stopped: 2 of 2 were not looked at\n"]);
});

test("all that waits is taken back; what left is not", async () => {
  await using rig = await openRig();
  const gone = await sent(rig, phone(1), "gone");
  await rig.sms("gone");
  await beside(rig, ["pause", "dinstar"]);
  const ids = [await sent(rig, phone(1), "one"), await sent(rig, phone(2), "two")];
  const late = await beside(rig, ["cancel", gone, "--json"]);
  expect(late.code).toBe(1);
  expect(records(late)).toMatchObject([
    { id: gone, done: false, error: expect.stringContaining("left already") },
  ]);
  const { code, out, err } = await beside(rig, ["cancel", "--all-queued", "--since", "1h"], {
    typed: ["yes\n"],
  });
  expect([code, err]).toEqual([0, "Take back 2 texts that wait? [y/N] "]);
  expect(out).toBe(ids.map((id) => `${id}: taken back\n`).join(""));
  expect((await beside(rig, ["cancel", "--all-queued", "--yes"])).err).toBe("nothing waits that fits\n");
  await beside(rig, ["resume", "dinstar"]);
  await rig.settled();
  expect(rig.texts).toEqual(["gone"]);
});

test.each([
  [["retry"], "say ids, or --all-failed, and not both"],
  [["retry", "abc", "--all-failed", "--since", "1h"], "say ids, or --all-failed, and not both"],
  [["retry", "--all-failed"], "--all-failed wants --since"],
  [["retry", "--all-failed", "--since", "soon"], 'retry: "soon" is no time'],
  [["retry", "abc", "--since", "1h"], "--since and --number belong to --all-failed"],
  [["retry", "ABC"], '"ABC" is no message\'s id'],
  [["retry", "abc", "--sim", "office"], 'has no gateway "office"'],
  [["cancel"], "say ids, or --all-queued, and not both"],
  [["cancel", "abc", "--number", "1"], "--since and --number belong to --all-queued"],
  [["cancel", "../x"], '"../x" is no message\'s id'],
])("%j is bad usage", async (argv, message) => {
  await expect(alone(argv)).rejects.toThrow(Usage);
  await expect(alone(argv)).rejects.toThrow(message);
});

type Text = Parameters<typeof failedOnes>[0][number];
let serial = 0;
const text = (id: string, change: Partial<Text> = {}): Text => ({
  id,
  delivery: ++serial,
  kind: "out",
  thread: 1,
  phone: phone(1),
  name: null,
  text: "hello",
  parts: 1,
  state: "failed",
  sim: null,
  user: "ana",
  to: null,
  attempts: 1,
  error: "the network refused it",
  at: "2026-11-22T12:00:00.000Z",
  sentAt: null,
  nextAt: null,
  expiresAt: "2026-11-23T12:00:00.000Z",
  ...change,
});

test.each<[string, readonly Text[], readonly string[], Readonly<Record<string, number>>]>([
  ["oldest first", [text("b", { text: "2" }), text("a", { text: "1" })], ["a", "b"], {}],
  ["sent since", [text("b", { state: "sent" }), text("a")], [], { newer: 1 }],
  ["waits since", [text("b", { state: "queued" }), text("a")], [], { newer: 1 }],
  ["failed again: the newest alone", [text("c"), text("b"), text("a")], ["c"], { newer: 2 }],
  ["of somebody else", [text("b", { user: "ben", state: "sent" }), text("a")], ["a"], {}],
  ["to another phone", [text("b", { phone: phone(2), state: "sent" }), text("a")], ["a"], {}],
  ["taken back", [text("a", { error: "taken back by ana" })], [], { back: 1 }],
  ["replaced", [text("a", { error: "replaced by its writer, ana" })], [], { back: 1 }],
  ["in doubt", [text("a", { error: "outcome unknown: the gateway took it" })], [], { doubt: 1 }],
  ["restored", [text("a", { error: "restored from a backup: not sent again" })], [], { doubt: 1 }],
  ["a code", [text("a", { phone: "*100#" })], [], {}],
  [
    "to several phones, one of which was written to again",
    [text("b", { phone: phone(2), state: "sent" }), text("a", { phone: phone(2) }), text("a")],
    [],
    { newer: 1 },
  ],
  ["the same text twice in one message", [text("a"), text("a")], ["a"], {}],
])("what is sent again in bulk: %s", (_, texts, due, left) => {
  expect(failedOnes(texts)).toEqual({ due, left });
});

test("a text whose outcome is unknown really says so", async () => {
  await using rig = await openRig({ timing: { timeout: "300ms", unknown: "1s" } });
  rig.device.faults.add({ kind: "hang", on: "send_sms", processed: true });
  rig.device.faults.add({ kind: "error", on: "query_sms_result", times: 1_000 });
  await rig.send(phone(1), "perhaps");
  await rig.notice("failed");
  const { err } = await beside(rig, ["retry", "--all-failed", "--since", "1h", "--yes"]);
  expect(err).toContain("left out: 1 text that may have arrived: nobody knows\n");
});
