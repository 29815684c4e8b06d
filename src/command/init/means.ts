// What init works with: all that reaches out is passed in.
import type { Clock } from "../../bridge/ports/system.ts";
import type { Io } from "../io.ts";
import type { GatewayAt } from "./survey.ts";

export interface InitMeans {
  readonly io: Io;
  readonly clock: Clock;
  readonly gatewayAt: GatewayAt;
  /** Says hello to a relay, and leaves. Rejects with Error. */
  readonly tryRelay: (relay: string, hostname: string) => Promise<void>;
  /** The bot's name without the @. Rejects with Error. */
  readonly botName: (token: string, apiRoot: string) => Promise<string>;
  readonly hash: (password: string) => Promise<string>;
  /** Loads a config; what it warns of. Throws ConfigError. */
  readonly check: (file: string) => readonly string[];
  readonly here: {
    /** IANA name. */
    readonly zone: string;
    /** Of the locale, two letters; "": none. */
    readonly region: string;
    /** This machine's name. */
    readonly host: string;
    readonly user: string;
  };
}
