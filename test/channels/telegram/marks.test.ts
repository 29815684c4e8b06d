// Reactions that follow a text's states, and the line of one that waits, over real HTTP.
import { expect, test } from "vitest";
import type { Delivery } from "../../../src/bridge/message.ts";
import { createMarks } from "../../../src/channels/telegram/marks.ts";
import type { Mark, Marks } from "../../../src/channels/telegram/parts.ts";
import type { BotFault } from "../../../src/demo/telegram/faults.ts";
import type { Post } from "../../../src/demo/telegram/post.ts";
import { delivery, message } from "../../support/posts.ts";
import { ANA, hurried, PHONE, type Rig, withRig } from "./rig.ts";

/** Says how the texts of message `id` fare, and tells the marks. */
function fares(rig: Rig, marks: Marks, states: readonly Delivery["state"][], id = "m1"): void {
  const deliveries = states.map((state, n) =>
    delivery({ id: 10 + n, message: id, to: { via: "office", address: PHONE }, state }),
  );
  // A copy for somebody who shares the conversation says nothing about the text.
  const copy = delivery({
    id: 99,
    message: id,
    to: { via: "email", address: "bea@example.org" },
    state: "queued",
  });
  rig.desk.messages.set(id, { message: message({ id, user: "ana" }), deliveries: [...deliveries, copy] });
  for (const one of deliveries) marks.moved(one);
}

const mark = (rig: Rig, post: number, over: Partial<Mark> = {}): Mark => ({
  chat: String(ANA),
  post,
  message: "m1",
  phone: PHONE,
  user: "ana",
  topic: null,
  at: rig.options.clock.now(),
  waiting: null,
  shown: "",
  final: false,
  ...over,
});

/** Runs `act` while marks are shown. */
async function showing(
  act: (rig: Rig, marks: Marks, written: Post) => Promise<void>,
  over: Parameters<typeof withRig>[1] = {},
): Promise<void> {
  await withRig(async (rig) => {
    const marks = createMarks(rig);
    await marks.load();
    const stop = new AbortController();
    const running = marks.run(stop.signal);
    const written = rig.ana.says(rig.ana.chat, "/send 0170 Hello");
    try {
      await act(rig, marks, written);
    } finally {
      stop.abort();
      await running;
    }
  }, over);
}

const reacted = ({ ana }: Rig, written: Post, emoji: string) =>
  ana.chat.waitFor((post) => post.id === written.id && post.reactions.includes(emoji));
/** Resolves once so many were asked for: a call is noted when its answer leaves, after people see it. */
const asked = ({ api }: Rig, count: number) =>
  api.waitForCall(() => api.calls.filter(({ method }) => method === "setMessageReaction").length === count);
const reactions = ({ api }: Rig) => api.calls.filter(({ method }) => method === "setMessageReaction");

test("a reaction follows the states, the furthest one when several come at once", async () => {
  await showing(async (rig, marks, written) => {
    fares(rig, marks, ["sending"]);
    await marks.keep(mark(rig, written.id));
    fares(rig, marks, ["accepted"]);
    await reacted(rig, written, "👀");
    fares(rig, marks, ["sent"]);
    fares(rig, marks, ["delivered"]);
    await reacted(rig, written, "👍");
    expect(reactions(rig).length).toBeLessThanOrEqual(3);
    expect(rig.ana.chat.messages.filter((post) => post.from?.is_bot)).toEqual([]);
  });
});

test("a split text is as far as its last piece; one that failed is a failure", async () => {
  await showing(async (rig, marks, written) => {
    fares(rig, marks, ["delivered", "accepted"]);
    await marks.keep(mark(rig, written.id));
    await reacted(rig, written, "👀");
    fares(rig, marks, ["delivered", "failed"]);
    await reacted(rig, written, "👎");
    // Nothing more will be shown: what still comes asks for nothing.
    while (!marks.of(String(ANA), written.id)?.final) await new Promise((resolve) => setImmediate(resolve));
    await asked(rig, 2);
    expect(reactions(rig)).toHaveLength(2);
  });
});

