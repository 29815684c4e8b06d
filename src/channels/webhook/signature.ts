// The signature that a receiver checks (Standard Webhooks 1.0, "Signature scheme"): HMAC-SHA256 over id, time and body.
import { createHmac } from "node:crypto";

const PREFIX = "whsec_";
/** Standard Webhooks: a secret has 24 to 64 random bytes. */
const KEY_BYTES = { least: 24, most: 64 } as const;

/** The key of a secret as written, `whsec_` and base64. Throws Error, without the secret in it. */
export function keyOf(secret: string): Buffer {
  const written = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : "";
  const key = Buffer.from(written, "base64");
  const exact = key.toString("base64").replace(/=+$/, "") === written.replace(/=+$/, "");
  if (!exact || key.length < KEY_BYTES.least || key.length > KEY_BYTES.most)
    throw new Error(`must be ${PREFIX} and ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes in base64`);
  return key;
}

/** `webhook-signature`: a `v1` signature for each key. `seconds`: the `webhook-timestamp`, UTC. */
export const sign = (keys: readonly Buffer[], id: string, seconds: number, body: string): string =>
  keys
    .map((key) => `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`)
    .join(" ");
