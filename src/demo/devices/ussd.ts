// The network's USSD side: short scripted sessions, one per SIM.

/** One step of a dialogue: the words, and what may be answered to them. */
export interface UssdStep {
  readonly say: string;
  /** What each answer leads to; without it the session ends after `say`. */
  readonly menu?: Readonly<Record<string, UssdStep>>;
}

/** What each code starts. */
export type UssdScript = Readonly<Record<string, UssdStep>>;

/** A balance, a menu, an answer of several lines, and a service that hangs up. */
export const standardUssd: UssdScript = {
  "*100#": { say: "Your balance is 12.34 EUR" },
  "*111#": {
    say: "1 balance\n2 tariff",
    menu: {
      "1": { say: "Your balance is 12.34 EUR" },
      "2": { say: "Tariff: Prepaid\nSMS 0.09 EUR", menu: { "0": { say: "1 balance\n2 tariff" } } },
    },
  },
  "*121#": { say: "MSISDN:13023569874" },
  "*999#": { say: "USSD terminated by network" },
};

const UNKNOWN_CODE = "Unknown service code";

/** The sessions of one device, by port. */
export class UssdNetwork {
  readonly #script: UssdScript;
  readonly #sessions = new Map<number, UssdStep>();

  constructor(script: UssdScript) {
    this.#script = script;
  }

  /** What the network says to `text`: the next step of the port's session, or a new session. */
  ask(port: number, text: string): string {
    const step = this.#sessions.get(port)?.menu?.[text] ?? this.#script[text];
    if (step?.menu) this.#sessions.set(port, step);
    else this.#sessions.delete(port);
    return step?.say ?? UNKNOWN_CODE;
  }

  /** A session waits for an answer on this port. */
  open(port: number): boolean {
    return this.#sessions.has(port);
  }

  cancel(port: number): void {
    this.#sessions.delete(port);
  }

  reset(): void {
    this.#sessions.clear();
  }
}
