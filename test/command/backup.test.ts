// `simpost backup` and `simpost restore`: with the daemon as a process of its own, and mails that come in meanwhile.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Copies, Holding } from "../../src/bridge/ports/copies.ts";
import { tellHolding } from "../../src/command/backup.ts";
import { progressLine } from "../../src/command/progress.ts";
import { restoreCommand } from "../../src/command/restore.ts";
import { run } from "../../src/main.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { submit } from "../support/smtp.ts";
import { DaemonProcess } from "../support/world/daemon.ts";
import { line, screen } from "./setup.ts";

let folder = "";
let config = "";
let daemon: DaemonProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-copies-"));
  config = join(folder, "simpost.yaml");
});
afterEach(async () => {
  await daemon?.end("SIGKILL");
  daemon = undefined;
  rmSync(folder, { recursive: true });
});

/** A loopback gateway delivers at once; one that is away delivers nothing. */
function configure(gateway: "loopback" | "away"): void {
  const office =
    gateway === "loopback"
      ? "{ driver: loopback }"
      : '{ driver: dinstar, url: "http://127.0.0.1:9", username: a, password: b }';
  writeFileSync(
    config,
    `domain: sms.example.org
region: DE
store: { path: ./simpost.db }
http: { listen: "127.0.0.1:0" }
gateways: { office: ${office} }
channels: { email: { driver: email, listen: [{ port: 0 }], relay: "maildir:./mail" } }
users: { ana: { email: [ana@example.org], send: { allow: ["*"] } } }
trust: { networks: [127.0.0.0/8] }
routes: [{ to: [ana] }]
`,
  );
}

async function start(gateway: "loopback" | "away"): Promise<DaemonProcess> {
  configure(gateway);
  daemon = new DaemonProcess(config);
  await daemon.ready;
  return daemon;
}

async function stop(): Promise<void> {
  await daemon?.end("SIGTERM");
}

async function simpost(...argv: string[]) {
  const { io, out, err } = screen();
  const code = await run([...argv, "-c", config], io);
  return { code, out: out(), err: err() };
}

let sent = 0;
/** Sends a mail; resolves with its text once it is taken. */
async function mail(): Promise<string> {
  const text = `text ${sent++}`;
  const { data } = await submit(daemon?.port ?? 0, { to: `+4915100${10_000 + sent}`, text, subject: "" });
  expect(data).toMatch(/^250 /);
  return text;
}

async function statesIn(file: string): Promise<ReadonlyMap<string, string>> {
  const store = openSqlite(file, { readOnly: true });
  const jobs = await store.list({ limit: 100_000 });
  await store.close();
  return new Map(jobs.map(({ message, delivery }) => [message.text, delivery.state]));
}

test("a backup beside the daemon while mails come in, put back later", async () => {
  await start("loopback");
  const file = join(folder, "backup.db");
  const taken: string[] = [];
  for (let n = 0; n < 20; n++) taken.push(await mail());
  let over = false;
  const sending = (async () => {
    while (!over) taken.push(await mail());
  })();
  const before = [...taken];
  const { code, out } = await simpost("backup", file);
  const after = [...taken];
  over = true;
  await sending;
  expect(code).toBe(0);
  expect(out).toMatch(
    /^\S+backup\.db: \d+ messages in \d+ conversations, the newest of 20.* UTC, .*schema \d+, .* MB; checked\n$/,
  );
  const held = await statesIn(file);
  // All that was answered with 250 before it began is in it, and nothing that came after its end.
  expect(before.filter((text) => !held.has(text))).toEqual([]);
  const later = taken.slice(after.length + 1);
  expect(later.filter((text) => held.has(text))).toEqual([]);

  expect(await simpost("restore", file, "--yes")).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /^simpost: Another simpost is already using the store .*: stop it before you restore\n$/,
    ),
  });
  await stop();
  const restored = await simpost("restore", file, "--yes");
  expect(restored).toMatchObject({ code: 0, out: expect.stringContaining("simpost.db is restored from") });
  expect(readdirSync(folder).filter((name) => name.includes(".before-restore-"))).toHaveLength(1);
  expect([...(await statesIn(join(folder, "simpost.db"))).keys()]).toEqual([...held.keys()]);
  await start("loopback");
  await mail();
});

test("what had not left is not sent after a restore, unless it is wanted", async () => {
  await start("away");
  const file = join(folder, "backup.db");
  const waiting = [await mail(), await mail()];
  expect(await simpost("backup", file)).toMatchObject({
    code: 0,
    out: expect.stringContaining("2 still to leave"),
  });
  await stop();
  const store = join(folder, "simpost.db");

  const held = await simpost("restore", file, "--yes");
  expect(held.err).toContain(
    "2 texts had not left for certain when the backup was made, and may have left since: marked as failed",
  );
  await start("loopback");
  const fresh = await mail();
  const state = async (text: string): Promise<string | undefined> => (await statesIn(store)).get(text);
  await expect.poll(() => state(fresh)).toMatch(/sent|delivered/);
  for (const text of waiting) expect(await state(text)).toBe("failed");
  expect(await simpost("messages", "--state", "failed")).toMatchObject({
    out: expect.stringContaining("restored from a backup: not sent again"),
  });
  await stop();

  const resent = await simpost("restore", file, "--yes", "--resend");
  expect(resent.err).toContain("sent now, and so twice if they left since");
  await start("loopback");
  for (const text of waiting) await expect.poll(() => state(text)).toMatch(/sent|delivered/);
});

