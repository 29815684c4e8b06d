// The disk that the store is on: its kind, its space, and how long it takes until something is really on it.
import { open, statfs, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bad, type Check, doubtful, good, type Said, spell, words } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { nearest } from "./rights.ts";

const LIMIT = 20_000;
const PROBES = 20;
const BYTES = 4_096;

/** Free space, bytes: a store grows by about 2 kB a message, and a full disk stops everything. */
const TOO_LITTLE = 100e6;
const LITTLE = 1e9;
/** One commit takes about one fsync, milliseconds. */
const SLOW = 50;

/** f_type of statfs(2): what keeps no promise of SQLite's (sqlite.org/wal.html, "all processes must be on the same host"; memory forgets). */
const UNFIT: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "a Windows share"],
  [0xfe534d42, "a Windows share"],
  [0x01021994, "memory (tmpfs): nothing of it outlasts a restart of the machine"],
  [0x858458f6, "memory (ramfs): nothing of it outlasts a restart of the machine"],
]);

export const diskCheck = ({ store }: Pick<Patient, "store">): Check => ({
  name: "disk",
  limit: LIMIT,
  async run() {
    const folder = await nearest(dirname(store.path));
    const { type, bavail, bsize } = await statfs(folder);
    const unfit = UNFIT.get(type);
    const kind =
      unfit === undefined
        ? []
        : [doubtful(`the store is on ${unfit}`, "Set store.path to a folder on a local disk.")];
    return [...kind, space(bavail * bsize, folder), await speed(folder)];
  },
});

export function space(free: number, folder: string): Said {
  const what = `${(free / 1e9).toFixed(1)} GB free at ${folder}`;
  if (free < TOO_LITTLE) return bad(what, "Make room: on a full disk no mail is taken in any more.");
  return free < LITTLE ? doubtful(what, "Make room before it is full, or set store.keep lower.") : good(what);
}

async function speed(folder: string): Promise<Said> {
  const file = join(folder, `.simpost-doctor-${process.pid}`);
  const times: number[] = [];
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      for (let probe = 0; probe < PROBES; probe++) {
        const began = performance.now();
        await handle.write(Buffer.alloc(BYTES, probe), 0, BYTES, probe * BYTES);
        await handle.datasync();
        times.push(performance.now() - began);
      }
    } finally {
      await handle.close();
      await unlink(file);
    }
  } catch (error) {
    return doubtful(
      `its speed can't be measured: ${words(error)}`,
      "Run it as the user that the daemon runs as.",
    );
  }
  return paceOf(times);
}

/** `times`: of single writes until they are on the disk, milliseconds. */
export function paceOf(times: readonly number[]): Said {
  const sorted = times.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const what = `a write is on the disk after ${spell(median)}, at worst ${spell(sorted.at(-1) ?? 0)}`;
  return median < SLOW
    ? good(what)
    : doubtful(
        what,
        "Mail clients wait that long for each answer: an SSD, or less traffic on this disk, helps.",
      );
}
