// The store in a thread of its own, for the daemon: what SQLite does, and what it waits for at the disk, goes on beside the mail. Speaks with worker.ts.
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { thread } from "../../assets.ts";
import type { Store } from "../../bridge/ports/store.ts";
import type { SqliteOptions } from "./open.ts";
import type { Begin, Call, Said } from "./worker.ts";

type Remote = Omit<SqliteOptions, "readOnly">;

/** Every verb of the store. */
const VERBS: Readonly<Record<keyof Store, true>> = {
  accept: true,
  audience: true,
  byRef: true,
  claim: true,
  close: true,
  conversation: true,
  conversations: true,
  cursor: true,
  deliveries: true,
  delivery: true,
  depth: true,
  figures: true,
  handled: true,
  history: true,
  keep: true,
  keepUpdates: true,
  lastWritten: true,
  lease: true,
  list: true,
  message: true,
  next: true,
  nextAsk: true,
  note: true,
  notes: true,
  open: true,
  overdue: true,
  probe: true,
  prune: true,
  receive: true,
  recover: true,
  refs: true,
  report: true,
  sentBy: true,
  takesPart: true,
  thread: true,
  updates: true,
  usage: true,
  waiting: true,
  withdraw: true,
  witness: true,
};

/**
 * Opens the store at `path` in a thread of its own. Rejects like `openSqlite` throws. Should the thread itself break, so does the process: like after any
 * crash, what was promised is on the disk, and nothing else was. `start`: begins the thread.
 */
export async function openRemote(
  path: string,
  { clock = Date.now, took, ...options }: Remote = {},
  start: (begin: Begin) => Worker = (begin) => thread("stores/sqlite/worker", begin),
): Promise<Store> {
  const worker = start({ path, options });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  let closed: Error | undefined;

  const call = async (verb: keyof Store, given: readonly unknown[]): Promise<unknown> => {
    if (closed) throw closed;
    last += 1;
    worker.postMessage([last, verb, given, clock()] satisfies Call);
    if (verb === "close") closed = new Error(`The store ${path} is closed`);
    const answer = Promise.withResolvers<unknown>();
    waiting.set(last, answer);
    return answer.promise;
  };

  const [first] = (await once(worker, "message")) as [Said];
  if (first.kind === "closed") throw first.error;
  const gone = once(worker, "exit");
  worker.on("message", (said: Said) => {
    if (said.kind !== "answers") return;
    for (const [ok, ms] of said.took) took?.(ok, ms);
    for (const [id, ok, what] of said.answers) {
      const answer = waiting.get(id);
      waiting.delete(id);
      if (ok) answer?.resolve(what);
      else answer?.reject(what);
    }
  });
  worker.on("error", (cause: unknown) => {
    throw new Error(`The thread of the store ${path} broke`, { cause });
  });

  const verbs = (Object.keys(VERBS) as (keyof Store)[]).map(
    (verb) => [verb, (...given: readonly unknown[]) => call(verb, given)] as const,
  );
  return {
    // What comes out of the thread has no types any more: they are those of the store in there.
    ...(Object.fromEntries(verbs) as Partial<Store> as Store),
    async close() {
      if (closed) return;
      await call("close", []);
      await gone;
    },
  };
}
