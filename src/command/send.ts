// `simpost send`: a text through the running daemon, by its own SMTP port, as any mail client would.
import { createTransport } from "nodemailer";
import { EXIT, type Io, say } from "./io.ts";
import { printable } from "./table.ts";

export interface Door {
  readonly address: string;
  readonly port: number;
  readonly tls: "none" | "starttls" | "implicit";
}

export interface SendOptions {
  /** Where the daemon takes mail in. */
  readonly door: Door;
  readonly domain: string;
  readonly from: string;
  /** As written: `NUMBER`, `NUMBER+PORT`, a USSD code. */
  readonly number: string;
  readonly text: string;
}

/** Milliseconds. It is this machine. */
const CONNECT = 5_000;
const ANSWER = 60_000;

/** Sends the text and prints the daemon's answer. */
export async function sendCommand(options: SendOptions, io: Io): Promise<number> {
  const { door, domain, from, number, text } = options;
  const host = reachable(door.address);
  // Grouping that people write has no place in an address (RFC 5321, 4.1.2).
  const to = `${number.replaceAll(/[\s()/-]/g, "")}@${domain}`;
  const transport = createTransport({
    host,
    port: door.port,
    secure: door.tls === "implicit",
    ignoreTLS: door.tls === "none",
    // Its own certificate is for its public name, and this connection stays on the machine.
    tls: { rejectUnauthorized: false },
    name: "localhost",
    connectionTimeout: CONNECT,
    greetingTimeout: ANSWER,
    socketTimeout: ANSWER,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { response } = await transport.sendMail({ from, to, text, envelope: { from, to } });
    say(io.stdout, printable(response));
    return EXIT.ok;
  } catch (error) {
    say(io.stderr, `simpost: ${reason(error, `${host}:${door.port}`)}`);
    return isAway(error) ? EXIT.away : EXIT.failed;
  } finally {
    transport.close();
  }
}

/** A listener on all addresses is reached on loopback. */
function reachable(address: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  return address === "::" ? "::1" : address;
}

function reason(error: unknown, where: string): string {
  if (!(error instanceof Error)) return String(error);
  if ("response" in error && typeof error.response === "string") return printable(error.response);
  if (isAway(error)) return `no daemon answers at ${where} (${error.message}): is it running?`;
  return error.message;
}

/** Nodemailer's codes for connections that never came to be, or broke. */
const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ESOCKET" || error.code === "ECONNECTION" || error.code === "ETIMEDOUT");
