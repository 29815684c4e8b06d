// The `webhooks` part of the config, and the URLs that routes name: `webhook:https://…`.
import { duration, group, isLoopback, secret } from "./kinds.ts";
import type { Place } from "./secrets.ts";
import { hostOf } from "./telegram.ts";

/** What stands before a URL in a route. No gateway or channel is called that. */
export const WEBHOOK = "webhook";

/** Standard Webhooks 1.0: a secret has 24 to 64 random bytes. */
const BYTES = { least: 24, most: 64 } as const;

/** `whsec_` and base64, its padding not needed. */
function signs(written: string): boolean {
  const text = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(written)?.[1]?.replace(/=+$/, "") ?? "";
  const key = Buffer.from(text, "base64");
  const whole = key.toString("base64").replace(/=+$/, "") === text;
  return whole && key.length >= BYTES.least && key.length <= BYTES.most;
}

const signing = (place: Place) =>
  secret(place).refine(signs, {
    error: `must be whsec_ and 24 to 64 random bytes in base64: echo "whsec_$(openssl rand -base64 32)"`,
  });

export const webhooks = (place: Place) =>
  group({
    secret: signing(place)
      .optional()
      .describe(
        "What requests are signed with (Standard Webhooks): whsec_ and base64, as a secret. Needed by routes with webhook:URL. No default.",
      ),
    oldSecret: signing(place)
      .optional()
      .describe(
        "While you change the secret: requests are signed with this one too, until all receivers know the new one. Default: none.",
      ),
    timeout: duration("100ms")
      .prefault("15s")
      .describe("How long a receiver may take for its answer; then it is tried again. Default: 15s."),
  })
    .prefault({})
    .describe("How texts go to programs: routes name their URLs as webhook:URL.");

/** The URL of a route's target; undefined: it is none for webhooks. */
export const webhookUrl = (target: string): string | undefined =>
  target.startsWith(`${WEBHOOK}:`) ? target.slice(WEBHOOK.length + 1) : undefined;

/** Why nothing could be posted there. */
export function webhookProblem(url: string, signed: boolean): string | undefined {
  const read = URL.parse(url);
  if (!read || !/^https?:$/.test(read.protocol) || read.username || read.password || /[#\s]/.test(url))
    return "needs an address like webhook:https://hooks.example.org/sms, without a password or # in it";
  return signed ? undefined : "needs a secret to sign with: set webhooks.secret";
}

/** What is allowed there, and yet the operator should know. */
export function webhookDoubt(url: string): string | undefined {
  const read = URL.parse(url);
  return read?.protocol === "http:" && !isLoopback(hostOf(read))
    ? `texts cross the network in the clear to ${hostOf(read)}: use https`
    : undefined;
}
