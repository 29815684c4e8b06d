// Mail as ana's mail client would send it: to the daemon's SMTP port.
import { createTransport } from "nodemailer";
import { ANA } from "./scenery.ts";

export interface Letter {
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
  /** The Message-ID that it answers, with angle brackets, and those before it. */
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
}

export interface Posted {
  /** Message-ID with angle brackets. */
  readonly id: string;
  /** The daemon's answer to DATA. */
  readonly answer: string;
}

/** Milliseconds: it is this machine. */
const PATIENCE = 20_000;

/** Sends one mail to 127.0.0.1. Rejects with the server's words when it is refused. */
export async function post(port: number, letter: Letter): Promise<Posted> {
  const { to, subject = "", text, inReplyTo, references } = letter;
  const transport = createTransport({
    host: "127.0.0.1",
    port,
    ignoreTLS: true,
    name: "localhost",
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sent = await transport.sendMail({
      from: ANA,
      to,
      subject,
      text,
      envelope: { from: ANA, to },
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
      ...(references === undefined ? {} : { references: [...references] }),
    });
    return { id: sent.messageId, answer: sent.response };
  } finally {
    transport.close();
  }
}
