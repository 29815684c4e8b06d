// docs/alerts.md: its scripts and mails become texts, through a running daemon with the users of the page.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { openRig, type Rig } from "../support/rig.ts";
import { block, pages } from "./pages.ts";
import { isInstalled, said } from "./programs.ts";

const PAGE = "docs/alerts.md";
const run = promisify(execFile);
const { users } = z
  .object({ users: z.object({ monitoring: z.looseObject({ email: z.array(z.string()) }) }) })
  .parse(parse(block(PAGE, "monitoring:")));

let rig: Rig;
let token = "";
beforeAll(async () => {
  rig = await openRig({ users });
  const response = await fetch(`http://${rig.daemon.http}/api/v1/tokens`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${readFileSync(join(rig.folder, "simpost.db.key"), "utf8").trim()}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ name: "alerts", user: "monitoring", scopes: ["send"] }),
  });
  token = z.object({ token: z.string() }).parse(await response.json()).token;
});
afterAll(() => rig[Symbol.asyncDispose]());

/** The page's script, with this daemon's address and a header file of ours; throws when it fails. */
async function alert(number: string, text: string): Promise<void> {
  const [script, header] = [join(rig.folder, "simpost-alert"), join(rig.folder, "alert-header")];
  writeFileSync(header, `Authorization: Bearer ${token}\n`);
  writeFileSync(
    script,
    block(PAGE, "#!/bin/sh")
      .replace("http://127.0.0.1:8080", `http://${rig.daemon.http}`)
      .replace("/etc/simpost/alert-header", header),
    { mode: 0o700 },
  );
  await run(script, [number, text]);
}

test("the script for Nagios and Icinga sends what it is given, whatever the characters", async () => {
  const text = "PROBLEM web1 \"disk\" is \\CRITICAL: 97% $(date) 'full'";
  await alert("+491701234567", text);
  expect((await rig.sms(text)).to).toBe("+491701234567");
});

test("the script fails where simpost says no", async () => {
  await expect(alert("+491705550100", "not one of those on call")).rejects.toMatchObject({
    stdout: expect.stringMatching(/not-allowed/) as string,
    stderr: expect.stringMatching(/403/) as string,
  });
});

const Request = z.object({ url: z.string(), headers: z.array(z.string()), body: z.string() });

/** What Zabbix's script asks for, and what it returns or throws when the answer has this status. */
function zabbix(status: number) {
  let request: z.infer<typeof Request> | undefined;
  const headers: string[] = [];
  class HttpRequest {
    addHeader(header: string): void {
      headers.push(header);
    }
    post(url: string, body: string): string {
      request = { url, headers, body };
      return status === 202 ? '{"id":"m1"}' : '{"detail":"no"}';
    }
    getStatus(): number {
      return status;
    }
  }
  const value = JSON.stringify({
    to: "+491709876543",
    text: "High: db1 is down",
    key: "4711 2026.11.22 18:00:00",
    token,
    url: `http://${rig.daemon.http}`,
  });
  const script = `(function (value) {\n${block(PAGE, "new HttpRequest()")}})(value)`;
  const sha256 = (text: string): string => Buffer.from(text).toString("hex").slice(0, 64);
  const outcome = (): unknown => runInNewContext(script, { value, HttpRequest, sha256 }) as unknown;
  return { outcome, request: () => Request.parse(request) };
}

test("Zabbix's script: what it asks for is taken, and once only", async () => {
  const { outcome, request } = zabbix(202);
  expect(outcome()).toBe("m1");
  const { url, headers, body } = request();
  const ask = async (): Promise<unknown> => {
    const pairs = headers.map((header): [string, string] => {
      const [name = "", ...rest] = header.split(": ");
      return [name, rest.join(": ")];
    });
    const response = await fetch(url, { method: "POST", headers: pairs, body });
    expect(response.status).toBe(202);
    return response.json();
  };
  expect(await ask()).toMatchObject({ repeated: false });
  expect(await ask()).toMatchObject({ repeated: true });
  expect((await rig.sms("High: db1 is down")).to).toBe("+491709876543");
  expect(rig.texts.filter((text) => text === "High: db1 is down").length).toBe(1);
});

