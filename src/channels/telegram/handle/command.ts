// Commands as people write them: /name, /name@bot, and what follows.

export interface Command {
  /** In lower case, without the slash. */
  readonly name: string;
  /** The bot it is for; null: any. */
  readonly bot: string | null;
  /** What follows, without blanks before it. */
  readonly rest: string;
}

/** Telegram's commands are 1 .. 32 letters, digits and underscores; the name of a bot has up to 32 as well. */
const COMMAND = /^\/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,32}))?(?=\s|$)/;

/** Reads a command; null: it is none (`/usr/bin`, `/ no`, anything else). */
export function readCommand(text: string): Command | null {
  const match = COMMAND.exec(text);
  if (!match) return null;
  const [whole, name = "", bot] = match;
  return { name: name.toLowerCase(), bot: bot ?? null, rest: text.slice(whole.length).trimStart() };
}

/** A code to dial, and from where. */
export interface Dial {
  readonly code: string;
  readonly gateway: string | null;
  readonly port: number | null;
}

const DIAL = /^([*#][\d*#+]*)(?:\s+([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?::(\d{1,3}))?)?$/;

/** Reads what follows `/ussd`: `*100#`, `*100# office`, `*100# office:3`; null: it is none of these. */
export function readDial(rest: string): Dial | null {
  const match = DIAL.exec(rest.trim());
  if (!match) return null;
  const [, code = "", gateway, port] = match;
  return { code, gateway: gateway ?? null, port: port === undefined ? null : Number(port) };
}
