// Mail clients and relays that people have: swaks, msmtp and curl send; LMTP and a Maildir receive. A client that is missing is a failure: .ci/run installs them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { expect, test } from "vitest";
import { hash } from "../../src/config/hash.ts";
import { openRig } from "../support/rig.ts";

const PHONE = "+491701234567";

/** Runs a program; resolves with what it printed. Rejects when it is missing or fails. */
async function run(program: string, argv: readonly string[], typed = ""): Promise<string> {
  const child = spawn(program, argv, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, HOME: tmpdir() },
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      printed += chunk;
    });
  }
  child.stdin.on("error", () => undefined).end(typed);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${printed}`);
  return printed;
}

const MAIL = (text: string): string =>
  `From: ana@example.org\nTo: ${PHONE}@sms.example.org\nMessage-ID: <${text}@client.example>\n\n${text}\n`;

test("curl", async () => {
  await using rig = await openRig();
  const to = ["--mail-from", "ana@example.org", "--mail-rcpt", `${PHONE}@sms.example.org`];
  await run("curl", ["-sS", `smtp://127.0.0.1:${rig.smtp}`, ...to, "-T", "-"], MAIL("curl"));
  expect((await rig.sms("curl")).to).toBe(PHONE);
});

test("msmtp, as sendmail", async () => {
  await using rig = await openRig();
  const argv = ["--host=127.0.0.1", `--port=${rig.smtp}`, "--from=ana@example.org", "--read-recipients"];
  await run("msmtp", argv, MAIL("msmtp"));
  expect((await rig.sms("msmtp")).to).toBe(PHONE);
});

test("swaks, with a login, an attachment and three recipients", async () => {
  const password = await hash("correct horse");
  const ana = { email: ["ana@example.org"], password, send: { allow: ["+49*"] } };
  await using rig = await openRig({ users: { ana } });
  const login = ["--auth", "LOGIN", "--auth-user", "ana", "--auth-password", "correct horse"];
  // It takes no address that begins with a plus.
  const to = ["491701234567", "491709999999", "447400123456"].map((digits) => `${digits}@sms.example.org`);
  const printed = await run("swaks", [
    ...["--server", "127.0.0.1", "--port", String(rig.smtp), "--from", "ana@example.org"],
    ...["--to", to.join(","), ...login, "--body", "swaks", "--attach-name", "a.txt", "--attach", "x"],
  ]);
  expect(printed).toMatch(/235 2\.7\.0/);
  expect(printed).toMatch(/250 2\.0\.0 .*2 recipients/);
  expect(printed).toMatch(/550 5\.7\.1/);
  await rig.until("two", () => rig.phones.total === 2);
  expect(rig.texts).toEqual(["swaks", "swaks"]);
});

test("swaks and a stranger", async () => {
  await using rig = await openRig();
  const argv = ["--server", "127.0.0.1", "--port", String(rig.smtp), "--from", "eve@example.org"];
  await expect(run("swaks", [...argv, "--to", "491701234567@sms.example.org"])).rejects.toThrow(
    /550 5\.7\.1/,
  );
  expect(rig.texts).toEqual([]);
});

test("an LMTP relay", async () => {
  await using rig = await openRig({ mailbox: { lmtp: true }, routes: [{ to: ["ana", "ben"] }] });
  rig.mailbox.faults.add({ at: "data", answer: 451, address: "ben@example.org" });
  rig.text(PHONE, "hello");
  await rig.until("both", () => rig.mailbox.mails.length === 2);
  await rig.settled();
  expect(rig.mailbox.mails.flatMap(({ envelope }) => envelope.to).toSorted()).toEqual([
    "ana@example.org",
    "ben@example.org",
  ]);
});

test("a relay that wants a login", async () => {
  await using rig = await openRig({ mailbox: { logins: { simpost: "hunter2" } }, wait: false });
  await rig.daemon.reload(
    rig.config({
      channels: {
        email: {
          driver: "email",
          listen: [{ address: "127.0.0.1", port: 0 }],
          relay: rig.mailbox.url.replace("//", "//simpost:hunter2@"),
        },
      },
    }),
  );
  await rig.listening();
  rig.text(PHONE, "hello");
  await rig.letter("hello");
  expect(JSON.stringify(rig.log.lines)).not.toContain("hunter2");
});

test("a Maildir", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-maildir-"));
  try {
    await using rig = await openRig({ channel: { relay: `maildir:${folder}/mail` } });
    rig.text(PHONE, "hello");
    const fresh = join(folder, "mail", "new");
    const name = await rig.until("a file", () => safeList(fresh)[0]);
    const mail = await simpleParser(readFileSync(join(fresh, name)));
    expect(mail.text?.trim()).toBe("hello");
    expect(mail.from?.value[0]?.address).toBe(`${PHONE}@sms.example.org`);
    await rig.settled();
    expect(safeList(fresh)).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function safeList(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
