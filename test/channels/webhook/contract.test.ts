// Webhooks keep the contract of a channel; each URL is an upstream of its own.
import { channelContract } from "../../contract/channel.ts";
import { startReceiver } from "./receiver.ts";
import { channelTo, postTo } from "./setup.ts";

channelContract("webhooks", async () => {
  let receiver = await startReceiver();
  const { port, url } = receiver;
  const { channel } = channelTo([url]);
  return {
    channel,
    own: true,
    post: (n) => postTo(url, n),
    taken: async () => receiver.taken.map(({ headers }) => String(headers["webhook-id"])),
    refuse: async (how) => receiver.answer({ status: how === "permanent" ? 410 : 500 }),
    down: () => receiver.close(),
    heal: async () => {
      receiver.answer({ status: 200 });
      receiver.release();
      receiver = await startReceiver(port).catch(() => receiver);
    },
    hang: async () => {
      receiver.answer("hang");
      return { waits: receiver.came(receiver.requests.length + 1) };
    },
    close: async () => {
      receiver.release();
      await channel.stop();
      await receiver.close();
    },
  };
});
