// Joining by a link.
import { expect, test } from "vitest";
import { INVITE_HOLDS, makeInvite } from "../../../../src/channels/telegram/handle/invite.ts";
import { PHONE, type Stage, stage, TOKEN } from "./stage.ts";

const invite = ({ clock }: Stage, user: string, nonce = 1): string =>
  makeInvite(TOKEN, user, clock.now() + INVITE_HOLDS, new Uint8Array(6).fill(nonce));

test("a stranger with a link becomes the user, and may write at once", async () => {
  const set = await stage();
  const { eve, settle, last, words, desk, inbox } = set;
  eve.startsBot(invite(set, "bob"));
  await settle(2);
  expect(desk.users.get("telegram:6666")).toBe("bob");
  expect(last(eve.chat).text).toBe(words("tg-joined", { user: "bob" }));
  eve.says(eve.chat, `/send ${PHONE} Hi`);
  await settle();
  expect(inbox.submissions.map(({ user }) => user)).toEqual(["bob"]);
});

test("a link is used once, also after a restart", async () => {
  const set = await stage();
  const { api, eve, settle, last, words, desk, restart } = set;
  const token = invite(set, "bob");
  eve.startsBot(token);
  await settle();
  await restart();
  const mallory = api.person({ id: 7777, first_name: "Mallory" });
  mallory.startsBot(token);
  await settle();
  expect(desk.users.has("telegram:7777")).toBe(false);
  expect(last(mallory.chat).text).toBe(words("tg-invite-bad"));
});

test("two at once with one link: the first has it", async () => {
  const set = await stage();
  const { api, eve, handle, desk } = set;
  const token = invite(set, "bob");
  const mallory = api.person({ id: 7777, first_name: "Mallory" });
  const { signal } = new AbortController();
  const posts = [eve.startsBot(token), mallory.startsBot(token)];
  await Promise.all(
    posts.map(({ message }, at) =>
      handle(
        {
          update_id: 50_000 + at,
          message: { ...message, from: [eve, mallory][at]?.user ?? eve.user, chat: message.chat },
        } as Parameters<typeof handle>[0],
        signal,
      ),
    ),
  );
  expect(desk.users.get("telegram:6666")).toBe("bob");
  expect(desk.users.has("telegram:7777")).toBe(false);
});

test("a link that is over, altered, or somebody's invention is none", async () => {
  const set = await stage();
  const { eve, settle, said, words, desk, clock } = set;
  const token = invite(set, "bob");
  eve.startsBot(`A${token.slice(1)}`);
  eve.startsBot("hello");
  await settle();
  await clock.advance(INVITE_HOLDS + 60_000);
  eve.startsBot(token);
  await settle();
  expect(said(eve.chat)).toEqual(Array(3).fill(words("tg-invite-bad")));
  expect(desk.users.has("telegram:6666")).toBe(false);
});

test("who is somebody already stays so", async () => {
  const set = await stage();
  const { api, ana, eve, settle, last, words, desk } = set;
  const token = invite(set, "bob");
  ana.startsBot(token);
  await settle();
  expect(last(ana.chat).text).toBe(words("tg-joined-other", { user: "ana" }));
  expect(desk.users.get("telegram:1001")).toBe("ana");
  ana.startsBot(invite(set, "ana", 2));
  await settle();
  expect(last(ana.chat).text).toBe(words("tg-joined", { user: "ana" }));
  // The link was not used up by it.
  eve.startsBot(token);
  await settle();
  expect(desk.users.get("telegram:6666")).toBe("bob");
  expect(api.people.size).toBe(2);
});

test("used links are forgotten when they are over anyway", async () => {
  const set = await stage();
  const { api, settle, clock, store } = set;
  for (let person = 1; person <= 3; person++) {
    api.person({ id: 8_000 + person, first_name: "Somebody" }).startsBot(invite(set, "bob", person));
    await settle();
    await clock.advance(INVITE_HOLDS + 60_000);
  }
  expect(await store.notes("telegram", "invite:")).toHaveLength(1);
});

test("in a group a link is none", async () => {
  const set = await stage();
  const { eve, forum, settle, desk } = set;
  eve.says(forum, `/start ${invite(set, "bob")}`);
  await settle();
  expect(desk.users.has("telegram:6666")).toBe(false);
});
