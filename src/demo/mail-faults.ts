// Misbehaviour of the simulated mail relay: what goes wrong, at which step, how many times.

/** Misbehaviour of the relay. */
export interface MailFault {
  readonly at: "connect" | "mail" | "rcpt" | "data";
  /** The code to answer (421, 450, 550 …); "drop": the connection breaks without an answer; "hang": no answer. */
  readonly answer: number | "drop" | "hang";
  /** At mail, rcpt (and data over LMTP): only this address. */
  readonly address?: string;
  /** Default 1; Infinity: until cleared. */
  readonly times?: number;
  /** At data: whether the mail is kept all the same. Default: yes when it drops or hangs, no when it answers. */
  readonly kept?: boolean;
  /** Words after the code. */
  readonly text?: string;
}

export class MailFaults {
  #armed: { readonly fault: MailFault; left: number }[] = [];

  /** The oldest fault that fits a step is the one that happens. */
  add(fault: MailFault): void {
    this.#armed.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Uses up one fault for this step and address. */
  take(at: MailFault["at"], address: string): MailFault | undefined {
    const armed = this.#armed.find(
      ({ fault }) => fault.at === at && (fault.address === undefined || fault.address === address),
    );
    if (!armed) return undefined;
    armed.left -= 1;
    if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.fault;
  }
}

/** Is the mail kept, whatever the answer? */
export const isKept = (fault: MailFault | undefined): boolean =>
  fault === undefined || (fault.kept ?? typeof fault.answer === "string");

/** Replies with an enhanced status code of the same class (RFC 3463) unless the words bring their own. */
export const refusal = (code: number, text = `${Math.floor(code / 100)}.0.0 as told`): Error =>
  Object.assign(new Error(text), { responseCode: code });
