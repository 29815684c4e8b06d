// What systemd is told: through the real systemd-notify where there is one, always through one that writes down its arguments.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNotify, watchdogPeriod } from "../../src/operation/notify.ts";
import { FakeClock } from "../support/clock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-notify-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** An environment whose systemd-notify writes down what it was called with. */
function fake(extra: NodeJS.ProcessEnv = {}) {
  const program = join(folder, "systemd-notify");
  const file = join(folder, "calls");
  writeFileSync(file, "");
  writeFileSync(
    program,
    `#!/bin/sh\n{ echo "$NOTIFY_SOCKET $#"; for a; do echo "$a"; done; env; echo --; } >> '${file}'\n`,
  );
  chmodSync(program, 0o755);
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    NOTIFY_SOCKET: "/run/x",
    PASSWORD: "hidden",
    ...extra,
  };
  return {
    env,
    text: () => readFileSync(file, "utf8"),
    /** What was said, in order, without the options. */
    said: () =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => /^(READY|RELOADING|STOPPING|STATUS|WATCHDOG)=/.test(line)),
  };
}

test("everything is told in order, from this process, without its secrets", async () => {
  const { env, said, text } = fake();
  const notify = createNotify({ clock: new FakeClock(), env, pid: 4711 });
  void notify.ready("serving 2 gateways");
  void notify.status("a\nb; $(touch x)");
  void notify.reloading();
  void notify.ready();
  await notify.stopping();
  expect(said()).toEqual([
    "READY=1",
    "STATUS=serving 2 gateways",
    "STATUS=a b; $(touch x)",
    "RELOADING=1",
    "READY=1",
    "STOPPING=1",
  ]);
  expect(text().startsWith("/run/x 4\n--no-block\n--pid=4711\nREADY=1\nSTATUS=serving 2 gateways\n")).toBe(
    true,
  );
  expect(text()).not.toContain("hidden");
});

test("without NOTIFY_SOCKET nothing is started", async () => {
  const { env, text } = fake({ NOTIFY_SOCKET: "" });
  const notify = createNotify({ clock: new FakeClock(), env });
  await notify.ready();
  await notify.stopping();
  expect(text()).toBe("");
});

test("without the program nothing happens, and nothing rejects", async () => {
  const notify = createNotify({ clock: new FakeClock(), env: { PATH: folder, NOTIFY_SOCKET: "/run/x" } });
  await expect(notify.ready()).resolves.toBeUndefined();
  await expect(notify.stopping()).resolves.toBeUndefined();
});

test("a program that fails does not silence the next message", async () => {
  const { env, said } = fake();
  const broken = createNotify({ clock: new FakeClock(), env });
  chmodSync(join(folder, "systemd-notify"), 0o644);
  await broken.ready();
  chmodSync(join(folder, "systemd-notify"), 0o755);
  await broken.stopping();
  expect(said()).toEqual(["STOPPING=1"]);
});

test("the watchdog hears twice a period, and nothing from a process that is not sound", async () => {
  const { env, said } = fake({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "4711" });
  const clock = new FakeClock();
  const end = new AbortController();
  let sound = true;
  let asked = Promise.withResolvers<void>();
  const notify = createNotify({ clock, env, pid: 4711 });
  const running = notify.watchdog(() => {
    asked.resolve();
    return sound;
  }, end.signal);
  const next = async (): Promise<void> => {
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    asked = Promise.withResolvers<void>();
    await clock.advance(15_000);
    await asked.promise;
  };
  await next();
  await notify.status("x");
  expect(said()).toEqual(["WATCHDOG=1", "WATCHDOG=1", "STATUS=x"]);
  sound = false;
  await next();
  await notify.status("y");
  expect(said()).toEqual(["WATCHDOG=1", "WATCHDOG=1", "STATUS=x", "STATUS=y"]);
  end.abort();
  await running;
});

test("without a watchdog there is nothing to keep alive", async () => {
  const { env, said } = fake();
  await createNotify({ clock: new FakeClock(), env }).watchdog(() => true, new AbortController().signal);
  expect(said()).toEqual([]);
});

test.each([
  [{ WATCHDOG_USEC: "60000000" }, 60_000],
  [{ WATCHDOG_USEC: "60000000", WATCHDOG_PID: "7" }, 60_000],
  [{ WATCHDOG_USEC: "60000000", WATCHDOG_PID: "8" }, null],
  [{ WATCHDOG_USEC: "0" }, null],
  [{ WATCHDOG_USEC: "soon" }, null],
  [{}, null],
])("%j: a period of %s ms", (env, period) => {
  expect(watchdogPeriod(env, 7)).toBe(period);
});

const has = (program: string): boolean => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

const LISTENER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(s.recv(4096).decode().replace("\\n", "|"), flush=True)
`;

/** What a notification socket hears while `tell` runs, message by message; without python or systemd-notify: the arguments given to one. */
async function heard(messages: number, tell: (env: NodeJS.ProcessEnv) => Promise<void>): Promise<string[]> {
  if (!has("python3") || !has("systemd-notify")) {
    const { env, text } = fake();
    await tell(env);
    return text().split("--\n").slice(0, messages);
  }
  const socket = join(folder, "notify");
  const listener = spawn("python3", ["-c", LISTENER, socket], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: listener.stdout })[Symbol.asyncIterator]();
  await lines.next();
  await tell({ PATH: process.env.PATH, NOTIFY_SOCKET: socket });
  const words: string[] = [];
  while (words.length < messages) words.push((await lines.next()).value ?? "");
  listener.kill();
  return words;
}

test("the words reach a real notification socket", async () => {
  const words = await heard(2, async (env) => {
    const notify = createNotify({ clock: new FakeClock(), env });
    await notify.ready("up");
    await notify.stopping();
  });
  expect(words[0]).toContain("READY=1");
  expect(words[0]).toContain("STATUS=up");
  expect(words[1]).toContain("STOPPING=1");
});