test("an emoji that is the same, or none, is not shown again", async () => {
  await showing(
    async (rig, marks, written) => {
      fares(rig, marks, ["accepted"]);
      await marks.keep(mark(rig, written.id));
      await reacted(rig, written, "👀");
      fares(rig, marks, ["sent"]);
      fares(rig, marks, ["delivered"]);
      await reacted(rig, written, "👍");
      await asked(rig, 2);
      expect(reactions(rig)).toHaveLength(2);
    },
    { reactions: { accepted: "👀", sent: "👀", delivered: "👍", failed: "" } },
  );
});

test("a text that has to wait says so after ten seconds, with a Cancel; the line goes when the text does", async () => {
  await showing(
    async (rig, marks, written) => {
      fares(rig, marks, ["queued"]);
      const at = rig.options.clock.now();
      await marks.keep(mark(rig, written.id, { at }));
      const line = await rig.ana.chat.waitFor((post) => post.from?.is_bot === true);
      expect(rig.options.clock.now()).toBeGreaterThanOrEqual(at + 10_000);
      expect(line.replyTo).toBe(written.id);
      expect(line.buttons).toEqual([{ text: "Abbrechen", callback_data: "cancel:m1" }]);
      fares(rig, marks, ["accepted"]);
      await rig.ana.chat.waitFor((post) => post.id === line.id && post.deleted);
      await reacted(rig, written, "👀");
    },
    { languages: new Map([["ana", "de"]]) },
  );
});

test("a line that comes too late, for a text taken back meanwhile, does not stay", async () => {
  await showing(async (rig, marks, written) => {
    fares(rig, marks, ["queued"]);
    rig.api.faults.add({ kind: "slow", on: "sendMessage", delay: 100 });
    await marks.keep(mark(rig, written.id, { at: 0 }));
    const line = await rig.ana.chat.waitFor((post) => post.from?.is_bot === true);
    await marks.keep(mark(rig, written.id, { final: true }));
    await rig.ana.chat.waitFor((post) => post.id === line.id && post.deleted);
    expect(marks.of(String(ANA), written.id)).toMatchObject({ final: true, waiting: null });
  });
});

test("what moved while nobody looked is shown after a restart", async () => {
  await withRig(async (rig) => {
    const written = rig.ana.says(rig.ana.chat, "/send 0170 Hello");
    const before = createMarks(rig);
    await before.keep(mark(rig, written.id));
    const ledger = await rig.reopen();
    const marks = createMarks({ ...rig, options: { ...rig.options, ledger } });
    fares(rig, marks, ["delivered"]);
    await marks.load();
    expect(marks.for("m1")).toEqual(before.of(String(ANA), written.id));
    const stop = new AbortController();
    const running = marks.run(stop.signal);
    await reacted(rig, written, "👍");
    stop.abort();
    await running;
    expect(marks.for("nobody")).toBeNull();
  });
});

test("an edited text takes the place of the earlier one; the same one again keeps what is shown", async () => {
  await withRig(async (rig) => {
    const marks = createMarks(rig);
    await marks.keep(mark(rig, 5, { waiting: 8, shown: "accepted" }));
    await marks.keep(mark(rig, 5));
    expect(marks.of(String(ANA), 5)).toMatchObject({ waiting: 8, shown: "accepted" });
    await marks.keep(mark(rig, 5, { message: "m2" }));
    expect(marks.for("m1")).toBeNull();
    expect(marks.for("m2")).toMatchObject({ post: 5, waiting: null, shown: "" });
  });
});

test("marks are forgotten after three days", async () => {
  await withRig(async (rig) => {
    const day = 24 * 3_600_000;
    const marks = createMarks(rig);
    await marks.keep(mark(rig, 5, { at: rig.options.clock.now() - 4 * day, final: true }));
    await marks.keep(mark(rig, 6, { at: rig.options.clock.now() - 2 * day, message: "m2", final: true }));
    const stop = new AbortController();
    const running = marks.run(stop.signal);
    while (marks.for("m1")) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await running;
    expect((await rig.store.notes("telegram", "mark:")).map(({ key }) => key)).toEqual([`mark:${ANA}/6`]);
    expect(marks.of(String(ANA), 6)?.message).toBe("m2");
  });
});

