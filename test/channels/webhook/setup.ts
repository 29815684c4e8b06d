// A webhook channel as tests make it.
import { createWebhook } from "../../../src/channels/webhook/index.ts";
import type { WebhookOptions } from "../../../src/channels/webhook/parts.ts";
import { FakeClock } from "../../support/clock.ts";
import { MemoryLog } from "../../support/log.ts";
import { textPost } from "../../support/posts.ts";

/** 24 bytes, 0 to 23. */
export const SECRET = `whsec_${Buffer.from(Array.from({ length: 24 }, (_, n) => n)).toString("base64")}`;

export function channelTo(urls: readonly string[], over: Partial<WebhookOptions> = {}) {
  const clock = new FakeClock();
  const log = new MemoryLog();
  const channel = createWebhook({
    name: "webhook",
    urls,
    secrets: [SECRET],
    timeout: 10_000,
    sims: [],
    clock,
    log,
    random: () => 0.5,
    ...over,
  });
  return { channel, clock, log };
}

export const postTo = (url: string, n = 1) =>
  textPost(`text ${n}`, {
    delivery: { id: n, message: `m${n}`, to: { via: "webhook", address: url } },
    message: { id: `m${n}` },
  });
