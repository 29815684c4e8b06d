// The commands that talk with the running daemon, and the completion of all of them: what each is called with, and what its help says.
import { CONFIG_HELP, type Command, config, json } from "./words-shape.ts";

export type SteeringName =
  | "status"
  | "queue"
  | "retry"
  | "cancel"
  | "pause"
  | "resume"
  | "ports"
  | "ussd"
  | "users"
  | "token"
  | "completion";

const SINCE_HELP =
  "only those accepted since then (2026-11-22, 2026-11-22T18:00, UTC unless it says otherwise; 2h: two hours ago)";

export const steering: Readonly<Record<SteeringName, Command>> = {
  status: {
    summary: "how the daemon stands: queue, gateways, channels",
    usage: "Usage: simpost status [--json] [-c FILE]",
    more: `Exit 3 when no daemon answers; what waits in the store is shown all the same.

${CONFIG_HELP}
  --json              one JSON object`,
    options: { ...config, ...json },
    positionals: [0, 0],
  },
  queue: {
    summary: "texts that have not left, and why",
    usage: "Usage: simpost queue [--limit N] [--text] [--json] [-c FILE]",
    more: `The oldest first. WHY: paused (its SIM or gateway is), behind (an earlier text to the same phone), down (no gateway for it is up),
retry (after an error), turn (others are before it), asked (nobody knows yet whether it left).
When no daemon answers, the store is read; then nobody knows why.

${CONFIG_HELP}
  --limit N           at most so many, 1 to 500; default: 100
  --text              shows what was written
  --json              one JSON object a line`,
    options: { ...config, ...json, limit: { type: "string" }, text: { type: "boolean" } },
    positionals: [0, 0],
  },
  retry: {
    summary: "sends failed texts once more",
    usage: `Usage: simpost retry ID… [--sim GATEWAY[:PORT]] [--json] [-c FILE]
       simpost retry --all-failed --since T [--number N] [--sim GATEWAY[:PORT]] [--yes] [--json] [-c FILE]`,
    more: `With the rights and the quota of who wrote them. A text that was sent again already is not sent a third time: retry what came of it.
Exit 1 when some of them can't be sent again.

${CONFIG_HELP}
  --sim SIM           from this SIM: a gateway, or gateway:port
  --all-failed        all that failed; asks first. Left out: codes, texts that people took back, that may have arrived after all, or that were
                      written to the same phone again since
  --since T           of --all-failed: ${SINCE_HELP}
  --number N          of --all-failed: only to this phone
  --yes               does not ask; needed where there is no terminal
  --json              one JSON object a line: id, done, as (the message that came of it), repeated, error`,
    options: {
      ...config,
      ...json,
      sim: { type: "string" },
      "all-failed": { type: "boolean" },
      since: { type: "string" },
      number: { type: "string" },
      yes: { type: "boolean" },
    },
    positionals: [0, 1000],
  },
  cancel: {
    summary: "takes back texts that have not left",
    usage: `Usage: simpost cancel ID… [--json] [-c FILE]
       simpost cancel --all-queued [--since T] [--number N] [--yes] [--json] [-c FILE]`,
    more: `Exit 1 when it is too late for some of them.

${CONFIG_HELP}
  --all-queued        all that wait here; asks first
  --since T           of --all-queued: ${SINCE_HELP}
  --number N          of --all-queued: only to this phone
  --yes               does not ask; needed where there is no terminal
  --json              one JSON object a line: id, done, error`,
    options: {
      ...config,
      ...json,
      "all-queued": { type: "boolean" },
      since: { type: "string" },
      number: { type: "string" },
      yes: { type: "boolean" },
    },
    positionals: [0, 1000],
  },
  pause: {
    summary: "sends nothing more through a gateway or a SIM",
    usage: "Usage: simpost pause GATEWAY[:PORT]… [--json] [-c FILE]",
    more: `Outlasts restarts; \`simpost resume\` ends it. Texts still come in, and texts for other SIMs still leave. Prints what is paused now.

${CONFIG_HELP}
  --json              one JSON object: paused`,
    options: { ...config, ...json },
    positionals: [1, 100],
  },
  resume: {
    summary: "ends what `simpost pause` began",
    usage: "Usage: simpost resume GATEWAY[:PORT]… [--json] [-c FILE]",
    more: `Resuming a gateway resumes its ports too. Prints what is paused still.

${CONFIG_HELP}
  --json              one JSON object: paused`,
    options: { ...config, ...json },
    positionals: [1, 100],
  },
  ports: {
    summary: "every SIM port, as the daemon sees it",
    usage: "Usage: simpost ports [GATEWAY] [--details] [--json] [-c FILE]",
    more: `TODAY: texts that left through it in the last 24 hours. IN HAND: handed over, and not taken by the network yet.
RESTS: left alone until then, because texts through it failed. \`simpost gateway NAME ports\` asks the device itself.

${CONFIG_HELP}
  --details           also IMSI, ICCID, IMEI and type of network
  --json              one JSON object a line, with all there is to know`,
    options: { ...config, ...json, details: { type: "boolean" } },
    positionals: [0, 1],
  },
  ussd: {
    summary: "dials a USSD code, and waits for the answer",
    usage:
      "Usage: simpost ussd CODE [--sim GATEWAY[:PORT]] [--answer TEXT]… [--user USER] [--json] [-c FILE]",
    more: `Through the daemon: as a text of USER, with her rights; the answer goes to her too. Ctrl-C ends the waiting only.
\`simpost gateway NAME ussd PORT CODE\` asks the device beside the daemon.

${CONFIG_HELP}
  --sim SIM           a gateway, or gateway:port; needed if the config has several gateways
  --answer TEXT       answers the menu that comes; may be given several times, one for each menu
  --user USER         who dials; default: the first user of the config who may send
  --json              one JSON object for each answer: id, thread, code, reply`,
    options: {
      ...config,
      ...json,
      sim: { type: "string" },
      answer: { type: "string", multiple: true },
      user: { type: "string" },
    },
    positionals: [1, 1],
  },
  users: {
    summary: "the people of the config, and what they sent today",
    usage: "Usage: simpost users [--json] [-c FILE]",
    more: `TODAY: texts in the last 24 hours. When no daemon answers, config and store are read; addresses that were tied later are not in them.

${CONFIG_HELP}
  --json              one JSON object a line`,
    options: { ...config, ...json },
    positionals: [0, 0],
  },
  token: {
    summary: "tokens for programs that use the API",
    usage: `Usage: simpost token create NAME [--user USER] [--role ROLE] [--scope SCOPE]… [--expires T] [--json] [-c FILE]
       simpost token list [--json] [-c FILE]
       simpost token revoke ID… [--json] [-c FILE]`,
    more: `create prints the new token, this once: it is not kept in a form that could be shown again. revoke works at once.

${CONFIG_HELP}
  --user USER         whose token it is: she sends with it, and sees her own conversations; default: nobody's
  --role ROLE         admin, operator or user; default: USER's. Needed without USER
  --scope SCOPE       what it may be used for: read, send, steer or tokens; may be given several times; default: read
  --expires T         until when: 90d (days from now), 12h, or a date like 2027-01-31; default: never
  --json              one JSON object a line`,
    options: {
      ...config,
      ...json,
      user: { type: "string" },
      role: { type: "string" },
      scope: { type: "string", multiple: true },
      expires: { type: "string" },
    },
    positionals: [1, 100],
    values: { role: ["admin", "operator", "user"], scope: ["read", "send", "steer", "tokens"] },
    words: [["create", "list", "revoke"]],
  },
  completion: {
    summary: "a script that completes command lines in a shell",
    usage: "Usage: simpost completion bash|zsh|fish",
    more: `bash: simpost completion bash >/etc/bash_completion.d/simpost
zsh:  simpost completion zsh >/usr/local/share/zsh/site-functions/_simpost
fish: simpost completion fish >/etc/fish/completions/simpost.fish`,
    options: {},
    positionals: [1, 1],
    words: [["bash", "zsh", "fish"]],
  },
};
