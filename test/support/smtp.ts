// A tiny SMTP client that shows every answer, and the mails that it sends.
import { dial } from "./transcript.ts";

export interface Letter {
  /** Envelope sender and From; "" is the null sender. Default ana@example.org. */
  readonly from?: string;
  /** Local parts, or whole addresses. */
  readonly to: string | readonly string[];
  readonly text?: string;
  readonly subject?: string;
  /** Message-ID without brackets; null: none. Default: a new one. */
  readonly id?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Parameters of RCPT (NOTIFY=NEVER …). */
  readonly rcpt?: string;
  /** The local address to come from. Default 127.0.0.1. */
  readonly via?: string;
  readonly login?: readonly [name: string, password: string];
}

export interface Answers {
  /** To AUTH; "" when there was no login. After a no the client goes away. */
  readonly auth: string;
  readonly mail: string;
  readonly rcpt: readonly string[];
  /** To the end of DATA; "" when no recipient was taken. */
  readonly data: string;
}

export const DOMAIN = "sms.example.org";
export const ANA = "ana@example.org";

let ids = 0;

/** Sends one mail on a connection of its own. */
export async function submit(port: number, letter: Letter): Promise<Answers> {
  const client = await dial(port, letter.via);
  const say = async (line: string): Promise<string> => {
    client.send(line);
    return client.reply();
  };
  try {
    await client.reply();
    await say("EHLO client.example");
    const auth = letter.login
      ? await say(`AUTH PLAIN ${Buffer.from(`\0${letter.login.join("\0")}`).toString("base64")}`)
      : "";
    if (auth !== "" && !auth.startsWith("235")) return { auth, mail: "", rcpt: [], data: "" };
    const from = letter.from ?? ANA;
    const mail = await say(`MAIL FROM:<${from}>`);
    const addresses = [letter.to].flat().map((to) => (to.includes("@") ? to : `${to}@${DOMAIN}`));
    const rcpt: string[] = [];
    for (const to of addresses)
      rcpt.push(await say(`RCPT TO:<${to}>${letter.rcpt ? ` ${letter.rcpt}` : ""}`));
    let data = "";
    if (rcpt.some((answer) => answer.startsWith("250"))) {
      data = await say("DATA");
      if (data.startsWith("354")) data = await say(`${source(letter, from, addresses)}\r\n.`);
    }
    return { auth, mail, rcpt, data };
  } finally {
    client.close();
  }
}

function source(letter: Letter, from: string, addresses: readonly string[]): string {
  const id = letter.id === undefined ? `mail-${process.pid}-${ids++}@client.example` : letter.id;
  const headers = {
    From: from || "MAILER-DAEMON@client.example",
    To: addresses.join(", "),
    Date: "Thu, 05 Nov 2026 10:00:00 +0000",
    ...(letter.subject === undefined ? {} : { Subject: letter.subject }),
    ...(id === null ? {} : { "Message-ID": `<${id}>` }),
    "Content-Type": "text/plain; charset=utf-8",
    ...letter.headers,
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const body = (letter.text ?? "").replaceAll(/\r?\n/g, "\r\n").replaceAll(/^\./gm, "..");
  return [...head, "", body].join("\r\n");
}
