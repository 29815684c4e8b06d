// The load generator as a process of its own, started once: an order (JSON of smtp.ts) a line on standard input, what became of it a line on standard output.
import { createInterface } from "node:readline";
import { load, type Mail, type Order } from "./smtp.ts";

export interface Loaded {
  readonly mails: readonly Mail[];
  /** CPU time of the generator, milliseconds: to see that it is not what was measured. */
  readonly cpu: number;
}

if (import.meta.main) {
  for await (const line of createInterface(process.stdin)) {
    const cpu = process.cpuUsage();
    const mails = await load(JSON.parse(line) as Order);
    const used = process.cpuUsage(cpu);
    const loaded: Loaded = { mails, cpu: (used.user + used.system) / 1_000 };
    process.stdout.write(`${JSON.stringify(loaded)}\n`);
  }
}
