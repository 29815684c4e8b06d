// What an SMTP client is told: one line, an enhanced code (RFC 3463), nothing that a stranger could use.
import { Rejected, type RejectedCode } from "../../bridge/errors.ts";

/** "No" in SMTP. `message` begins with the enhanced code; protocol.ts sends it as it is. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/** Reply lines are at most 512 octets with code and CRLF (RFC 5321 section 4.5.3.1.5). */
const MAX_TEXT = 400;

const CODES: Readonly<Record<RejectedCode, readonly [number, string]>> = {
  "not-allowed": [550, "5.7.1"],
  "over-quota": [550, "5.7.1"],
  "not-a-number": [550, "5.1.1"],
  "no-such-sim": [550, "5.1.1"],
  automatic: [550, "5.7.1"],
  "nothing-to-send": [554, "5.6.0"],
  "too-long": [552, "5.3.4"],
  store: [451, "4.3.0"],
  busy: [451, "4.3.2"],
};

const oneLine = (text: string): string => text.replace(/[^\x20-\x7e]+/g, "?").slice(0, MAX_TEXT);

/** The answer to whatever was thrown; null: it was nothing that may be thrown here, so it is a bug, and the client tries again later. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (!(error instanceof Rejected)) return null;
  const [code, enhanced] = CODES[error.code];
  const frees = error.retryAt === undefined ? "" : new Date(error.retryAt).toISOString();
  const when = frees === "" || error.message.includes(frees) ? "" : `; again from ${frees}`;
  return new Refusal(code, `${enhanced} ${oneLine(error.message + when)}`);
}

/** The one line for everybody who was not named. */
export const stranger = (): Refusal => new Refusal(550, "5.7.1 Not accepted from you for this recipient");

/** For what must not happen. */
export const trouble = (): Refusal =>
  new Refusal(451, "4.3.0 Something went wrong here; please try again later");
