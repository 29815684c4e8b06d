// The mail channel keeps the contract of a channel: over SMTP, over LMTP, and into a Maildir.
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { createOut } from "../../../src/channels/email/out.ts";
import { type ChannelRig, channelContract } from "../../contract/channel.ts";
import { textPost } from "../../support/posts.ts";
import { startRelay } from "../../support/relay.ts";

const channelTo = (relay: string) =>
  createOut({
    domain: "sms.example.org",
    hostname: "mx.example.org",
    relay,
    sims: [],
    users: [],
    language: () => "en",
  });
const post = (n: number) => textPost(`text ${n}`, { delivery: { id: n, message: `m${n}` } });
const idOf = async (raw: Buffer) => (await simpleParser(raw)).messageId?.replace(/^<|>$/g, "") ?? null;

async function relayRig(scheme: "smtp" | "lmtp"): Promise<ChannelRig> {
  const lmtp = scheme === "lmtp";
  let relay = await startRelay({ lmtp });
  const { port } = relay;
  const channel = channelTo(`${scheme}://127.0.0.1:${port}`);
  return {
    channel,
    post,
    taken: () => Promise.all(relay.taken.map((mail) => idOf(mail.raw))),
    refuse: async (how) => {
      relay.refuse = { at: "rcpt", code: how === "permanent" ? 550 : 450, text: "5.1.1 no" };
    },
    down: () => relay.stop(),
    heal: async () => {
      relay.refuse = null;
      relay.release();
      relay = await startRelay({ lmtp, port }).catch(() => relay);
    },
    hang: async () => {
      relay.hold();
      return { waits: relay.held() };
    },
    close: async () => {
      relay.release();
      await channel.stop();
      await relay.stop();
    },
  };
}

channelContract("mail over SMTP", () => relayRig("smtp"));
channelContract("mail over LMTP", () => relayRig("lmtp"));

const DISK = "a disk answers at once, and refuses all mail or none";
channelContract(
  "mail into a Maildir",
  async () => {
    const root = await mkdtemp(join(tmpdir(), "simpost-maildir-"));
    const path = join(root, "mail");
    const away = join(root, "away");
    const channel = channelTo(`maildir:${path}`);
    return {
      channel,
      post,
      taken: async () => {
        const names = await readdir(join(path, "new")).catch(() => []);
        return Promise.all(names.map(async (name) => idOf(await readFile(join(path, "new", name)))));
      },
      refuse: async () => undefined,
      down: async () => {
        await rename(path, away).catch(() => undefined);
        await writeFile(path, "a file in the way");
      },
      heal: async () => {
        await rm(path);
        await rename(away, path).catch(() => undefined);
      },
      hang: async () => ({ waits: Promise.resolve() }),
      close: async () => {
        await channel.stop();
        await rm(root, { recursive: true, force: true });
      },
    };
  },
  { "refuse permanent": DISK, "refuse temporary": DISK, hang: DISK },
);
