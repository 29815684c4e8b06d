// Has mails sent by the load generator: one process for the whole run, so that it is as warm as what it measures.
import type { ChildProcess } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { FLAGS } from "../tools/flags.ts";
import type { Loaded } from "./load.ts";
import { end, ours, start } from "./processes.ts";
import type { Order } from "./smtp.ts";

let running: { readonly process: ChildProcess; readonly lines: Interface } | undefined;

function generator(): NonNullable<typeof running> {
  if (running) return running;
  const child = start([...FLAGS, ours("bench/load.ts")], ["pipe", "pipe", "inherit"]);
  if (!child.stdout) throw new Error("the load generator has no output");
  running = { process: child, lines: createInterface(child.stdout) };
  return running;
}

/** Sends the mails of one order; one order at a time. Rejects when the generator ends. */
export function send(order: Order): Promise<Loaded> {
  const { process: child, lines } = generator();
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error("the load generator ended"));
    child.once("exit", ended);
    lines.once("line", (line) => {
      child.off("exit", ended);
      resolve(JSON.parse(line) as Loaded);
    });
    child.stdin?.write(`${JSON.stringify(order)}\n`);
  });
}

/** Ends it. */
export async function endGenerator(): Promise<void> {
  if (running) await end(running.process);
}
