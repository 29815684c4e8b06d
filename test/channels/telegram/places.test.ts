// What is known of chats survives a restart and a group's new id.
import { expect, test } from "vitest";
import type { Topic } from "../../../src/channels/telegram/parts.ts";
import { createPlaces } from "../../../src/channels/telegram/places.ts";
import { failure, PHONE, type Rig, withRig } from "./rig.ts";

const OLD = "-500";
const NEW = "-1005";
const topic = (id: number, over: Partial<Topic> = {}): Topic => ({
  chat: NEW,
  id,
  phone: PHONE,
  lane: { gateway: "office", port: 0 },
  name: "",
  closed: false,
  ...over,
});

/** As after a restart. */
async function again(rig: Rig) {
  const { options, bot, desk } = rig;
  const places = createPlaces({
    options: { ...options, ledger: await rig.reopen() },
    bot,
    me: () => bot.call("getMe", undefined),
    isPlace: (address) => desk.isPlace({ via: "telegram", address }),
  });
  await places.load();
  return places;
}

test("topics are kept, changed and forgotten, over restarts", async () => {
  await withRig(async (rig) => {
    await rig.places.keep(topic(7));
    await rig.places.keep(topic(8));
    await rig.places.keep({ ...topic(7), name: "Bob", closed: true });
    await rig.places.forget(NEW, 8);
    await rig.places.forget(NEW, 99);
    const places = await again(rig);
    expect(places.topic(NEW, 7)).toEqual({ ...topic(7), name: "Bob", closed: true });
    expect(places.topic(NEW, 8)).toBeNull();
    expect(places.topic("-1", 7)).toBeNull();
  });
});

test("the topic of a phone: its SIM's own one, else one whose SIM is not known, the newest of several", async () => {
  await withRig(async ({ places }) => {
    const other = { gateway: "office", port: 1 };
    await places.keep(topic(5));
    await places.keep(topic(9));
    await places.keep(topic(10, { lane: null }));
    await places.keep(topic(11, { phone: "+4930" }));
    expect(places.topicFor(NEW, PHONE, { gateway: "office", port: 0 })?.id).toBe(9);
    expect(places.topicFor(NEW, PHONE, other)?.id).toBe(10);
    expect(places.topicFor(NEW, PHONE, null)?.id).toBe(10);
    expect(places.topicFor(NEW, "+1", null)).toBeNull();
    expect(places.topicFor("-1", PHONE, null)).toBeNull();
    await places.forget(NEW, 10);
    expect(places.topicFor(NEW, PHONE, other)).toBeNull();
    expect(places.topicFor(NEW, PHONE, { gateway: "office", port: null })?.id).toBe(9);
  });
});

test("a chat that moved, twice, has one name here, over restarts", async () => {
  await withRig(async (rig) => {
    const { places, desk } = rig;
    await places.keep(topic(7, { chat: OLD }));
    await places.moved(OLD, NEW);
    await places.moved(OLD, NEW);
    expect([places.now(OLD), places.known(NEW), places.known("-7")]).toEqual([NEW, OLD, "-7"]);
    await places.moved(NEW, "-1006");
    expect(places.topic(OLD, 7)?.chat).toBe(OLD);
    const later = await again(rig);
    expect([later.now(OLD), later.known("-1006")]).toEqual(["-1006", OLD]);
    expect(later.topic(OLD, 7)?.phone).toBe(PHONE);
    // Somebody put the new id into the config: it goes by that from now on, and nothing is lost.
    desk.places.add("telegram:-1006");
    expect(later.known("-1006")).toBe("-1006");
    expect(later.topic("-1006", 7)).toMatchObject({ chat: "-1006", phone: PHONE });
    expect(later.topicFor("-1006", PHONE, null)?.id).toBe(7);
  });
});

test("whether a chat has topics is asked once in a while, or learnt by the way", async () => {
  await withRig(async ({ places, api, options }) => {
    api.group({ id: -1005, title: "Forum", forum: true });
    api.group({ id: -500, title: "Plain", forum: false });
    expect([await places.hasTopics(NEW), await places.hasTopics(OLD)]).toEqual([true, false]);
    expect(await places.hasTopics(NEW)).toBe(true);
    expect(api.calls).toHaveLength(2);
    places.learn(OLD, true);
    expect(await places.hasTopics(OLD)).toBe(true);
    expect(api.calls).toHaveLength(2);
    expect(options.log).toBeDefined();
  });
});

test("a private chat has topics if the bot has them", async () => {
  await withRig(
    async ({ places }) => expect(await places.hasTopics("1001")).toBe(true),
    {},
    { has_topics_enabled: true },
  );
  await withRig(async ({ places, api }) => {
    expect(await places.hasTopics("1001")).toBe(false);
    expect(await failure(places.hasTopics("-4"))).toMatchObject({ kind: "no-chat" });
    expect(api.calls.map(({ method }) => method)).toEqual(["getMe", "getChat"]);
  });
});
