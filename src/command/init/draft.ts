// The config that init writes: short, commented, and all that it needs. Pure.

/** All answers. Secrets are values here, and files in the config. */
export interface Answers {
  readonly domain: string;
  /** Two letters; null: none. */
  readonly region: string | null;
  readonly gateway: GatewayAnswers;
  readonly listen: { readonly address: string; readonly port: number };
  readonly relay: string;
  readonly bot: { readonly token: string; readonly apiRoot: string | null } | null;
  readonly user: UserAnswers | null;
}

export interface GatewayAnswers {
  readonly name: string;
  readonly driver: "dinstar" | "synway" | "loopback";
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly fingerprint: string | null;
  readonly timezone: string;
  /** Settings of the driver's own that differ from their defaults. */
  readonly extra: Readonly<Record<string, string>>;
  /** What was seen of its SIMs, for a comment. */
  readonly sims: readonly { readonly port: number; readonly number: string | null; readonly state: string }[];
}

export interface UserAnswers {
  readonly name: string;
  readonly mail: string | null;
  readonly telegram: string | null;
  /** The hash, as the config has it. */
  readonly password: string | null;
  readonly allow: readonly string[];
  readonly perDay: number;
}

export interface Draft {
  readonly config: string;
  /** By their names, relative to the config's folder. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Where secrets lie, beside the config. */
export const SECRETS = "secrets";

/** Text in YAML: the double-quoted form is JSON's (YAML 1.2, 7.3.1). */
const q = (text: string): string => JSON.stringify(text);

export function draft(answers: Answers): Draft {
  const secrets = new Map<string, string>();
  const keep = (name: string, value: string): string => {
    secrets.set(`${SECRETS}/${name}`, value);
    return `{ file: ${q(`${SECRETS}/${name}`)} }`;
  };
  const { domain, region, user } = answers;
  const parts = [
    `# simpost's configuration, written by \`simpost init\`. Every other key, with what and why: config/simpost.yaml of the package.
# After a change: \`simpost check\`, then reload the daemon (SIGHUP). \`simpost doctor\` tries all of it.

# Mail to NUMBER@domain becomes a text to NUMBER.
domain: ${q(domain)}
${region === null ? "# The country whose national numbers people write, like DE; without it numbers need their country code.\n#region: DE" : `# The country whose national numbers people write.\nregion: ${region}`}`,
    gatewayPart(answers.gateway, keep),
    channelsPart(answers, keep),
    user === null ? NOBODY : userPart(user),
    ...(isLoopback(answers.listen.address)
      ? [
          `# Whom mail is taken from without a password: this machine. The sender still has to be a user's address.
trust:
  networks: ["127.0.0.0/8", "::1/128"]`,
        ]
      : []),
    user === null || (user.mail === null && user.telegram === null)
      ? `# Who gets texts that answer nobody. Without a route they are kept, and nobody gets them.\n#routes: [{ to: [ana] }]`
      : `# Who gets texts that answer nobody: users by name, or CHANNEL:ADDRESS.\nroutes:\n  - to: [${q(user.name)}]`,
  ];
  return { config: `${parts.join("\n\n")}\n`, secrets };
}

const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";

function gatewayPart(gateway: GatewayAnswers, keep: (name: string, value: string) => string): string {
  const { name, driver, url, username, password, fingerprint, timezone, extra, sims } = gateway;
  const head = `# The device with SIM cards.\ngateways:\n  ${q(name)}:`;
  if (driver === "loopback")
    return `${head}
    # No device at all: texts go nowhere, and answers come by themselves. For a real one: driver, url, username, password.
    driver: loopback`;
  const seen = sims.map(
    ({ port, number, state }) =>
      `    #  ${port}: { number: ${q(number ?? "+…")}, label: "…" }    # ${state.replaceAll(/[^ -~]/g, " ")}`,
  );
  return [
    head,
    `    driver: ${driver}`,
    `    url: ${q(url)}`,
    "    # The account of the device's API.",
    `    username: ${q(username)}`,
    `    password: ${keep(`${name}-password`, password)}`,
    ...(fingerprint === null
      ? []
      : [
          "    # Its certificate is self-signed: this one and no other is taken.",
          `    tls: { fingerprint: ${q(fingerprint)} }`,
        ]),
    "    # The zone of the device's own clock. Times in mails are wrong by hours? It is this.",
    `    timezone: ${q(timezone)}`,
    ...Object.entries(extra).map(([key, value]) => `    ${key}: ${q(value)}`),
    "    # Numbers and names of its SIM cards, shown in mails; what the device itself does not know.",
    "    #ports:",
    ...seen,
  ].join("\n");
}

function channelsPart(
  { listen, relay, bot }: Answers,
  keep: (name: string, value: string) => string,
): string {
  const secret = /^\w+:\/\/[^/@]+@/.test(relay);
  return [
    "# Where people are.",
    "channels:",
    "  email:",
    "    driver: email",
    "    # Where mail is taken in: let your mail server hand mail for the domain to it.",
    "    listen:",
    `      - { address: ${q(listen.address)}, port: ${listen.port} }`,
    "    # Where mail goes out.",
    `    relay: ${secret ? keep("relay", relay) : q(relay)}`,
    ...(bot === null
      ? []
      : [
          "  telegram:",
          "    driver: telegram",
          `    token: ${keep("telegram-token", bot.token)}`,
          ...(bot.apiRoot === null ? [] : [`    apiRoot: ${q(bot.apiRoot)}`]),
        ]),
  ].join("\n");
}

const NOBODY = `# The people who may send: nobody else may.
#users:
#  ana: { email: [ana@example.org], send: { allow: ["+49*"], perDay: 200 } }`;

function userPart({ name, mail, telegram, password, allow, perDay }: UserAnswers): string {
  return [
    "# The people who may send: nobody else may.",
    "users:",
    `  ${q(name)}:`,
    ...(mail === null ? [] : [`    email: [${q(mail)}]`]),
    ...(telegram === null ? [] : [`    telegram: [${q(telegram)}]`]),
    password === null
      ? "    # For console and SMTP: what `simpost hash` prints. Without it she can't log in.\n    #password: …"
      : `    # For console and SMTP.\n    password: ${q(password)}`,
    "    role: admin",
    ...(allow.length === 0
      ? [
          "    # Phones that she may write to first: without it she may only answer.",
          '    #send: { allow: ["+49*"], perDay: 200 }',
        ]
      : [
          "    # Phones that she may write to first, and how many texts in 24 hours: what a stolen password may cost.",
          "    send:",
          `      allow: [${allow.map(q).join(", ")}]`,
          `      perDay: ${perDay}`,
        ]),
  ].join("\n");
}
