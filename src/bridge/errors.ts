// The errors that cross rooms: "no" said upstream, and what became of a send. Nothing else does.

/** Why a message is refused before anything is stored. Channels turn it into their own answer (SMTP code, chat line). */
export type RejectedCode =
  | "not-allowed" // policy: who, where to (SMTP 550 5.7.1)
  | "over-quota" // perDay is used up (SMTP 550 5.7.1)
  | "not-a-number" // the recipient can't be read as a phone (SMTP 550 5.1.1)
  | "no-such-sim" // the gateway or port named in the address is not configured (SMTP 550 5.1.1)
  | "automatic" // automatic replies and our own messages never become an SMS (SMTP 550 5.7.1)
  | "nothing-to-send" // no text is left (SMTP 554 5.6.0)
  | "too-long" // over maxParts with `tooLong: reject`, or over a size limit (SMTP 552 5.3.4)
  | "store" // the store can't be written now: try again later (SMTP 451 4.3.0)
  | "busy"; // shutting down or overloaded: try again later (SMTP 451 4.3.2)

/** Says no upstream. `message` is for strangers: it leaks nothing; `cause` is for the operator's log. */
export class Rejected extends Error {
  override readonly name = "Rejected";
  readonly code: RejectedCode;
  /** When trying again makes sense, UTC milliseconds; only where it is known (quota). */
  readonly retryAt: number | undefined;
  /** Of `not-allowed`: an answer would have been allowed, only not the first text. */
  readonly answersOnly: boolean;

  constructor(
    code: RejectedCode,
    message: string,
    options: { cause?: unknown; retryAt?: number; answersOnly?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAt = options.retryAt;
    this.answersOnly = options.answersOnly ?? false;
  }
}

/**
 * What a failed request to an upstream (gateway, relay, chat) means:
 * - `temporary`: it was certainly not taken; may be sent again later.
 * - `permanent`: it was certainly not taken and never will be.
 * - `unsure`: it may have been taken; ask before sending again.
 */
export type SendErrorKind = "temporary" | "permanent" | "unsure";

/** A request to an upstream failed. `message` is for the operator; `words` may be shown to the sender of the message. */
export class SendError extends Error {
  override readonly name = "SendError";
  readonly kind: SendErrorKind;
  /** One sentence for the sender, without addresses, credentials or internals. */
  readonly words: string | undefined;
  /** Whom it concerns: this message only (a bad number, a full mailbox), or the whole upstream (down, wrong password). */
  readonly scope: "message" | "upstream";
  /** The upstream asked to be left alone for this long, milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(
    kind: SendErrorKind,
    message: string,
    options: { cause?: unknown; words?: string; scope?: "message" | "upstream"; retryAfter?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.words = options.words;
    this.scope = options.scope ?? "upstream";
    this.retryAfter = options.retryAfter;
  }
}

/** An upstream answered something that can't be read. The raw answer is kept for the operator: it may hold texts. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly raw: string;

  constructor(message: string, raw: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.raw = raw;
  }
}
