// The Telegram channel keeps the contract of a channel: in a private chat, and in a group with topics.
import { createOut } from "../../../src/channels/telegram/out.ts";
import type { Chat } from "../../../src/demo/telegram/chat.ts";
import { type ChannelRig, channelContract } from "../../contract/channel.ts";
import { textPost } from "../../support/posts.ts";
import { makeRig, type Rig } from "./rig.ts";
import { until } from "./taking.ts";

const GROUP = -1005;
const SAME_ID =
  "Telegram numbers messages itself and knows no id of ours: a post that is sent again is another message";

async function rigOf(rig: Rig, chat: Chat): Promise<ChannelRig> {
  const channel = createOut(rig);
  return {
    channel,
    post: (n) =>
      textPost(`text ${n}`, {
        delivery: { id: n, message: `m${n}`, to: { via: "telegram", address: String(chat.id) } },
      }),
    taken: async () =>
      chat.messages
        .filter((post) => post.from?.is_bot === true && !post.service)
        .map((post) => `${chat.id}/${post.id}`),
    refuse: async (how) => {
      const status = how === "permanent" ? 400 : 500;
      rig.api.faults.add({
        kind: "error",
        on: "sendMessage",
        status,
        description: "as told",
        times: Number.POSITIVE_INFINITY,
      });
    },
    down: () => rig.api.down(),
    heal: async () => {
      rig.api.faults.clear();
      await rig.api.up();
    },
    hang: async () => {
      rig.api.faults.add({ kind: "slow", on: "sendMessage", delay: 300 });
      // Used up as soon as the request is there; the answer comes later.
      return { waits: until(() => rig.api.faults.armed.length === 0) };
    },
    close: async () => {
      await channel.stop();
      await rig.close();
    },
  };
}

channelContract(
  "Telegram, a private chat",
  async () => {
    const rig = await makeRig();
    return rigOf(rig, rig.ana.chat);
  },
  { "same id": SAME_ID },
);

channelContract(
  "Telegram, a forum",
  async () => {
    const rig = await makeRig();
    rig.desk.places.add(`telegram:${GROUP}`);
    return rigOf(rig, rig.api.group({ id: GROUP, title: "Office", forum: true, bot: "administrator" }));
  },
  { "same id": SAME_ID },
);
