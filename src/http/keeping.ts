// Figures of the store: what waits in it, how long its commits take, how large it is, and how much room is left beside it.
import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Store } from "../bridge/ports/store.ts";

/** What is read off the store at every scrape. What can't be read, that scrape goes without. */
export interface KeepingSource extends Pick<Store, "depth" | "waiting"> {
  /** UTC milliseconds. */
  now(): number;
  /** The store's file. Its log (FILE-wal) counts with it. */
  readonly path: string;
}

export interface Keeping {
  setStore(source: KeepingSource): void;
  /** A transaction ended, on the disk or failed because the store as a whole does; `ms`: how long it took. Once for all that went in together. */
  committed(ok: boolean, ms: number): void;
}

/** Seconds. */
const COMMIT = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createKeeping(registry: Registry): Keeping {
  const registers = [registry];
  let source: KeepingSource | undefined;
  /** What `read` reads, or undefined when there is nothing to read it from, or it fails. */
  const look = <T>(read: (from: KeepingSource) => Promise<T>): Promise<T | undefined> =>
    source ? read(source).catch(() => undefined) : Promise.resolve(undefined);

  const commits = new Histogram({
    name: "simpost_store_commit_seconds",
    help: "Transactions of the store, until they are on the disk",
    buckets: COMMIT,
    registers,
  });
  const errors = new Counter({
    name: "simpost_store_errors_total",
    help: "Transactions that failed because the store as a whole does: disk full, damaged, locked",
    registers,
  });
  new Gauge({
    name: "simpost_deliveries",
    help: "Deliveries in the store by state",
    labelNames: ["state"] as const,
    registers,
    async collect() {
      const depth = await look((from) => from.depth());
      this.reset();
      for (const [state, value] of Object.entries(depth ?? {})) this.set({ state }, value);
    },
  });
  new Gauge({
    name: "simpost_oldest_waiting_seconds",
    help: "Age of the oldest delivery that waits to leave through a SIM, a gateway or a channel; nothing where none waits",
    labelNames: ["pool"] as const,
    registers,
    async collect() {
      const waiting = await look((from) => from.waiting());
      const now = source?.now() ?? 0;
      this.reset();
      for (const { pool, at } of waiting ?? []) this.set({ pool }, Math.max(0, now - at) / 1000);
    },
  });
  const single = (name: string, help: string, read: (from: KeepingSource) => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = await look(read);
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  single("simpost_store_bytes", "Size of the store's files", async ({ path }) => {
    const log = stat(`${path}-wal`).catch(() => ({ size: 0 }));
    return (await stat(path)).size + (await log).size;
  });
  single("simpost_store_free_bytes", "Room left on the store's disk", async ({ path }) => {
    const { bavail, bsize } = await statfs(dirname(path));
    return bavail * bsize;
  });

  return {
    setStore(from) {
      source = from;
    },
    committed(ok, ms) {
      if (ok) commits.observe(ms / 1000);
      else errors.inc();
    },
  };
}
