// The load generator as a process of its own: node bench/load.ts ORDER (JSON of smtp.ts); prints the mails and what it cost as JSON.
import { load, type Mail, type Order } from "./smtp.ts";

export interface Loaded {
  readonly mails: readonly Mail[];
  /** CPU time of the generator, milliseconds: to see that it is not what was measured. */
  readonly cpu: number;
}

if (import.meta.main) {
  const order = JSON.parse(process.argv[2] ?? "") as Order;
  const cpu = process.cpuUsage();
  const mails = await load(order);
  const used = process.cpuUsage(cpu);
  process.stdout.write(JSON.stringify({ mails, cpu: (used.user + used.system) / 1_000 } satisfies Loaded));
}
