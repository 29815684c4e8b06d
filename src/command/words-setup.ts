// The commands that set simpost up and find out what is wrong: what each is called with, and what its help says.
import { CONFIG_HELP, type Command, config, json } from "./words-shape.ts";

export type SetupName = "init" | "doctor";

export const setup: Readonly<Record<SetupName, Command>> = {
  init: {
    summary: "asks what it has to know, tries it, and writes a config",
    usage: `Usage: simpost init [-c FILE] [--yes] [--force] [--domain NAME] [--region CC]
         [--gateway-url URL] [--gateway-user NAME] [--gateway-password-file FILE] [--timezone ZONE] …
         [--relay URL] [--telegram-token-file FILE] [--user NAME] [--mail ADDRESS] [--allow PATTERN]…`,
    more: `Nothing is written before the end, and nothing if it is broken off. What is given as an option is not asked. Passwords are put
into files of their own in the folder "secrets" beside the config; only their owner may read them, and the config.

  -c, --config FILE   the config to write; default: ./simpost.yaml
  --yes               asks nothing: what is not given is the default. Needed where there is no terminal
  --force             replaces a config that is there
  --domain NAME       NUMBER@NAME is a phone
  --region CC         the country (two letters) whose national numbers people write
  --gateway-url URL   where the gateway is: http://192.0.2.10; none: no device, texts go nowhere
  --gateway-name NAME  what it is called in the config; default: office
  --gateway-user NAME  user of its API
  --gateway-password-file FILE  where its password is; "-": the first line of standard input
  --driver DRIVER     dinstar, synway or loopback; default: it is found out
  --fingerprint SHA256  of the gateway's certificate, if that is self-signed
  --timezone ZONE     of the gateway's clock, like Europe/Berlin; default: it is found out, as far as that can be
  --listen ADDRESS:PORT  where mail is taken in; default: 127.0.0.1:2525
  --relay URL         where mail goes out: smtp://HOST, smtps://USER:PASSWORD@HOST or maildir:FOLDER; default: smtp://127.0.0.1:25
  --relay-file FILE   the same, out of a file: for passwords
  --telegram-token-file FILE  where the bot's token is
  --api-root URL      the Bot API server, if you run your own
  --user NAME         the first user; she may do everything
  --mail ADDRESS      her mail address
  --telegram ID       her Telegram id (of a group: --telegram=-100…)
  --password-file FILE  where her password for console and SMTP is; default: none
  --allow PATTERN     numbers that she may write to: "+49*"; may be given several times
  --per-day N         texts that she may send in 24 hours; default: 200
  --test NUMBER       sends a text to NUMBER at the end
  --test-text TEXT    what it says
  --dry-run           the text of --test goes nowhere`,
    options: {
      ...config,
      yes: { type: "boolean" },
      force: { type: "boolean" },
      domain: { type: "string" },
      region: { type: "string" },
      "gateway-url": { type: "string" },
      "gateway-name": { type: "string" },
      "gateway-user": { type: "string" },
      "gateway-password-file": { type: "string" },
      driver: { type: "string" },
      fingerprint: { type: "string" },
      timezone: { type: "string" },
      listen: { type: "string" },
      relay: { type: "string" },
      "relay-file": { type: "string" },
      "telegram-token-file": { type: "string" },
      "api-root": { type: "string" },
      user: { type: "string" },
      mail: { type: "string" },
      telegram: { type: "string" },
      "password-file": { type: "string" },
      allow: { type: "string", multiple: true },
      "per-day": { type: "string" },
      test: { type: "string" },
      "test-text": { type: "string" },
      "dry-run": { type: "boolean" },
    },
    positionals: [0, 0],
    values: {
      driver: ["dinstar", "synway", "loopback"],
      "gateway-password-file": "file",
      "relay-file": "file",
      "telegram-token-file": "file",
      "password-file": "file",
    },
  },
  doctor: {
    summary: "tries everything for real, and says what to do",
    usage: "Usage: simpost doctor [--json] [-c FILE]",
    more: `Looks at Node, config, file rights, store, disk, clock, ports, certificates, DNS, relay, gateways and bots; beside a running daemon,
too. Sends nothing and changes nothing. Each line is ok, warning or failing, with what to do below it.
Exit 0: nothing fails (there may be warnings); 1: something does; 2: the config can't be used.

${CONFIG_HELP}
  --json              one JSON object a line: check, grade (ok, warning or failing), what, todo`,
    options: { ...config, ...json },
    positionals: [0, 0],
  },
};
