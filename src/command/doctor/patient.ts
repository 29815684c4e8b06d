// What the doctor looks at: the config as plain values, and the ways to what it names. All secrets in here stay in here.
import type { Gateway } from "../../bridge/ports/gateway.ts";

export interface Patient {
  readonly node: {
    readonly version: string;
    /** The release to go to; null: this one has no known holes. */
    readonly fixed: string | null;
  };
  readonly config: { readonly file: string; readonly warnings: readonly string[] };
  readonly domain: string;
  readonly store: {
    /** The database file, absolute. */
    readonly path: string;
    /** Opens it for reading, and closes it. Throws Error. */
    readonly look: () => Promise<void>;
  };
  readonly http: Place;
  readonly mail: readonly MailPatient[];
  readonly bots: readonly BotPatient[];
  readonly gateways: readonly GatewayPatient[];
  /** Connections that mail clients may have at once, all channels together. */
  readonly clients: number;
  /** The daemon itself asks: that its ports are in use is no news. */
  readonly inside: boolean;
  /** DNS servers as ADDRESS:PORT; null: the system's. */
  readonly resolvers: readonly string[] | null;
}

export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface ListenerPatient extends Place {
  readonly tls: "none" | "starttls" | "implicit";
  /** Files; undefined: none. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

export interface MailPatient {
  readonly name: string;
  /** What it calls itself in SMTP. */
  readonly hostname: string;
  readonly listen: readonly ListenerPatient[];
  readonly relay: Relay;
}

export type Relay =
  | { readonly kind: "folder"; readonly path: string }
  | {
      readonly kind: "smtp" | "lmtp";
      readonly host: string;
      readonly port: number;
      readonly login: boolean;
      /** Connects, says EHLO, STARTTLS, AUTH as the daemon would, and leaves. Throws SendError or Error. */
      readonly try: () => Promise<void>;
    };

export interface BotPatient {
  readonly name: string;
  readonly token: string;
  /** Without a slash at its end. */
  readonly apiRoot: string;
  /** Where Telegram is to bring updates; null: they are fetched. */
  readonly webhook: string | null;
  /** Chats that routes and users name, as the config has them. */
  readonly chats: readonly string[];
}

export interface GatewayPatient {
  readonly name: string;
  /** "" where there is no device. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The certificate is known by its fingerprint. */
  readonly pinned: boolean;
  readonly timezone: string;
  /** SIMs of the config: by port, the own number or null. */
  readonly ports: ReadonlyMap<number, string | null>;
  /** One request may take this long, milliseconds. */
  readonly timeout: number;
  /** Whoever makes it closes it. */
  readonly make: () => Gateway;
  /** Of texts that came in lately: how far the device's time of each was ahead of ours, milliseconds. Throws Error when the store can't tell. */
  readonly heard: () => Promise<readonly number[]>;
}
