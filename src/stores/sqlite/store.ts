// The store in one SQLite file: the verbs of the contract, each in a transaction or a look-up.
import type { Store } from "../../bridge/ports/store.ts";
import { accepting } from "./accept.ts";
import { archives } from "./archive.ts";
import { checkpoints } from "./checkpoint.ts";
import { claims } from "./claim.ts";
import { groupCommit } from "./commit.ts";
import { explain } from "./fault.ts";
import { readFigures } from "./figures.ts";
import { finding } from "./finding.ts";
import { noting } from "./known.ts";
import { leases } from "./leases.ts";
import { books } from "./ledger.ts";
import { lines, type Time } from "./lines.ts";
import { extending } from "./notices.ts";
import { connect, type SqliteOptions } from "./open.ts";
import { pruning } from "./prune.ts";
import { reads } from "./read.ts";
import { inboxes } from "./receive.ts";
import { reporting } from "./report.ts";
import { said } from "./said.ts";
import { searching } from "./search.ts";
import { preparer } from "./statement.ts";
import { tallies } from "./tallies.ts";
import { threads } from "./threads.ts";
import { tying } from "./tie.ts";
import { waiting } from "./waiting.ts";
import { orUndone, withdrawing } from "./withdraw.ts";

/**
 * Opens the store at `path`, and makes it if there is none. Throws Error, with what to do about it, when it can't be used:
 * held by another daemon, damaged, not ours, of a newer schema, not writable.
 */
export function openSqlite(path: string, options: SqliteOptions = {}): Store {
  const connection = connect(path, options);
  const { db } = connection;
  const prepare = preparer(db);
  const time: Time = { now: 0 };
  const clock = options.clock ?? Date.now;
  const counts = tallies(prepare);
  const order = lines(prepare, time);
  const find = finding(prepare);
  const note = noting(prepare);
  const conversations = threads(prepare, note);
  const tie = tying(prepare, conversations, order);
  const accept = accepting(prepare, {
    find,
    note,
    threads: conversations,
    lines: order,
    tie,
    tallies: counts,
    extend: extending(prepare),
    clock,
  });
  const report = reporting(prepare, {
    find,
    threads: conversations,
    lines: order,
    tie,
    tallies: counts,
    accept,
    clock,
  });
  const withdraw = withdrawing(prepare, report, accept);
  const work = claims(prepare, order, counts);
  const inbox = inboxes(prepare, accept);
  const held = leases(prepare);
  const prune = pruning(prepare, counts);
  const look = reads(prepare);
  const told = said(prepare);
  const waits = waiting(prepare);
  const ledger = books(prepare);
  const probe = prepare("UPDATE probe SET times = times + 1 WHERE n = 1");
  const log = checkpoints(db, path);
  const commit = groupCommit(db, path, {
    begin: () => counts.reset(),
    finish: () => counts.flush(),
    committed: () => log.committed(),
    ...(options.took ? { took: options.took } : {}),
  });

  /** Looks something up at once; failures become rejections in the operator's words. */
  const read = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      throw explain(path, error);
    }
  };
  const write = <T>(work: () => T): Promise<T> => commit.write(work);
  const search = searching(prepare, read);
  const archive = archives(prepare, read);
  const hourly = readFigures(prepare);

  return {
    accept: (entry) => write(() => accept(entry)),
    async claim(query) {
      time.now = query.now;
      // Nothing there: no transaction for it. An idle daemon asks often.
      if (!(await read(() => work.any(query)))) return [];
      return write(() => work.claim(query));
    },
    report: (news) => (news.length === 0 ? Promise.resolve([]) : write(() => report(news))),
    async withdraw(ids, error, follow) {
      return orUndone(write(() => withdraw(ids, error, follow)));
    },
    receive: (haul) => write(() => inbox.receive(haul)),
    cursor: (gateway) => read(() => look.cursor(gateway)),
    thread: (query) => read(() => look.thread(query)),
    open: (gateway, now, limit) => read(() => look.open(gateway, now, limit)),
    next: (now) => read(() => look.next(now)),
    nextAsk: (gateway) => read(() => look.nextAsk(gateway)),
    lastWritten: (thread, via) => read(() => look.lastWritten(thread, via)),
    overdue: (now, limit) => read(() => look.overdue(now, limit)),
    witness: (gateway, before) => read(() => look.witness(gateway, before)),
    delivery: (id) => read(() => look.delivery(id)),
    deliveries: (message) => read(() => look.deliveries(message)),
    message: (id) => read(() => look.message(id)),
    refs: (thread, via, limit) => read(() => look.refs(thread, via, limit)),
    byRef: (via, ref) => read(() => told.byRef(via, ref)),
    audience: (thread) => read(() => told.audience(thread)),
    sentBy: (user, now) => read(() => look.sentBy(user, now)),
    usage: (since) => read(() => look.usage(since)),
    depth: () => read(() => look.depth()),
    waiting: () => read(() => waits()),
    list: search,
    ...archive,
    figures: (since, until) => read(() => hourly(since, until)),
    keep: (gateway, raw, at) => write(() => inbox.keep(gateway, raw, at)),
    lease: (name, node, until, now) => write(() => held.take(name, node, until, now)),
    recover: (node, now) => write(() => held.recover(node, now)),
    prune: (before, limit) =>
      write(() => {
        ledger.forget(limit);
        return prune(before, limit);
      }),
    async keepUpdates(via, updates) {
      if (updates.length > 0) await write(() => ledger.keepUpdates(via, updates));
    },
    updates: (via, limit) => read(() => ledger.updates(via, limit)),
    handled: (via, n) => write(() => ledger.handled(via, n)),
    async note(via, notes) {
      if (notes.length > 0) await write(() => ledger.note(via, notes));
    },
    notes: (via, prefix) => read(() => ledger.notes(via, prefix)),
    probe: () => write(() => void probe.run()),
    async close() {
      await commit.end();
      await log.end();
      if (!db.isOpen) return;
      await read(() => connection.close());
    },
  };
}
