// Processes of the benchmark: started, watched through /proc, ended.
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** A file of this project, from its root. */
export const ours = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The kernel counts CPU time in these, milliseconds (USER_HZ is 100 on all Linux there is). */
const TICK = 10;
/** Where the second parenthesis of /proc/PID/stat leaves utime and stime (proc_pid_stat(5): fields 14 and 15). */
const UTIME = 11;
/** A process that was asked to end has this long, milliseconds. */
const PATIENCE = 15_000;

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** Starts Node with `args`. It ends with this process at the latest. */
export function start(args: readonly string[], stdio: StdioOptions): ChildProcess {
  const child = spawn(process.execPath, [...args], { stdio });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Runs Node with `args` to its end; resolves with what it printed. Rejects when it fails. */
export async function output(args: readonly string[]): Promise<string> {
  const child = start(args, ["ignore", "pipe", "inherit"]);
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}`);
  return Buffer.concat(chunks).toString("utf8");
}

/** Ends a process that `start` began, and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  await gone;
  clearTimeout(late);
}

/** CPU time that a process has used so far, all its threads, milliseconds. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[UTIME]) + Number(fields[UTIME + 1])) * TICK;
}

/** Resident memory of a process, MiB: all, and without what is mapped from files. */
export function memoryOf(pid: number): { readonly rss: number; readonly anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const of = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024);
  return { rss: of("VmRSS"), anonymous: of("RssAnon") };
}

/** A TCP port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks every `pause` milliseconds until the answer is true. Rejects after `limit` milliseconds. */
export async function until(
  what: string,
  ask: () => boolean | Promise<boolean>,
  { pause = 50, limit = 120_000 } = {},
): Promise<void> {
  for (const began = Date.now(); !(await ask()); await sleep(pause))
    if (Date.now() - began > limit) throw new Error(`not within ${limit} ms: ${what}`);
}