test("for programs", async () => {
  await start("away");
  await mail();
  await stop();
  const file = join(folder, "backup.db");
  const made = await simpost("backup", file, "--json");
  const holding = {
    messages: 1,
    conversations: 1,
    newest: expect.stringMatching(/^20.*Z$/),
    deliveries: { queued: 1, sending: 0, accepted: 0, sent: 0, delivered: 0, unsure: 0, failed: 0 },
  };
  expect(JSON.parse(made.out)).toMatchObject({
    file,
    ...holding,
    schema: expect.any(Number),
    bytes: expect.any(Number),
  });
  const { out } = await simpost("restore", file, "--json", "--yes");
  expect(JSON.parse(out)).toMatchObject({
    file,
    store: join(folder, "simpost.db"),
    kept: expect.stringContaining(".before-restore-"),
    ...holding,
    undecided: { texts: 1, posts: 0 },
    held: true,
  });
});

test("what can't be: exit 1 with a clear line; what makes no sense: exit 2", async () => {
  configure("loopback");
  const file = join(folder, "backup.db");
  expect(await simpost("backup", file)).toMatchObject({
    code: 1,
    err: expect.stringContaining("There is no store"),
  });
  expect(await simpost("restore", file, "--yes")).toMatchObject({
    code: 1,
    err: `simpost: There is no ${file}\n`,
  });
  await openSqlite(join(folder, "simpost.db")).close();
  expect(await simpost("backup", file)).toMatchObject({ code: 0 });
  expect(await simpost("backup", file)).toMatchObject({ code: 1, err: expect.stringContaining("--force") });
  expect(await simpost("backup", file, "--force")).toMatchObject({ code: 0 });
  expect(await simpost("backup")).toMatchObject({ code: 2 });
  expect(await simpost("restore", file)).toMatchObject({
    code: 2,
    err: expect.stringContaining("say --yes"),
  });
  expect(await simpost("restore", file, "--yes", "--hold", "--resend")).toMatchObject({
    code: 2,
    err: expect.stringContaining("exclude each other"),
  });
});

const HOLDING: Holding = {
  schema: 2,
  bytes: 1_234_567,
  messages: 1,
  conversations: 1,
  deliveries: { queued: 0, sending: 0, accepted: 0, sent: 0, delivered: 1, unsure: 0, failed: 0 },
  newest: null,
};

/** Copies that only remember what was decided. */
function decided() {
  const decisions: string[] = [];
  const copies: Pick<Copies, "prepare"> = {
    prepare: () =>
      Promise.resolve({
        holding: HOLDING,
        undecided: { texts: 1, posts: 2 },
        replace: (hold) => {
          decisions.push(hold ? "hold" : "resend");
          return Promise.resolve(null);
        },
        cancel: () => {
          decisions.push("cancelled");
          return Promise.resolve();
        },
      }),
  };
  return {
    decisions,
    means: { copies, path: "/var/lib/simpost.db", now: 0, signal: new AbortController().signal },
  };
}

test.each([
  ["y\n", [], 0, ["hold"]],
  ["yes\n", ["--resend"], 0, ["resend"]],
  ["n\n", [], 1, ["cancelled"]],
  ["", [], 1, ["cancelled"]],
])("asked, %j is answered: %j", async (typed, options, code, decisions) => {
  const { means, ...made } = decided();
  const { io, out, err } = screen([typed], true);
  expect(await restoreCommand(line("restore", "b.db", ...options), means, io)).toBe(code);
  expect(made.decisions).toEqual(decisions);
  expect(err()).toContain("b.db: 1 message in 1 conversation, schema 2, 1.2 MB; checked");
  expect(err()).toContain("1 text and 2 mails or posts");
  expect(err()).toContain("Replace the store? [y/N]");
  expect(out()).toBe(code === 0 ? "/var/lib/simpost.db is restored from b.db\n" : "");
  expect(err().includes("nothing was changed")).toBe(code === 1);
});

test("interrupted at the question, everything stays as it was", async () => {
  const { means, decisions } = decided();
  const over = new AbortController();
  const { io, err } = screen();
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const answer = restoreCommand(line("restore", "b.db"), { ...means, signal: over.signal }, { ...io, stdin });
  await expect.poll(err).toContain("[y/N]");
  over.abort();
  expect(await answer).toBe(1);
  expect(decisions).toEqual(["cancelled"]);
});

test("on a terminal, a line tells how far it is; elsewhere there is none", () => {
  const terminal = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY: true });
  const shown = progressLine(terminal);
  shown.show("copying", 0.5);
  shown.show("copying", 0.501);
  shown.show("checking", null);
  shown.end();
  expect([1, 2, 3].map(() => terminal.read()).join("")).toBe(
    "\r\x1b[Kcopying 50 %\r\x1b[Kchecking …\r\x1b[K",
  );
  const file = new PassThrough();
  progressLine(file).show("copying", 0.5);
  expect(file.read()).toBeNull();
});

test("what is told of what a backup holds", () => {
  const deliveries = { ...HOLDING.deliveries, queued: 1, unsure: 2 };
  expect(tellHolding({ ...HOLDING, messages: 3, newest: 0, deliveries })).toBe(
    "3 messages in 1 conversation, the newest of 1970-01-01 00:00:00 UTC, 3 still to leave, schema 2, 1.2 MB",
  );
});
