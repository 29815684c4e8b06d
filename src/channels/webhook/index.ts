// The webhook channel: texts for programs, posted as signed JSON to the URLs that routes name (Standard Webhooks 1.0). Nothing comes in here.
import { Agent, request } from "undici";
import { SendError } from "../../bridge/errors.ts";
import type { Channel, Post } from "../../bridge/ports/channel.ts";
import { createHealth, hostOf } from "./health.ts";
import type { Answer, WebhookOptions } from "./parts.ts";
import { idOf, payloadOf } from "./payload.ts";
import { keyOf, sign } from "./signature.ts";
import { silence, verdict } from "./verdict.ts";

/** Requests at once, to all URLs. */
const CONCURRENCY = 16;
/** What came too late for this run is for the next one, milliseconds. */
const SOON = 1_000;
/** Nobody reads the body of an answer; a larger one than this ends its connection, bytes. */
const BODY = 16 * 1024;

/** Throws Error for a secret that is none. */
export function createWebhook(options: WebhookOptions): Channel {
  const { name, clock, timeout, sims } = options;
  const urls = new Set(options.urls);
  const keys = options.secrets.map(keyOf);
  const health = createHealth(options);
  // One timeout governs: the request's. Redirects are not followed, answers not decompressed, nothing is tried twice.
  const agent = new Agent({
    connections: CONCURRENCY,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout },
  });
  const underWay = new Set<Promise<Answer>>();
  let stopped = false;

  const deliver = async (url: string, post: Post, signal: AbortSignal): Promise<Answer> => {
    const id = idOf(post);
    const body = payloadOf(post, sims);
    const seconds = Math.floor(clock.now() / 1_000);
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(url, {
      dispatcher: agent,
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "simpost",
        "webhook-id": id,
        "webhook-timestamp": String(seconds),
        "webhook-signature": sign(keys, id, seconds, body),
      },
      body,
      signal,
    });
    const retryAfter = headers["retry-after"];
    // The status has decided; what follows it is only cleared away.
    await answer.dump({ limit: BODY }).catch(() => undefined);
    return { status: statusCode, retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter };
  };

  const send: Channel["send"] = async (post, signal) => {
    const url = post.delivery.to.address;
    if (stopped)
      throw new SendError("temporary", "webhooks are shutting down", { scope: "message", retryAfter: SOON });
    if (!urls.has(url))
      throw new SendError("permanent", `no route names this URL at ${hostOf(url)} any more`, {
        scope: "message",
      });
    if (signal.aborted) throw new SendError("temporary", "stopped before it left", { scope: "message" });
    const host = hostOf(url);
    const leave = health.enter(url);
    const work = deliver(url, post, AbortSignal.any([signal, AbortSignal.timeout(timeout)]));
    underWay.add(work);
    let trouble: SendError | null;
    try {
      trouble = verdict(await work, host, clock.now());
    } catch (error) {
      trouble = error instanceof SendError ? error : silence(error, host);
    } finally {
      underWay.delete(work);
    }
    // A stop of ours says nothing of the URL.
    const told = leave(trouble && signal.aborted ? undefined : trouble) ?? trouble;
    if (told) throw told;
    return { ref: idOf(post) };
  };

  return {
    name,
    concurrency: CONCURRENCY,
    start: async () => undefined,
    async stop() {
      stopped = true;
      await Promise.allSettled(underWay);
      await agent.destroy();
    },
    send,
  };
}
