// The names in the demo, and the config that joins them.

/** NUMBER@DOMAIN is a phone. */
export const DOMAIN = "sms.example.org";
/** Who writes, and gets the answers. */
export const ANA = "ana@example.org";
/** The phone that ana writes to. */
export const BEN = "+491701234567";
/** A phone that ana does not know, until it writes. */
export const EMMA = "+491705550142";
/** No network knows this phone. */
export const NOBODY = "+491700000000";
/** Gateways: a Dinstar and a Synway. */
export const OFFICE = "office";
export const DEPOT = "depot";

/** The simulated bot's token, and who ana is in Telegram. */
export const BOT_TOKEN = "123456:demo";
export const ANA_ID = 1001;

/** How to sign in to the console: nothing there is worth a secret. */
export const CONSOLE_LOGIN = { name: "ana", password: "demo" } as const;
/** What `simpost hash` makes of that password. */
const CONSOLE_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$7wIBGKEvfzBYCTGhWgOoXw$wrVauEXjeB3hNrkS6fBnl6xnz5AvjmNrLCT8D8zWgj8";

/** Logins of the simulated devices. */
export const LOGINS = {
  [OFFICE]: { username: "admin", password: "secret" },
  [DEPOT]: { username: "ApiUserAdmin", password: "secret" },
} as const;

export interface Addresses {
  readonly office: string;
  readonly depot: string;
  readonly relay: string;
  /** The simulated Telegram; null: the real one, with the token of this variable. */
  readonly telegram: string | null;
  readonly tokenVariable: string;
  readonly mailPort: number;
  readonly httpPort: number;
}

/** The daemon's config: as small as a real one can be. */
export function configText({ office, depot, relay, mailPort, httpPort, ...chat }: Addresses): string {
  const { telegram, tokenVariable } = chat;
  const bot =
    telegram === null ? `token: { env: ${tokenVariable} }` : `token: "${BOT_TOKEN}", apiRoot: "${telegram}"`;
  const known = telegram === null ? "" : `telegram: [${ANA_ID}], `;
  return `# Made by the demo. Every key there is: config/simpost.yaml
domain: ${DOMAIN}
region: DE
store: { driver: sqlite, path: ./simpost.db }
http: { listen: "127.0.0.1:${httpPort}" }
gateways:
  ${OFFICE}: { driver: dinstar, url: "${office}", username: ${LOGINS.office.username}, password: ${LOGINS.office.password}, poll: 200ms }
  ${DEPOT}: { driver: synway, url: "${depot}", username: ${LOGINS.depot.username}, password: ${LOGINS.depot.password}, poll: 300ms }
channels:
  email:
    driver: email
    listen: [{ address: 127.0.0.1, port: ${mailPort}, tls: none }]
    relay: ${relay}
  telegram: { driver: telegram, ${bot} }
users:
  ana: { email: [${ANA}], ${known}role: admin, password: "${CONSOLE_HASH}", send: { allow: ["*"] } }
trust: { networks: [127.0.0.0/8] }
routes: [{ to: [ana] }]
log: { numbers: full }
`;
}
