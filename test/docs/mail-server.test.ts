// docs/mail-server.md: the Postfix lines, read by Postfix itself; the patterns for bounces, by bounces that we write.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bounceAddress, readBounceAddress } from "../../src/channels/email/address.ts";
import { block } from "./pages.ts";
import { isInstalled, said } from "./programs.ts";

const PAGE = "docs/mail-server.md";
const DOMAIN = "sms.example.org";
const BOUNCES = [bounceAddress("1m82qt77qwjh7edv-4x", DOMAIN), bounceAddress("0a1b2c-3d4e", DOMAIN)];
const TEXTS = [
  `+491701234567@${DOMAIN}`,
  `bounce+491701234567@${DOMAIN}`,
  `+491701234567+bounce@${DOMAIN}`,
  `*100#@${DOMAIN}`,
  `22333@${DOMAIN}`,
  "bounce+0a1b2c-3d4e@sms-example.org",
];

const folder = mkdtempSync(join(tmpdir(), "simpost-postfix-"));
afterAll(() => rmSync(folder, { recursive: true }));
const FILES = ["main.cf", "simpost_transport", "simpost_bounces", "simpost_logins"];
for (const name of FILES) {
  const own = block(PAGE, `# /etc/postfix/${name}\n`).replaceAll("/etc/postfix/", `${folder}/`);
  // Debian's main.cf says this; without it Postfix warns of old defaults.
  writeFileSync(join(folder, name), name === "main.cf" ? `compatibility_level = 3.6\n${own}` : own);
}

const hasPostfix = isInstalled("postconf", "-d", "mail_version");
const why = "(left out where Postfix is not installed)";

const bounce = (pattern: string) => new RegExp(pattern, "i");
const postfixPattern = /^\/(.+)\/ +OK$/m.exec(block(PAGE, "# /etc/postfix/simpost_bounces\n"))?.[1] ?? "";
const eximPattern = /local_parts = \\N(.+)\\N/.exec(block(PAGE, "# acl_check_rcpt"))?.[1] ?? "";

test("what may come in from anywhere is our bounces, and nothing that becomes a text", () => {
  for (const address of BOUNCES) {
    expect(readBounceAddress(address, DOMAIN)).not.toBeNull();
    expect(address).toMatch(bounce(postfixPattern));
    expect(address.split("@")[0]).toMatch(bounce(eximPattern));
  }
  for (const address of TEXTS) {
    expect(readBounceAddress(address, DOMAIN)).toBeNull();
    expect(address).not.toMatch(bounce(postfixPattern));
  }
});

test.skipIf(!hasPostfix)(`Postfix takes main.cf, and knows every parameter ${why}`, () => {
  const { status, stdout, stderr } = said("postconf", ["-c", folder, "-n"]);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.not.stringMatching(/unused parameter|fatal|error/),
  });
  expect(stdout).toMatch(
    /^smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, check_recipient_access regexp:\S+, reject_unauth_destination$/m,
  );
  expect(stdout).toMatch(/^smtpd_sender_login_maps = /m);
});

const asked = [...block(PAGE, "postmap -q sms.example.org").matchAll(/^postmap -q (\S+) (\S+)$/gm)];
const answers = ["smtp:[127.0.0.1]:2525", "OK", ""];

test.skipIf(!hasPostfix)(`postmap answers what the page says ${why}`, () => {
  expect(asked.length).toBe(answers.length);
  for (const [index, [, key = "", table = ""]] of asked.entries()) {
    const [kind] = table.split(":");
    const { stdout } = said("postmap", ["-c", folder, "-q", key, `${kind}:${join(folder, basename(table))}`]);
    expect({ key, stdout }).toEqual({ key, stdout: answers[index] });
  }
  const bounces = `regexp:${join(folder, "simpost_bounces")}`;
  for (const address of BOUNCES)
    expect(said("postmap", ["-c", folder, "-q", address, bounces]).stdout).toBe("OK");
  for (const address of TEXTS)
    expect(said("postmap", ["-c", folder, "-q", address, bounces]).stdout).toBe("");
  expect(
    said("postmap", ["-c", folder, "-q", "ana@example.org", `texthash:${join(folder, "simpost_logins")}`])
      .stdout,
  ).toBe("ana");
});

test("the domain is open to nobody: in no list of domains that Postfix or Exim relay for", () => {
  const all = [
    block(PAGE, "# /etc/postfix/main.cf"),
    block(PAGE, "# routers"),
    block(PAGE, "# acl_check_rcpt"),
  ].join("\n");
  expect(all).not.toMatch(/^\s*(?:relay_domains|mydestination|virtual_\w+_domains|relay_to_domains)/m);
});

test("Exim: the router's transport is there, and its port is the listener's", () => {
  const exim = block(PAGE, "# routers");
  const [, transport = ""] = /transport = (\w+)/.exec(exim) ?? [];
  expect(exim).toMatch(new RegExp(`^${transport}:\\n {2}driver = smtp\\n {2}port = 2525$`, "m"));
});
