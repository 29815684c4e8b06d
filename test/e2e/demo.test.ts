// The demo as people run it: a process that plays its scene, stays up, takes what it says it takes, and leaves nothing behind.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const PATIENCE = 45_000;

/** Every step of the scene, in its order. */
const SCENE = [
  /demo +try it in a browser: http:\/\/127\.0\.0\.1:\d+\/try$/,
  /demo +simpost's console: http:\/\/127\.0\.0\.1:\d+ \(name ana, password demo\)/,
  /ana +mails \+491701234567@sms\.example\.org: "Can we bring the table at 3 pm\?" \(Subject: Delivery\)/,
  /simpost +250 2\.0\.0 queued as \w+: 1 recipient, 1 part/,
  /phone +\+491701234567 gets an SMS from \+\d+ \(\w+, port \d\): "Delivery \/ Can we bring the table at 3 pm\?"/,
  /simpost +delivery report: the SMS to \+491701234567 has arrived/,
  /phone +\+491701234567 texts: "Yes, 3 pm is fine\."/,
  /mailbox +ana@example\.org gets a mail: "Yes, 3 pm is fine\."/,
  /^ +From: "\+491701234567" <\+491701234567@sms\.example\.org>/,
  /^ +Subject: Re: Delivery/,
  /^ +In-Reply-To: <.+>/,
  /ana +mails \+491701234567@sms\.example\.org: "Great, see you then!" \(Subject: Re: Delivery\)/,
  /phone +\+491701234567 gets an SMS from \+\d+ \(\w+, port \d\): "Great, see you then!"/,
  /phone +from the same SIM as before/,
  /ana +mails \*100#\+(office|depot)@sms\.example\.org/,
  /simpost +dials the code on (office|depot)/,
  /mailbox +ana@example\.org gets a mail: "Your balance is 12\.34 EUR"/,
  /phone +\+491705550142 texts: "Do you have room for two tonight\?"/,
  /ana +writes in the chat: "Yes, at 8 pm\. See you!" \(in reply to ".*room for two tonight\?"\)/,
  /phone +\+491705550142 gets an SMS from \+\d+ \(\w+, port \d\): "Yes, at 8 pm\. See you!"/,
  /chat +👍 on ana's message/,
  /mailbox +the same conversation there/,
  /ana +mails \+491700000000@/,
  /simpost +failed: \+491700000000/,
  /mailbox +ana@example\.org gets a delivery status notification/,
  /^ +Diagnostic-Code: x-simpost; the network refused it/,
  /Now you\./,
  /Or type here/,
];

interface Demo {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Resolves with the first line after the last one found that matches. */
  find(wanted: RegExp): Promise<string>;
  readonly output: () => string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

const running: Demo[] = [];
afterEach(async () => {
  for (const { child, ended, folder } of running.splice(0)) {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Starts `node src/main.ts` with a folder for temporary files of its own. */
function start(stdin: "pipe" | "ignore"): Demo {
  const folder = mkdtempSync(join(tmpdir(), "simpost-demo-test-"));
  const child = spawn(process.execPath, ["src/main.ts"], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
    stdio: [stdin, "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let next = 0;
  let over = false;
  const wake = (): void => {
    for (const look of waiting) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      wake();
    });
  }
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]) => {
    over = true;
    wake();
    return code ?? signal ?? null;
  });
  const output = (): string => lines.join("\n");
  const demo: Demo = {
    child,
    folder,
    output,
    ended,
    find: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const index = lines.findIndex((line, at) => at >= next && wanted.test(line));
          if (index < 0 && !over) return;
          waiting.delete(look);
          clearTimeout(timer);
          if (index < 0) reject(new Error(`ended without ${wanted}:\n${output()}`));
          next = index + 1;
          resolve(lines[index] ?? "");
        };
        const timer = setTimeout(() => {
          over = true;
          look();
        }, PATIENCE);
        waiting.add(look);
        look();
      }),
  };
  running.push(demo);
  return demo;
}

/** The process of the daemon, as its log names it. */
function daemonOf({ folder }: Demo): number {
  const [own = ""] = readdirSync(folder);
  const log = readFileSync(join(folder, own, "simpost.log"), "utf8");
  const started = log.split("\n").find((line) => line.includes('"event":"started"'));
  const { pid } = JSON.parse(started ?? "{}") as { pid?: number };
  expect(pid).toBeGreaterThan(1);
  return pid ?? 0;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function until(so: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE; !so() && Date.now() < end; ) await pause(20);
  expect(so()).toBe(true);
}