test("Zabbix's script: an answer that is no yes is a failure to Zabbix", () => {
  let thrown: unknown;
  try {
    zabbix(429).outcome();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBe('simpost: 429 {"detail":"no"}');
});

test("Nagios' mail is a text", async () => {
  const [, line = ""] = /command_line +(.*sendmail.*)/.exec(block(PAGE, "/usr/sbin/sendmail")) ?? [];
  const macros: Readonly<Record<string, string>> = {
    $CONTACTPAGER$: "+491701234567",
    $NOTIFICATIONTYPE$: "PROBLEM",
    $HOSTALIAS$: "web1",
    $SERVICEDESC$: "HTTP",
    $SERVICESTATE$: "CRITICAL",
    $SERVICEOUTPUT$: "no answer within 10 s",
  };
  const filled = Object.entries(macros).reduce((text, [name, value]) => text.replaceAll(name, value), line);
  const [, from = "", to = ""] = /\/usr\/sbin\/sendmail -f (\S+) (\S+)$/.exec(filled) ?? [];
  const mailed = `curl -sS smtp://127.0.0.1:${rig.smtp} --mail-from ${from} --mail-rcpt ${to} -T -`;
  expect(filled).toMatch(/Importance: high/);
  await run("sh", ["-c", filled.replace(/\/usr\/sbin\/sendmail .*$/, mailed)]);
  expect((await rig.sms("PROBLEM web1 HTTP CRITICAL: no answer within 10 s")).to).toBe("+491701234567");
});

test("every sender on the page is an address of its user, every recipient is allowed", () => {
  const text = pages.find(({ name }) => name === PAGE)?.text ?? "";
  const senders = [
    ...text.matchAll(/(?:from|From:|sender\) \||--from|-f|_from:|address =) `?(\w+@example\.org)/g),
  ];
  expect(senders.length).toBeGreaterThan(5);
  expect(
    senders.map(([, sender]) => sender).filter((one) => !users.monitoring.email.includes(one ?? "")),
  ).toEqual([]);
  const allowed = z.object({ send: z.object({ allow: z.array(z.string()) }) }).parse(users.monitoring)
    .send.allow;
  const phones = [...text.matchAll(/(\+49\d{6,})/g)].map(([, phone = ""]) => phone);
  expect(new Set(phones)).toEqual(new Set(allowed));
});

const alertmanager = block(PAGE, "smtp_smarthost");

test("Alertmanager: routes name receivers, the text is text", () => {
  const Email = z.strictObject({
    to: z.string(),
    smarthost: z.string().optional(),
    send_resolved: z.boolean().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    html: z.literal("").optional(),
    text: z.string().optional(),
  });
  const Route = z.looseObject({ receiver: z.string(), matchers: z.array(z.string()).optional() });
  const { route, receivers } = z
    .object({
      route: Route.extend({ routes: z.array(Route) }),
      receivers: z.array(z.strictObject({ name: z.string(), email_configs: z.array(Email) })),
    })
    .parse(parse(alertmanager));
  const names = receivers.map(({ name }) => name);
  for (const { receiver } of [route, ...route.routes]) expect(names).toContain(receiver);
  expect(receivers.find(({ name }) => name === "sms")?.email_configs[0]).toMatchObject({ html: "" });
});

const hasAmtool = isInstalled("amtool", "--version");
test.skipIf(!hasAmtool)("amtool takes it (left out where Alertmanager is not installed)", () => {
  const file = join(rig.folder, "alertmanager.yml");
  writeFileSync(file, alertmanager);
  expect(said("amtool", ["check-config", file])).toMatchObject({ status: 0 });
});
