// A mail client that behaves like a real MTA: a mail whose answer it did not get is sent again, under the same Message-ID.
import { setTimeout as pause } from "node:timers/promises";
import { createTransport } from "nodemailer";
import { ANA, DOMAIN } from "./config.ts";

export interface Letter {
  /** Without angle brackets. */
  readonly id: string;
  /** Phones in E.164. */
  readonly to: readonly string[];
  readonly text: string;
  /** The SIM that they are to leave from, as `NUMBER+SIM@` names it. */
  readonly sim?: string;
}

/** A 4xx is tried again after this, milliseconds. */
const AGAIN = 50;

/**
 * Sends until it is taken. `port` resolves with the port of a daemon that is up. Rejects for a 5xx, which no retry would mend.
 * Returns how often it had to be sent.
 */
export async function send(letter: Letter, port: () => Promise<number>): Promise<number> {
  const raw = [
    `Message-ID: <${letter.id}>`,
    `From: Ana <${ANA}>`,
    `To: ${letter.to.map((phone) => `${phone}@${DOMAIN}`).join(", ")}`,
    "Subject: kill",
    "Date: Thu, 05 Nov 2026 10:00:00 +0000",
    "",
    letter.text,
    "",
  ].join("\r\n");
  const sim = letter.sim === undefined ? "" : `+${letter.sim}`;
  const envelope = { from: ANA, to: letter.to.map((phone) => `${phone}${sim}@${DOMAIN}`) };
  for (let attempt = 1; ; attempt++) {
    const transport = createTransport({ host: "127.0.0.1", port: await port(), ignoreTLS: true });
    try {
      const info = await transport.sendMail({ envelope, raw });
      const [refused] = info.rejectedErrors ?? [];
      if (refused) throw refused;
      return attempt;
    } catch (error) {
      const code = error instanceof Error && "responseCode" in error ? Number(error.responseCode) : 0;
      if (code >= 500) throw error;
      await pause(AGAIN);
    } finally {
      transport.close();
    }
  }
}
