// Updates that are given again: wherever the process dies, there is one text, and it is marked.
import { expect, test } from "vitest";
import type { Post } from "../../../../src/demo/telegram/post.ts";
import { PHONE, type Stage, stage } from "./stage.ts";

/** Lets `act` happen in a world where the process dies at step 0, 1, 2 … of handling it, until it does not die any more; `check` looks at each. */
async function everywhere(
  prepare: (set: Stage) => Promise<Post>,
  act: (set: Stage, post: Post) => Post,
  check: (set: Stage, post: Post) => void,
): Promise<number> {
  for (let at = 0; ; at++) {
    const set = await stage();
    const before = await prepare(set);
    const post = act(set, before);
    set.crash.reset(at);
    const died = await set.settle().then(
      () => false,
      () => true,
    );
    set.crash.reset();
    await set.restart();
    await set.settle();
    check(set, post);
    if (!died) return at;
  }
}

const nothing = async ({ ana }: Stage): Promise<Post> => ana.says(ana.chat, "/help");

test("/send", async () => {
  const steps = await everywhere(
    nothing,
    ({ ana }) => ana.says(ana.chat, `/send ${PHONE} Once`),
    ({ inbox, marks }, post) => {
      expect(inbox.submissions.map(({ text }) => text)).toEqual(["Once"]);
      expect(marks.of("1001", post.id)?.message).toBe("m1");
    },
  );
  expect(steps).toBeGreaterThan(5);
});

test("the text that was asked for", async () => {
  const steps = await everywhere(
    async (set) => {
      set.ana.says(set.ana.chat, `/send ${PHONE}`);
      await set.settle();
      return set.last(set.ana.chat);
    },
    ({ ana }) => ana.says(ana.chat, "Once"),
    ({ inbox, marks }, post) => {
      expect(inbox.submissions.map(({ text }) => text)).toEqual(["Once"]);
      expect(marks.of("1001", post.id)?.message).toBe("m1");
    },
  );
  expect(steps).toBeGreaterThan(5);
});

test("an edit", async () => {
  const steps = await everywhere(
    async (set) => {
      const post = set.ana.says(set.ana.chat, "Twelve", {
        replyTo: await set.brings(set.ana.chat, "When?"),
      });
      await set.settle();
      return post;
    },
    ({ ana }, post) => {
      ana.edits(post, "Thirteen");
      return post;
    },
    ({ inbox, marks, desk }, post) => {
      expect(inbox.submissions.map(({ text }) => text)).toEqual(["Twelve", "Thirteen"]);
      expect(desk.messages.get("m1")?.deliveries[0]?.state).toBe("failed");
      expect(desk.messages.get("m2")?.deliveries[0]?.state).toBe("queued");
      expect(marks.of("1001", post.id)).toMatchObject({ message: "m2", final: false });
    },
  );
  expect(steps).toBeGreaterThan(5);
});

test("a press on Send", async () => {
  const steps = await everywhere(
    async (set) => {
      set.ana.says(set.ana.chat, `/send ${PHONE} ${"long ".repeat(200)}`);
      await set.settle();
      return set.last(set.ana.chat);
    },
    ({ ana, words }, post) => {
      void ana.presses(post, words("tg-button-send"));
      return post;
    },
    ({ inbox, marks, ana }) => {
      expect(inbox.submissions).toHaveLength(1);
      const written = ana.chat.messages.find(({ text }) => text.startsWith("/send"));
      expect(marks.of("1001", written?.id ?? 0)?.message).toBe("m1");
    },
  );
  expect(steps).toBeGreaterThan(5);
});

test("a press on Try again", async () => {
  const steps = await everywhere(
    async (set) => {
      set.ana.says(set.ana.chat, `/send ${PHONE} Hi`);
      await set.settle();
      set.inbox.becomes("m1", "failed");
      return set.fails("m1");
    },
    ({ ana, words }, post) => {
      void ana.presses(post, words("tg-button-retry"));
      return post;
    },
    ({ inbox, marks, ana }) => {
      expect(inbox.submissions.map(({ text }) => text)).toEqual(["Hi", "Hi"]);
      const written = ana.chat.messages.find(({ text }) => text.startsWith("/send"));
      expect(marks.of("1001", written?.id ?? 0)?.message).toBe("m2");
    },
  );
  expect(steps).toBeGreaterThan(5);
});

test("a press on Cancel", async () => {
  const steps = await everywhere(
    async (set) => {
      set.ana.says(set.ana.chat, `/send ${PHONE} Hi`);
      await set.settle();
      return set.waits("m1");
    },
    ({ ana, words }, post) => {
      void ana.presses(post, words("tg-button-cancel"));
      return post;
    },
    ({ desk, last, ana, words }) => {
      expect(desk.messages.get("m1")?.deliveries[0]?.state).toBe("failed");
      expect(last(ana.chat).text).toBe(words("tg-cancelled"));
    },
  );
  expect(steps).toBeGreaterThan(5);
});