test("plays its scene, takes what it prints, and one SIGINT ends it all", { timeout: 120_000 }, async () => {
  const demo = start("pipe");
  for (const step of SCENE) await demo.find(step);
  expect(demo.output()).not.toMatch(/\p{Cc}\[/u); // no colours: this is no terminal

  // A command, as it was printed.
  const command = /^ +(printf .* \| curl .*)$/m.exec(demo.output())?.[1] ?? "";
  await promisify(execFile)("sh", ["-c", command], { timeout: PATIENCE });
  await demo.find(/phone +\+491705550123 gets an SMS .*: "Hello from curl"/);
  await demo.find(/mailbox +ana@example\.org gets a mail: "Got it: Hello from curl"/);

  const booth = /^ +curl -sS (http:\S+\/phones\/\S+) -d /m.exec(demo.output())?.[1] ?? "";
  const texted = await fetch(booth, { method: "POST", body: "Running late, sorry" });
  expect([texted.status, await texted.text()]).toEqual([200, "texted\n"]);
  await demo.find(/mailbox +ana@example\.org gets a mail: "Running late, sorry"/);
  expect(await (await fetch(booth)).text()).toMatch(
    /^\+\d+: Delivery\n.*3 pm\?\n\+\d+: Great, see you then!\n$/,
  );
  expect((await fetch(new URL("/other", booth))).status).toBe(404);
  expect((await fetch(booth, { method: "POST" })).status).toBe(400);

  const config = /-c (\S+simpost\.yaml)$/m.exec(demo.output())?.[1] ?? "";
  const messages = await promisify(execFile)(process.execPath, ["src/main.ts", "messages", "-c", config], {
    cwd: ROOT,
  });
  expect(messages.stdout).toContain("+491705550123");
  const ready = /curl -sS (http:\S+\/readyz)/.exec(demo.output())?.[1] ?? "";
  expect((await fetch(ready)).status).toBe(200);

  demo.child.stdin?.write(
    "text +491705550199 Is this the shop?\nchat /ports\nmail +491705550198 Yes it is\nwhat\n",
  );
  await demo.find(/phone +\+491705550199 texts: "Is this the shop\?"/);
  await demo.find(/quit +ends the demo/);
  await demo.find(/chat +the bot: "SIM cards/);
  await demo.find(/phone +\+491705550198 gets an SMS .*: "Yes it is"/);

  const daemon = daemonOf(demo);
  expect(isAlive(daemon)).toBe(true);
  demo.child.kill("SIGINT");
  demo.child.kill("SIGINT"); // npm passes it on a second time
  expect(await demo.ended).toBe(0);
  expect(isAlive(daemon)).toBe(false);
  expect(readdirSync(demo.folder)).toEqual([]);
});

test("runs with a closed standard input and taken ports; SIGTERM in the middle of the scene leaves nothing", async () => {
  const holders = [2525, 8080, 18001].map((port) => createServer().listen(port, "127.0.0.1"));
  // Perhaps somebody else has it: that is as good.
  await Promise.all(
    holders.map((holder) => Promise.race([once(holder, "listening"), once(holder, "error")]).catch(() => {})),
  );
  try {
    const demo = start("ignore");
    expect(await demo.find(/is ready/)).not.toMatch(/127\.0\.0\.1:(2525|8080)\b/);
    await demo.find(/ana +mails/);
    const daemon = daemonOf(demo);
    demo.child.kill("SIGTERM");
    expect(await demo.ended).toBe(0);
    expect(isAlive(daemon)).toBe(false);
    expect(readdirSync(demo.folder)).toEqual([]);
  } finally {
    for (const holder of holders) holder.close();
  }
});

test("says so when simpost dies, and leaves nothing", async () => {
  const demo = start("ignore");
  await demo.find(/ana +mails/);
  process.kill(daemonOf(demo), "SIGKILL");
  expect(await demo.ended).toBe(1);
  expect(demo.output()).toContain("simpost ended by itself:");
  expect(demo.output()).toContain("SIGKILL");
  expect(readdirSync(demo.folder)).toEqual([]);
});

test("simpost and the folder go even when the demo is killed", async () => {
  const demo = start("ignore");
  await demo.find(/ana +mails/);
  const daemon = daemonOf(demo);
  demo.child.kill("SIGKILL");
  expect(await demo.ended).toBe("SIGKILL");
  await until(() => !isAlive(daemon));
  await until(() => readdirSync(demo.folder).length === 0);
});
