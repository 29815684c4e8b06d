// The commands there are: what each is called with, and what its help says.
import type { ParseArgsOptionsConfig } from "node:util";
import { type SetupName, setup } from "./words-setup.ts";
import { CONFIG_HELP, type Command, config, json, STATES } from "./words-shape.ts";
import { type SteeringName, steering } from "./words-steering.ts";

export type CommandName =
  | "demo"
  | "run"
  | "check"
  | "send"
  | "messages"
  | "gateway"
  | "invite"
  | "backup"
  | "restore"
  | "hash"
  | SetupName
  | SteeringName;

/** Options that every command has. */
export const EVERYWHERE: ParseArgsOptionsConfig = { help: { type: "boolean", short: "h" } };

export const COMMANDS: Readonly<Record<CommandName, Command>> = {
  demo: {
    summary: "simulated gateways, phones and a mailbox, with the real daemon between them",
    usage: "Usage: simpost [demo]",
    more: "Plays one scene, then stays up and prints what to try. Ctrl-C ends it. Nothing is sent, nothing is left behind.",
    options: {},
    positionals: [0, 0],
  },
  run: {
    summary: "the daemon",
    usage: "Usage: simpost run [-c FILE] [--dry-run]",
    more: `Logs: one JSON object a line on standard output.
SIGTERM or SIGINT: stops taking, finishes what is in flight, exit 0 within 10 s; a second one: at once.
SIGHUP: reloads the config.

${CONFIG_HELP}
  --dry-run           loopback gateways in the place of the real ones: no SMS is sent`,
    options: { ...config, "dry-run": { type: "boolean" } },
    positionals: [0, 0],
  },
  check: {
    summary: "says whether a config is sound",
    usage: "Usage: simpost check [-c FILE]",
    more: `Exit 0, or 2 with file:line:column: what is wrong.

${CONFIG_HELP}`,
    options: config,
    positionals: [0, 0],
  },
  send: {
    summary: "sends a text through the running daemon",
    usage: "Usage: simpost send NUMBER TEXT [--from ADDRESS] [-c FILE]",
    more: `As a mail to the daemon's own SMTP port; prints the daemon's answer.
NUMBER may also be a USSD code, or NUMBER+PORT, or NUMBER+GATEWAY.PORT.

${CONFIG_HELP}
  --from ADDRESS      whose text it is; default: the first user of the config who may send`,
    options: { ...config, from: { type: "string" } },
    positionals: [2, 2],
  },
  messages: {
    summary: "what came and went, newest first",
    usage: "Usage: simpost messages [--number N] [--state S] [--limit N] [--text] [--json] [-c FILE]",
    more: `Reads the store of the config, whether or not the daemon runs.

${CONFIG_HELP}
  --number N          only with this phone
  --state S           only those that are queued, sending, accepted, sent, delivered, unsure or failed
  --limit N           at most so many; default: 50
  --text              shows what was written
  --json              one JSON object a line, with all there is to know`,
    options: {
      ...config,
      ...json,
      number: { type: "string" },
      state: { type: "string" },
      limit: { type: "string" },
      text: { type: "boolean" },
    },
    positionals: [0, 0],
    values: { state: STATES },
  },
  gateway: {
    summary: "asks a gateway itself: ports, inbox, results, USSD …",
    usage: `Usage: simpost gateway NAME ports [--port P]… [--only DETAIL]…
       simpost gateway NAME queue
       simpost gateway NAME inbox [--port P]… [--number N]… [--since T] [--until T] [--after ID] [--unread | --read] [--delete [--yes]]
       simpost gateway NAME outbox [--port P]… [--number N]… [--since T] [--until T]
       simpost gateway NAME results [TASK…] [--port P]… [--number N]… [--since T] [--until T]
       simpost gateway NAME receipt PORT[,PORT…] NUMBER [--count N] [--since T] [--until T]
       simpost gateway NAME ussd PORT[,PORT…] CODE
       simpost gateway NAME ussd PORT[,PORT…] [--since T] [--until T] | --cancel
       simpost gateway NAME cancel TASK
       simpost gateway NAME clear inbox|outbox|both|ussd [--port P]… [--number N]… [--since T] [--until T] [--record R]… [--all] [--yes]`,
    more: `Talks to the device, not to the daemon. What the device can't do is said, with exit 1.

  ports               its SIM ports: registered, number, IMSI …
  queue               texts that wait inside it
  inbox, outbox       texts that it keeps
  results             what it says of texts that it sent; TASK: task ids (synway), or the numbers they were sent under (dinstar)
  receipt             the delivery reports for texts from PORT to NUMBER
  ussd                dials CODE and waits for the answer; a menu is answered by one more call: ussd PORT 1
                      without CODE: the answers that lie in the device
  cancel              stops a task that is being sent
  clear               deletes records in the device, for ever; asks first

${CONFIG_HELP}
  --json              one JSON object a line
  --port P            only of this port; may be given several times; in the boxes of devices with slots also 1.A
  --number N          only with this phone; may be given several times
  --since T, --until T  only from this time (2026-11-22, 2026-11-22T18:00, UTC unless it says otherwise; 2h: two hours ago)
  --only DETAIL       asks for this alone: number, imsi, iccid, imei, type or smsc; may be given several times
  --after ID          only texts with a greater id, where the device numbers them
  --unread            only unread texts; listing them marks them as read in the device (simpost itself goes by ids, not by marks)
  --read              only texts that were read before
  --delete            deletes in the device what it lists, in the same request; asks first, for a text that arrives just then goes too
  --count N           the newest N reports
  --cancel            ends the USSD session and forgets its answer
  --record R          of clear ussd: only this record; may be given several times
  --all               everything
  --yes               does not ask; needed where there is no terminal`,
    options: {
      ...config,
      ...json,
      port: { type: "string", multiple: true },
      number: { type: "string", multiple: true },
      since: { type: "string" },
      until: { type: "string" },
      only: { type: "string", multiple: true },
      after: { type: "string" },
      unread: { type: "boolean" },
      read: { type: "boolean" },
      delete: { type: "boolean" },
      count: { type: "string" },
      cancel: { type: "boolean" },
      record: { type: "string", multiple: true },
      all: { type: "boolean" },
      yes: { type: "boolean" },
    },
    positionals: [2, 100],
    values: { only: ["number", "imsi", "iccid", "imei", "type", "smsc"] },
    words: [
      [],
      ["ports", "queue", "inbox", "outbox", "results", "receipt", "ussd", "cancel", "clear"],
      ["inbox", "outbox", "both", "ussd"],
    ],
  },
  invite: {
    summary: "a link that ties somebody's Telegram account to a user",
    usage: "Usage: simpost invite USER [--channel NAME] [--json] [-c FILE]",
    more: `Prints a link to the bot that works once, within 15 minutes, while the daemon runs. Whoever opens it and presses Start
writes and gets texts as USER from then on, besides the addresses in the config. Asks Telegram for the bot's name.

${CONFIG_HELP}
  --channel NAME      which Telegram channel, if the config has several
  --json              one JSON object: user, channel, bot, link, expires`,
    options: { ...config, ...json, channel: { type: "string" } },
    positionals: [1, 1],
  },
  backup: {
    summary: "copies the store into a file, beside the running daemon",
    usage: "Usage: simpost backup FILE [--force] [--json] [-c CONFIG]",
    more: `The copy is the store as it is at one moment. It is checked before it gets its name; only its owner may read it.

${CONFIG_HELP}
  --force             replaces FILE if it exists
  --json              one JSON object: file, bytes, schema, messages, conversations, deliveries, newest`,
    options: { ...config, ...json, force: { type: "boolean" } },
    positionals: [1, 1],
    words: ["file"],
  },
  restore: {
    summary: "puts a backup in the place of the store, while the daemon is stopped",
    usage: "Usage: simpost restore FILE [--hold | --resend] [--yes] [--json] [-c CONFIG]",
    more: `Checks FILE, says what is in it, and asks. The store that was there is kept beside the new one, as STORE.before-restore-TIME.
What had not left for certain when the backup was made may have left since:

${CONFIG_HELP}
  --hold              it is marked as failed and never sent again, so that nothing leaves twice; this is the default
  --resend            it is sent: right if no daemon ran after the backup was made
  --yes               does not ask; needed where there is no terminal
  --json              one JSON object: file, store, kept, what the backup holds, undecided, held`,
    options: {
      ...config,
      ...json,
      hold: { type: "boolean" },
      resend: { type: "boolean" },
      yes: { type: "boolean" },
    },
    positionals: [1, 1],
    words: ["file"],
  },
  ...setup,
  ...steering,
  hash: {
    summary: "makes the hash of a password for the config",
    usage: "Usage: simpost hash",
    more: "Reads the password from standard input, unseen on a terminal, and prints its argon2 hash.",
    options: {},
    positionals: [0, 0],
  },
};

/** Help on one command. */
export const help = (command: CommandName): string =>
  `${COMMANDS[command].usage}\n\n${COMMANDS[command].more}\n`;

/** Help on all of them. */
export function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  return `simpost: mail and chat become SMS, SMS become mail and chat, through GSM gateways

Usage: simpost COMMAND … ; without a command: the demo

${lines.join("\n")}

simpost COMMAND --help says more. Exit codes: 0 done, 1 failed, 2 bad usage or config, 3 no daemon answers.
`;
}
