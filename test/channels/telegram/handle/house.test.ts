// The handling in a whole house: what the doors behind it make of what people write.
import { expect, test } from "vitest";
import { openRig } from "../../../support/rig.ts";

const PHONE = "+491701234567";
const GROUP = -1_001_234_567_890;
const users = {
  ana: { email: ["ana@example.org"], telegram: [1001], send: { allow: ["+49*", "*100#"] } },
  ben: { telegram: [1002] },
};
const config = { telegram: {}, users, routes: [{ to: [`telegram:${GROUP}`] }] };

test("who may only answer answers in a topic, without replying to anything", async () => {
  await using rig = await openRig(config);
  const group = rig.telegram.group({ id: GROUP, title: "Texts", forum: true });
  const ben = rig.telegram.person({ id: 1002, first_name: "Ben" });
  rig.text(PHONE, "hello", rig.port);
  const first = await group.waitFor(({ text }) => text.includes("hello"));
  ben.says(group, "hi there", { topic: first.topic ?? 0 });
  const sms = await rig.sms("hi there");
  expect([sms.to, sms.port]).toEqual([PHONE, rig.port]);
});

test("a conversation that /send began in a forum goes on in its topic", async () => {
  await using rig = await openRig(config);
  const group = rig.telegram.group({ id: GROUP, title: "Texts", forum: true });
  const ana = rig.telegram.person({ id: 1001, first_name: "Ana" });
  ana.says(group, `/send ${PHONE} first`);
  const sms = await rig.sms("first");
  const topic = await group.waitForTopic(({ name }) => name.includes(PHONE));
  rig.text(PHONE, "an answer", sms.port);
  const answer = await group.waitFor(({ text, from }) => text.includes("an answer") && from?.is_bot === true);
  expect(answer.topic).toBe(topic.id);
  ana.says(group, "second", { topic });
  expect((await rig.sms("second")).port).toBe(sms.port);
  expect(group.topics).toHaveLength(1);
});

test("what waits may be changed and taken back; nothing else leaves", async () => {
  const own = { ana: { telegram: [1001], send: { allow: ["+49*"] } } };
  await using rig = await openRig({ ...config, users: own, devices: ["dinstar"], ports: 1 });
  const { dinstar } = rig.devices;
  dinstar.setPort(rig.port, { reg: "UNREGISTER" });
  await rig.logged("port down");
  const ana = rig.telegram.person({ id: 1001, first_name: "Ana" });
  const changed = ana.says(ana.chat, `/send ${PHONE} eigth`);
  const gone = ana.says(ana.chat, `/send ${PHONE} nonsense`);
  const said = (text: string, to: number) =>
    ana.chat.waitFor((post) => post.replyTo === to && post.text.startsWith(text));
  await said("On its way", gone.id);
  ana.edits(changed, `/send ${PHONE} eight`);
  await said("Changed", changed.id);
  const cancel = ana.says(ana.chat, "/cancel", { replyTo: gone });
  await said("Cancelled", cancel.id);
  dinstar.setPort(rig.port, { reg: "REGISTER_OK" });
  await rig.sms("eight");
  await rig.settled();
  expect(rig.texts).toEqual(["eight"]);
});
