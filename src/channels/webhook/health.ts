// How each URL fares: one that fails is tried by one text at a time, then ever less often, so that it takes no room from the others.
import { SendError } from "../../bridge/errors.ts";
import { downPause } from "../../bridge/retry.ts";
import type { WebhookOptions } from "./parts.ts";

/** A URL that goes on failing is tried at least this often, milliseconds. */
const LONGEST_REST = 5 * 60_000;
/** While one text finds out whether a URL is back, the others come back after this, milliseconds. */
const BEHIND = 2_000;

interface Trouble {
  failures: number;
  /** When it last failed, UTC milliseconds. */
  failedAt: number;
  /** Nothing goes there before, UTC milliseconds. */
  restUntil: number;
  probing: boolean;
}

export interface Health {
  /** A text wants to go there. Throws SendError if it must wait; else returns what is to be called with what became of it. */
  enter(url: string): Leave;
}

/** Null: taken. Undefined: it was stopped, which says nothing of the URL. Returns the error to throw. */
type Leave = (error: SendError | null | undefined) => SendError | null;

type Means = Pick<WebhookOptions, "name" | "clock" | "log" | "random">;

export function createHealth({ name: via, clock, log, random }: Means): Health {
  const troubled = new Map<string, Trouble>();

  const failed = (url: string, began: number, error: SendError): SendError => {
    const now = clock.now();
    const known = troubled.get(url);
    const record = known ?? { failures: 0, failedAt: 0, restUntil: 0, probing: false };
    if (!known) {
      troubled.set(url, record);
      log.warn("webhook down", { via, host: hostOf(url), error });
    }
    // Several that were under way together are one failure.
    if (began >= record.failedAt) {
      record.failures += 1;
      record.failedAt = now;
      // One failure may be one text's: the next text shows.
      if (record.failures > 1)
        record.restUntil = now + downPause(record.failures - 1, random(), LONGEST_REST);
    }
    if (error.retryAfter !== undefined) record.restUntil = Math.max(record.restUntil, now + error.retryAfter);
    // With a rest before it, the URL's; else the outbox knows how often this very text was tried.
    return record.restUntil > now ? wait(error.kind, error.message, record.restUntil - now) : error;
  };

  return {
    enter(url) {
      const now = clock.now();
      const record = troubled.get(url);
      if (record && record.restUntil > now)
        throw wait("temporary", `${hostOf(url)} is left alone for a while`, record.restUntil - now);
      if (record?.probing) throw wait("temporary", `${hostOf(url)} is being tried by another text`, BEHIND);
      if (record) record.probing = true;
      return (error) => {
        if (record) record.probing = false;
        if (error === undefined) return null;
        if (error && error.kind !== "permanent") return failed(url, now, error);
        // "Gone" is an answer, too: it is up.
        if (troubled.delete(url)) log.info("webhook up", { via, host: hostOf(url) });
        return error;
      };
    },
  };
}

const wait = (kind: SendError["kind"], message: string, retryAfter: number): SendError =>
  new SendError(kind, message, { scope: "message", retryAfter });

/** What of a URL may be told: its path or query may be a secret. */
export const hostOf = (url: string): string => URL.parse(url)?.host ?? "";
