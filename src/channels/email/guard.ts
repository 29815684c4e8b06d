// Every handler that a protocol calls runs in here: it answers once, and always.
import type { Log } from "../../bridge/ports/system.ts";
import { refusalOf, trouble } from "./answer.ts";

/**
 * Runs `work` and calls `done` once, whatever happens: what is thrown but not meant for clients, and no end within `limit` milliseconds, is 451, and a
 * bug in the log. What `work` does after `limit` is not waited for.
 */
export function guard<T>(
  log: Log,
  what: string,
  limit: number,
  work: () => Promise<T>,
  done: (error: Error | null, value?: T) => void,
): void {
  let answered = false;
  const answer = (error: Error | null, value?: T) => {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    try {
      done(error, value);
    } catch (cause) {
      log.error("bug", { where: what, error: cause });
    }
  };
  const timer = setTimeout(() => {
    log.error("bug", { where: what, error: `no end within ${limit} ms` });
    answer(trouble());
  }, limit);
  // `async` also turns what `work` throws at once into a rejection
  (async () => work())().then(
    (value) => answer(null, value),
    (error: unknown) => {
      const refusal = refusalOf(error);
      if (refusal === null) log.error("bug", { where: what, error });
      answer(refusal ?? trouble());
    },
  );
}
