// The process: is this Node known to have holes, may it have enough files open?
import { readFile } from "node:fs/promises";
import { type Check, doubtful, good } from "./finding.ts";
import type { Patient } from "./patient.ts";

const LIMIT = 5_000;
/** What the daemon has open besides its clients: store, gateways, relay, bot, console. */
const OWN_FILES = 200;

export const nodeCheck = ({ node }: Pick<Patient, "node">): Check => ({
  name: "node",
  limit: LIMIT,
  run: async () => [
    node.fixed === null
      ? good(`Node ${node.version}: no known holes`)
      : doubtful(
          `Node ${node.version} has security holes that are known`,
          `Run simpost on Node ${node.fixed} or later.`,
        ),
  ],
});

/** `file`: as the kernel writes it (proc(5), /proc/PID/limits); where there is none, nothing is said. */
export const filesCheck = ({ clients }: Pick<Patient, "clients">, file = "/proc/self/limits"): Check => ({
  name: "open files",
  limit: LIMIT,
  async run() {
    const text = await readFile(file, "utf8").catch(() => "");
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1];
    if (soft === undefined) return [];
    const needed = clients + OWN_FILES;
    if (soft === "unlimited" || Number(soft) >= needed)
      return [good(`${soft} may be open at once, ${needed} may be needed`)];
    return [
      doubtful(
        `${soft} may be open at once, but ${clients} mail clients and what simpost itself opens need ${needed}`,
        `Raise the limit (LimitNOFILE=${needed} in the unit, or ulimit -n), or set connections.max lower.`,
      ),
    ];
  },
});
