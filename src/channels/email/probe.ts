// Tries a relay as far as it goes without a mail: connection, EHLO, STARTTLS, AUTH.
import { createTransport } from "nodemailer";
import type { RelayOptions } from "./options.ts";
import { parse } from "./relay.ts";

/** Milliseconds. Whoever asks sits there and waits. */
const CONNECT = 10_000;
const SILENCE = 20_000;

/** What a relay URL leads to. */
export interface RelayPlace {
  readonly kind: "smtp" | "lmtp";
  readonly host: string;
  readonly port: number;
  /** We log in there. */
  readonly login: boolean;
}

/** Throws Error for a URL that names none (`maildir:` is no relay). */
export function relayPlace(relay: string): RelayPlace {
  const { host, port, lmtp, ...rest } = parse(relay);
  return { kind: lmtp ? "lmtp" : "smtp", host, port, login: "auth" in rest };
}

/** Says hello as the daemon would, and leaves. Rejects with Error: what the relay said, or why it can't be reached; no password is in it. */
export async function tryRelay({ relay, hostname }: Pick<RelayOptions, "relay" | "hostname">): Promise<void> {
  const transport = createTransport({
    name: hostname,
    ...parse(relay),
    connectionTimeout: CONNECT,
    dnsTimeout: CONNECT,
    greetingTimeout: SILENCE,
    socketTimeout: SILENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
