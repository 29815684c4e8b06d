// An inbox for tests of channels: it says yes to numbers and codes, remembers what it was given, and fails when told to.
import { Rejected } from "../../src/bridge/errors.ts";
import type { Accepted, Check, Inbox, Recipient, Submission } from "../../src/bridge/ports/channel.ts";

export class FakeInbox implements Inbox {
  readonly checks: Check[] = [];
  readonly submissions: Submission[] = [];
  readonly bounces: { token: string; detail: string }[] = [];
  /** Called before each answer: throw here, or return a promise that hangs. */
  onCheck: (ask: Check) => Promise<void> | void = () => undefined;
  onAccept: (submission: Submission) => Promise<void> | void = () => undefined;
  onBounced: () => Promise<boolean> | boolean = () => true;

  async check(ask: Check): Promise<Recipient> {
    this.checks.push(ask);
    await this.onCheck(ask);
    if (ask.user === null) throw new Rejected("not-allowed", "Not you");
    const dialled = ask.to.replace(/[\s().-]/g, "");
    const kind = /^[*#]/.test(dialled) ? "ussd" : dialled.length <= 6 ? "short" : "number";
    if (kind !== "ussd" && !/^\+?\d{3,15}$/.test(dialled))
      throw new Rejected("not-a-number", "This is not a phone number");
    const phone =
      kind === "number"
        ? dialled
            .replace(/^00/, "+")
            .replace(/^0/, "+49")
            .replace(/^(?=[1-9])/, "+")
        : dialled;
    const pin =
      ask.gateway === undefined && ask.port === undefined
        ? null
        : { gateway: ask.gateway ?? "any", port: ask.port ?? null };
    return { phone, kind, pin, raw: ask.to, notify: ask.notify ?? ["failure", "delay"] };
  }

  async accept(submission: Submission): Promise<Accepted> {
    await this.onAccept(submission);
    this.submissions.push(submission);
    return {
      id: `m${this.submissions.length}`,
      repeated: false,
      cut: false,
      recipients: submission.to.length,
      parts: submission.to.length,
    };
  }

  /** What was put in an earlier message's place, and what was taken back. `late`: ids that left already. */
  readonly replaced: { message: string; submission: Submission }[] = [];
  readonly withdrawn: { message: string; by: string }[] = [];
  readonly late = new Set<string>();

  async replace(message: string, submission: Submission): Promise<Accepted | null> {
    if (this.late.has(message)) return null;
    this.replaced.push({ message, submission });
    return this.accept(submission);
  }

  async withdraw(message: string, by: string): Promise<boolean> {
    if (this.late.has(message)) return false;
    this.withdrawn.push({ message, by });
    return true;
  }

  async bounced(token: string, detail: string): Promise<boolean> {
    this.bounces.push({ token, detail });
    return await this.onBounced();
  }

  /** The last text that came in. */
  get text(): string | undefined {
    return this.submissions.at(-1)?.text;
  }
}
