// SMTP AUTH (RFC 4954): who proves who they are. Guessing is slow, and tells nothing.
import type { Clock, Log } from "../../bridge/ports/system.ts";
import { Refusal } from "./answer.ts";
import type { Directory } from "./identity.ts";
import { client } from "./networks.ts";
import type { EmailOptions, MailUser } from "./options.ts";

/** Wrong passwords of one client within WINDOW before it is not listened to any more. */
const MAX_FAILURES = 10;
const WINDOW = 15 * 60_000;
/** Every further wrong password is answered this much later. */
const DELAY = 1_000;
const MAX_DELAY = 5_000;
/** A check costs memory and a processor: so many at once, and so many may wait for it. */
const AT_ONCE = 2;
const MAX_WAITING = 50;
/** Clients whose failures are remembered. */
const MAX_CLIENTS = 10_000;
/** Longer ones are nobody's (RFC 4616 allows 255 characters). */
const MAX_PASSWORD = 1024;

interface Attempts {
  count: number;
  until: number;
}

interface Caller {
  readonly address: string;
  readonly trusted: boolean;
}

/** Checks passwords. Resolves with the user's name, throws Refusal. An unknown login costs what a wrong password costs. */
export class Logins {
  readonly #attempts = new Map<string, Attempts>();
  readonly #waiting: (() => void)[] = [];
  readonly #decoy: string | undefined;
  readonly #directory: Directory;
  readonly #verify: EmailOptions["verify"];
  readonly #clock: Clock;
  readonly #log: Log;
  #running = 0;

  constructor(options: Pick<EmailOptions, "users" | "verify" | "clock" | "log">, people: Directory) {
    this.#directory = people;
    this.#verify = (hash, password) => options.verify(hash, password);
    this.#clock = options.clock;
    this.#log = options.log;
    this.#decoy = options.users.find((user) => user.password !== undefined)?.password;
  }

  async check(caller: Caller, login: string, password: string): Promise<string> {
    const attempts = this.#attemptsOf(client(caller.address));
    if (!caller.trusted && attempts.count >= MAX_FAILURES) {
      throw new Refusal(454, "4.7.0 Too many failed logins; please try again later");
    }
    // counted before it is known: attempts side by side are no way around the limit
    attempts.count += 1;
    attempts.until = this.#clock.now() + WINDOW;
    const user = await this.#proven(this.#directory.login(login), password);
    if (user) {
      attempts.count -= 1;
      return user.name;
    }
    this.#log.warn("auth failed", { client: caller.address, failures: attempts.count });
    await this.#clock.wait(Math.min(attempts.count * DELAY, MAX_DELAY));
    throw new Refusal(535, "5.7.8 Wrong user name or password");
  }

  async #proven(user: MailUser | null, password: string): Promise<MailUser | null> {
    const hash = user?.password ?? this.#decoy;
    if (hash === undefined || password === "" || password.length > MAX_PASSWORD) return null;
    await this.#turn();
    try {
      const right = await this.#verify(hash, password);
      return right && user?.password !== undefined ? user : null;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MAX_WAITING)
        throw new Refusal(454, "4.7.0 Too many logins at once; please try again later");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }

  #attemptsOf(key: string): Attempts {
    const now = this.#clock.now();
    const known = this.#attempts.get(key);
    if (known && known.until > now) return known;
    if (this.#attempts.size >= MAX_CLIENTS) {
      for (const [other, { until }] of this.#attempts) if (until <= now) this.#attempts.delete(other);
      const [oldest] = this.#attempts.keys();
      if (this.#attempts.size >= MAX_CLIENTS && oldest !== undefined) this.#attempts.delete(oldest);
    }
    const fresh = { count: 0, until: now + WINDOW };
    this.#attempts.set(key, fresh);
    return fresh;
  }
}
