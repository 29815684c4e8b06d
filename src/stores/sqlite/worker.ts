// What runs in the store's own thread: opens it, carries out what it is asked in the order in which it is asked, and answers. See remote.ts.
import { parentPort, workerData } from "node:worker_threads";
import type { Store } from "../../bridge/ports/store.ts";
import type { SqliteOptions } from "./open.ts";
import { openSqlite } from "./store.ts";

/** What the thread is begun with. */
export interface Begin {
  readonly path: string;
  readonly options: Pick<SqliteOptions, "maxBytes">;
}

/** A verb of the store with what it is given, and the caller's time, UTC milliseconds. */
export type Call = readonly [id: number, verb: keyof Store, given: readonly unknown[], now: number];

/** What became of a call. */
export type Answer =
  | readonly [id: number, ok: true, value: unknown]
  | readonly [id: number, ok: false, error: unknown];

/** What `SqliteOptions.took` is told. */
export type Took = readonly [ok: boolean, ms: number];

/** What the thread says: first that it is open or why not, then answers. */
export type Said =
  | { readonly kind: "open" }
  | { readonly kind: "closed"; readonly error: unknown }
  | { readonly kind: "answers"; readonly answers: readonly Answer[]; readonly took: readonly Took[] };

function serve(port: NonNullable<typeof parentPort>, { path, options }: Begin): void {
  const say = (said: Said): void => port.postMessage(said);
  const time = { now: 0 };
  let answers: Answer[] = [];
  let took: Took[] = [];
  /** All answers of one commit go in one message: each wakes the other thread. */
  const later = (): void => {
    if (answers.length + took.length === 1)
      process.nextTick(() => {
        say({ kind: "answers", answers, took });
        answers = [];
        took = [];
      });
  };
  const answer = (one: Answer): void => {
    answers.push(one);
    later();
  };
  let store: Store;
  try {
    store = openSqlite(path, {
      ...options,
      clock: () => time.now,
      took: (ok, ms) => {
        took.push([ok, ms]);
        later();
      },
    });
  } catch (error) {
    say({ kind: "closed", error });
    return;
  }
  port.on("message", ([id, verb, given, now]: Call) => {
    time.now = now;
    const work = store[verb] as (...given: readonly unknown[]) => Promise<unknown>;
    work(...given).then(
      (value) => {
        answer([id, true, value]);
        if (verb === "close") process.nextTick(() => port.close());
      },
      (error: unknown) => answer([id, false, error]),
    );
  });
  say({ kind: "open" });
}

if (parentPort) serve(parentPort, workerData as Begin);