test.each<BotFault>([
  { kind: "too-many", retryAfter: 2 },
  { kind: "error", status: 500 },
  { kind: "drop-before" },
])("%j: shown all the same, later", async (fault) => {
  await showing(async (rig, marks, written) => {
    rig.api.faults.add({ ...fault, on: "setMessageReaction", times: 2 });
    fares(rig, marks, ["accepted"]);
    await marks.keep(mark(rig, written.id));
    await reacted(rig, written, "👀");
    await asked(rig, 3);
    expect(reactions(rig)).toHaveLength(3);
  });
});

test("where nothing can be shown nothing is tried again, and other chats go on", async () => {
  await showing(
    async (rig, marks, written) => {
      const bea = rig.api.person({ id: 1002, first_name: "Bea" });
      const hers = bea.startsBot();
      bea.blocksBot();
      fares(rig, marks, ["accepted"]);
      fares(rig, marks, ["accepted"], "m2");
      fares(rig, marks, ["accepted"], "m3");
      await marks.keep(mark(rig, hers.id, { chat: "1002", message: "m2" }));
      await marks.keep(mark(rig, 12345, { message: "m3" }));
      await marks.keep(mark(rig, written.id));
      await reacted(rig, written, "👀");
      while (marks.for("m2")?.shown !== "accepted") await new Promise((resolve) => setImmediate(resolve));
      expect(marks.for("m3")?.shown).toBe("accepted");
      await asked(rig, 3);
      expect(reactions(rig)).toHaveLength(3);
      expect(rig.log.lines).toEqual([]);
    },
    { clock: hurried(1_000) },
  );
});

test("an emoji that Telegram does not take is said once in the log", async () => {
  await showing(
    async (rig, marks, written) => {
      fares(rig, marks, ["accepted"]);
      await marks.keep(mark(rig, written.id));
      while (marks.for("m1")?.shown !== "accepted") await new Promise((resolve) => setImmediate(resolve));
      fares(rig, marks, ["sent"]);
      while (marks.for("m1")?.shown !== "sent") await new Promise((resolve) => setImmediate(resolve));
      expect(rig.log.of("channel failing")).toHaveLength(1);
    },
    { reactions: { accepted: "🧦", sent: "🦆", delivered: "👍", failed: "👎" } },
  );
});

test("one chat is called at most once a second", async () => {
  await showing(
    async (rig, marks) => {
      const posts = [1, 2, 3].map((n) => rig.ana.says(rig.ana.chat, `text ${n}`));
      for (const [n, post] of posts.entries()) {
        fares(rig, marks, ["accepted"], `m${n}`);
        await marks.keep(mark(rig, post.id, { message: `m${n}` }));
      }
      for (const post of posts) await reacted(rig, post, "👀");
      await asked(rig, 3);
      const [first, second, third] = reactions(rig).map(({ at }) => at);
      // A second is 100 ms here.
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(95);
      expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(95);
    },
    { clock: hurried(10) },
  );
});

test("a chat that moved is followed; a message that is gone ends its mark", async () => {
  await showing(async (rig, marks) => {
    const group = rig.api.group({ id: -500, title: "Plain", forum: false, type: "group" });
    const moved = rig.api.migrate(group, rig.ana, { id: -1006 });
    const written = rig.ana.says(moved, "Hello");
    fares(rig, marks, ["accepted"]);
    await marks.keep(mark(rig, written.id, { chat: "-500" }));
    await moved.waitFor((post) => post.id === written.id && post.reactions.includes("👀"));
    expect(rig.places.now("-500")).toBe("-1006");
    rig.desk.messages.delete("m1");
    marks.moved({ message: "m1" });
    while (!marks.for("m1")?.final) await new Promise((resolve) => setImmediate(resolve));
    await asked(rig, 2);
    expect(reactions(rig)).toHaveLength(2);
  });
});
