// The command line as a process of its own: exit codes, the config's place, and the daemon's whole life with its commands beside it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freePort } from "./support/free-port.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

let folder = "";
const running = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-main-"));
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
  rmSync(folder, { recursive: true });
});

const start = (argv: readonly string[]) => {
  const child = spawn(process.execPath, [MAIN, ...argv], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
  running.add(child);
  return child;
};

async function simpost(
  argv: readonly string[],
  typed = "",
): Promise<{ code: number; out: string; err: string }> {
  const child = start(argv);
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    err += chunk;
  });
  child.stdin.end(typed);
  const [code] = await once(child, "close");
  return { code: Number(code), out, err };
}

const config = (mail: number, http: number): string => `domain: sms.example.org
region: DE
store: { path: ./simpost.db }
http: { listen: "127.0.0.1:${http}" }
gateways:
  office: { driver: loopback }
channels:
  email: { driver: email, listen: [{ port: ${mail} }], relay: "maildir:./mail" }
users:
  ana: { email: [ana@example.org], send: { allow: ["+49*"] } }
trust: { networks: [127.0.0.0/8] }
routes: [{ to: [ana] }]
`;

function write(content: string): string {
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, content);
  return file;
}

test("check: a sound config, found in the folder or named", async () => {
  const file = write(config(2525, 8080));
  expect(await simpost(["check"])).toMatchObject({
    code: 0,
    out: expect.stringContaining("simpost.yaml: sound\n"),
  });
  expect(await simpost(["check", "-c", file])).toMatchObject({ code: 0 });
});

test("check: every problem on its line, exit 2", async () => {
  write(`${config(2525, 8080)}\nregoin: DE\n`);
  const { code, out, err } = await simpost(["check"]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/^\.\/simpost\.yaml:\d+:1: .*regoin/m);
});

test.each([["check"], ["run"], ["messages"], ["send", "+491701234567", "x"], ["gateway", "office", "ports"]])(
  "%s without a config says where it looked, exit 2",
  async (...argv) => {
    const { code, err } = await simpost(argv);
    expect(code).toBe(2);
    expect(err).toContain("neither ./simpost.yaml nor /etc/simpost/simpost.yaml");
  },
);

test("a config that can't be read, a wrong command line: exit 2", async () => {
  expect(await simpost(["run", "-c", "missing.yaml"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("missing.yaml"),
  });
  expect(await simpost(["rnu"])).toMatchObject({
    code: 2,
    err: expect.stringContaining('did you mean "run"?'),
  });
  write(config(2525, 8080));
  expect(await simpost(["gateway", "depot", "ports"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("only: office"),
  });
});

test("help, version and hash need no config", async () => {
  expect(await simpost(["--help"])).toMatchObject({ code: 0, err: "" });
  expect(await simpost(["--version"])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^simpost \d+\.\d+\.\d+\n$/),
  });
  expect(await simpost(["hash"], "secret\n")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\$argon2id\$/),
  });
});

test("commands that need the daemon say that there is none, exit 3", async () => {
  write(config(2525, await freePort()));
  const status = await simpost(["status"]);
  expect(status).toMatchObject({ code: 3, out: "", err: expect.stringContaining("There is no store") });
  expect(await simpost(["pause", "office"])).toMatchObject({
    code: 3,
    out: "",
    err: expect.stringContaining("simpost: no daemon runs on this store"),
  });
});

test("a reader that has seen enough is no error", async () => {
  const child = start(["--help"]);
  child.stdout.destroy();
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    err += chunk;
  });
  const [code] = await once(child, "close");
  expect([code, err]).toEqual([0, ""]);
});

test("gateway: the device itself is asked, daemon or not", async () => {
  write(config(2525, 8080));
  expect(await simpost(["gateway", "office", "ports"])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^PORT /),
  });
  expect(await simpost(["gateway", "office", "ussd", "0", "*100#"])).toMatchObject({
    code: 0,
    out: "You dialled *100#\n",
  });
  expect(await simpost(["gateway", "office", "queue"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("can't"),
  });
});

interface Entry {
  readonly event: string;
}

/** The daemon, and its log line by line. */
async function daemon() {
  const child = start(["run"]);
  const lines: Entry[] = [];
  const log = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const until = async (event: string): Promise<Entry> => {
    for (;;) {
      const { value, done } = await log.next();
      if (done) throw new Error(`the daemon ended without "${event}": ${JSON.stringify(lines)}`);
      const entry = JSON.parse(value) as Entry;
      lines.push(entry);
      if (entry.event === event) return entry;
    }
  };
  await until("ready");
  return { child, until, closed: once(child, "close") };
}

test("the daemon's life: ready, a text sent and seen, reloaded, stopped", async () => {
  const [mail, http] = [await freePort(), await freePort()];
  write(config(mail, http));
  const { child, until, closed } = await daemon();
  expect((await fetch(`http://127.0.0.1:${http}/healthz`)).status).toBe(200);
  expect(await (await fetch(`http://127.0.0.1:${http}/readyz`)).json()).toMatchObject({
    ready: true,
    store: "up",
  });

  const sent = await simpost(["send", "0170 1234567", "hello"]);
  expect(sent).toMatchObject({ code: 0, out: expect.stringMatching(/^250 2\.0\.0 .*1 recipient/) });
  expect(await simpost(["send", "+33612345678", "no"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("550 5.7.1"),
  });

  const listed = await simpost(["messages", "--json", "--number", "01701234567"]);
  expect(JSON.parse(listed.out.split("\n")[0] ?? "")).toMatchObject({
    number: "+491701234567",
    user: "ana",
    text: "hello",
  });
  const figures = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text();
  expect(figures).toMatch(/^simpost_accepted_total\{.*\} 1$/m);

  write(`${config(mail, http)}timing: { warn: 5m }\n`);
  child.kill("SIGHUP");
  await until("reloaded");
  write("nonsense: [");
  child.kill("SIGHUP");
  await until("reload refused");
  expect((await fetch(`http://127.0.0.1:${http}/healthz`)).status).toBe(200);

  const began = performance.now();
  child.kill("SIGTERM");
  await until("stopped");
  expect(await closed).toEqual([0, null]);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test("a second daemon on the same store is refused with a clear line, exit 1", async () => {
  write(config(await freePort(), await freePort()));
  const { child, closed } = await daemon();
  const { code, err } = await simpost(["run"]);
  expect(code).toBe(1);
  expect(err).toContain("Another simpost is already using the store");
  child.kill("SIGINT");
  expect(await closed).toEqual([0, null]);
});

test("an address in use: a clear line, exit 1", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  write(config(await freePort(), port));
  const { code, err } = await simpost(["run"]);
  taken.close();
  expect(code).toBe(1);
  expect(err).toContain(`can't listen on 127.0.0.1:${port}: the address is in use`);
});
