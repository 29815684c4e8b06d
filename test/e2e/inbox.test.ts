// Texts come in exactly once: the first look, wiped and restarted inboxes, clocks that jump, equal texts, thousands at once.
import { expect, test } from "vitest";
import { openRig, type Rig } from "../support/rig.ts";
import { BOTH, type DeviceName } from "../support/rig-config.ts";

const FROM = "+491701234567";

/** Every text that arrived by mail, sorted. */
const arrived = (rig: Rig): readonly string[] =>
  rig.mailbox.mails.map(({ parsed }) => parsed.text?.trim() ?? "").toSorted();

/** Texts once more, and waits for that: whatever came before has arrived by then. */
async function last(rig: Rig, word = "the last one"): Promise<void> {
  rig.text(FROM, word);
  await rig.letter(word);
  await rig.settled();
}

const old =
  (device: DeviceName, texts: readonly string[], more: { readonly at?: number } = {}) =>
  ({ phones }: Pick<Rig, "phones">) => {
    for (const text of texts) phones.text(FROM, { device, port: 1 }, text, more);
  };

test.each(BOTH.flatMap((device) => [0, 3_600_000, -3_600_000].map((skew) => ({ device, skew }))))(
  "$device, clock off by $skew: what lay there at the first look is old, what comes later is not",
  async ({ device, skew }) => {
    await using rig = await openRig({
      devices: [device],
      [device]: { skew },
      before: old(device, ["old one", "old two"]),
    });
    await last(rig);
    expect(arrived(rig)).toEqual(["the last one"]);
  },
);

test.each(BOTH)("%s: import: all", async (device) => {
  await using rig = await openRig({
    devices: [device],
    gateway: { import: "all" },
    before: old(device, ["old one", "old two"]),
  });
  await last(rig);
  expect(arrived(rig)).toEqual(["old one", "old two", "the last one"]);
});

test.each(BOTH)("%s: import: the texts of the last day", async (device) => {
  await using rig = await openRig({
    devices: [device],
    gateway: { import: "1d" },
    before: (world) => {
      old(device, ["of last week"], { at: Date.now() - 7 * 86_400_000 })(world);
      old(device, ["of an hour ago"], { at: Date.now() - 3_600_000 })(world);
    },
  });
  await last(rig);
  expect(arrived(rig)).toEqual(["of an hour ago", "the last one"]);
});

test.each(BOTH)(
  "%s: an inbox of 10,000 texts at the first start: nothing of it is forwarded, the next one is",
  async (device) => {
    await using rig = await openRig({
      devices: [device],
      before: old(
        device,
        Array.from({ length: 10_000 }, (_, n) => `old ${n}`),
      ),
    });
    await last(rig);
    expect(arrived(rig)).toEqual(["the last one"]);
    expect((await rig.jobs()).length).toBe(1);
  },
);

test.each(BOTH)(
  "%s: equal texts in one second are all forwarded, once each, also after a restart",
  async (device) => {
    await using rig = await openRig({ devices: [device] });
    const at = Date.now();
    for (let n = 0; n < 3; n += 1) rig.phones.text(FROM, { device, port: rig.port }, "yes", { at });
    await rig.until("three", () => rig.mailbox.mails.length === 3);
    rig.phones.text(FROM, { device, port: rig.port }, "yes", { at });
    await rig.until("four", () => rig.mailbox.mails.length === 4);
    await rig.stop();
    rig.phones.text(FROM, { device, port: rig.port }, "yes", { at });
    await rig.start();
    await last(rig);
    expect(arrived(rig)).toEqual(["the last one", "yes", "yes", "yes", "yes", "yes"]);
  },
);

test.each(BOTH)("%s: the device's clock jumps an hour back and forth", async (device) => {
  await using rig = await openRig({ devices: [device] });
  const texts = ["before", "an hour back", "and forth", "and on"];
  const jumps = [0, -3_600_000, 3_600_000, 3_600_000];
  for (const [n, text] of texts.entries()) {
    rig.device.clock.jump(jumps[n] ?? 0);
    rig.text(FROM, text);
    await rig.letter(text);
  }
  await last(rig);
  expect(arrived(rig)).toEqual([...texts, "the last one"].toSorted());
});

test.each(BOTH)("%s: an inbox that is wiped, with ids that restart", async (device) => {
  await using rig = await openRig({ devices: [device] });
  for (const text of ["a", "b", "c"]) rig.text(FROM, text);
  await rig.until("three", () => rig.mailbox.mails.length === 3);
  rig.device.wipeInbox();
  rig.text(FROM, "d");
  await rig.letter("d");
  await last(rig);
  expect(arrived(rig)).toEqual(["a", "b", "c", "d", "the last one"]);
});

test("dinstar: a reboot that renumbers the inbox repeats nothing and loses nothing", async () => {
  await using rig = await openRig();
  for (const text of ["a", "b", "c"]) rig.text(FROM, text);
  await rig.until("three", () => rig.mailbox.mails.length === 3);
  await rig.devices.dinstar.reboot({ inbox: "renumber" });
  rig.text(FROM, "d");
  await rig.letter("d");
  await last(rig);
  expect(arrived(rig)).toEqual(["a", "b", "c", "d", "the last one"]);
});

test.each(BOTH)(
  "%s: answers that are late, cut, garbage, or no answers at all: every text once",
  async (device) => {
    await using rig = await openRig({ devices: [device], timing: { timeout: "300ms" } });
    const on = device === "dinstar" ? "query_incoming_sms" : "queryrxsms";
    for (const kind of ["half", "garbage", "hang", "drop-after-processing", "html", "error"] as const) {
      rig.device.faults.add({ kind, on });
      rig.text(FROM, `during ${kind}`);
      await rig.letter(`during ${kind}`);
    }
    await last(rig);
    expect(rig.mailbox.total).toBe(7);
  },
);

test.each(BOTH)("%s: a burst of 300 long texts, page by page", async (device) => {
  await using rig = await openRig({ devices: [device] });
  const texts = Array.from({ length: 300 }, (_, n) => `${n}: ${"x".repeat(200)}`);
  for (const text of texts) rig.text(FROM, text);
  await rig.until("all of them", () => rig.mailbox.mails.length >= 300);
  await last(rig);
  expect(arrived(rig)).toEqual([...texts, "the last one"].toSorted());
});
