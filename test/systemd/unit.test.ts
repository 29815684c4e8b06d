// The systemd unit: what it must say, what Node would not survive, and what systemd itself thinks of it.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FLAGS } from "../../tools/flags.ts";

const unit = readFileSync(new URL("../../systemd/simpost.service", import.meta.url), "utf8");
const socket = readFileSync(new URL("../../systemd/simpost.socket", import.meta.url), "utf8");
const lines = unit.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

test.each([
  "Type=notify",
  "NotifyAccess=all",
  "ExecReload=/bin/kill -HUP $MAINPID",
  "Restart=on-failure",
  "RestartPreventExitStatus=2",
  "KillMode=mixed",
  "DynamicUser=yes",
  "StateDirectory=simpost",
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "ProtectHome=yes",
  "PrivateTmp=yes",
  "PrivateDevices=yes",
  "CapabilityBoundingSet=",
  "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
  "RestrictNamespaces=yes",
  "SystemCallFilter=@system-service",
  "SystemCallArchitectures=native",
  "WantedBy=multi-user.target",
])("it says %s", (line) => {
  expect(lines).toContain(line);
});

test("it does not forbid what Node's compiler does", () => {
  expect(lines.some((line) => line.startsWith("MemoryDenyWriteExecute"))).toBe(false);
});

test("it gives Node the flags that `npm start` gives it", () => {
  expect(unit).toContain(`ExecStart=/usr/bin/node ${FLAGS.join(" ")} /`);
});

test("it starts the daemon and leaves it time to stop and to be sound", () => {
  const seconds = (key: string): number =>
    Number(lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1));
  expect(
    lines.some((line) =>
      /^ExecStart=\/\S+(?: --\S+)* \S+\/main\.ts run -c \/etc\/simpost\/simpost\.yaml$/.test(line),
    ),
  ).toBe(true);
  expect(seconds("TimeoutStopSec")).toBeGreaterThan(10);
  expect(seconds("WatchdogSec")).toBeGreaterThanOrEqual(30);
});

test("it shows how secrets are handed over", () => {
  expect(unit).toMatch(/^#LoadCredential=\w+:\//m);
});

/** Why systemd can't be asked here, or null. `security --offline` came with systemd 250. */
function absent(): string | null {
  const { stdout, status } = spawnSync("sh", ["-c", "systemd-analyze --version"], { encoding: "utf8" });
  if (status !== 0) return "there is no systemd-analyze on this machine";
  return Number(/^systemd (\d+)/.exec(stdout)?.[1]) >= 250 ? null : "systemd-analyze is older than 250";
}

/** Runs systemd-analyze on a unit, by default the service, with this Node in the place of the one that it names. */
function analyze(args: readonly string[], name = "simpost.service"): string {
  const folder = mkdtempSync(join(tmpdir(), "simpost-unit-"));
  try {
    const service = unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`);
    writeFileSync(join(folder, "simpost.service"), service);
    writeFileSync(join(folder, "simpost.socket"), socket);
    const command = ["systemd-analyze", ...args, join(folder, name)].map((word) => `'${word}'`).join(" ");
    return execFileSync("sh", ["-c", `${command} 2>&1`], { encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("systemd finds nothing wrong with it", (context) => {
  const reason = absent();
  if (reason !== null) context.skip(reason);
  expect(analyze(["verify", "--man=no"])).not.toContain("simpost.service");
});

test("systemd finds nothing wrong with the socket, and starts the service for it", (context) => {
  const reason = absent();
  if (reason !== null) context.skip(reason);
  const said = analyze(["verify", "--man=no"], "simpost.socket");
  expect(said).not.toContain("simpost.socket");
  expect(said).not.toContain("simpost.service");
});

test("the socket is what the sample config listens on", () => {
  const ports = [...socket.matchAll(/^ListenStream=(.+)$/gm)].map(([, at]) => at);
  const sample = readFileSync(new URL("../../config/simpost.yaml", import.meta.url), "utf8");
  const listen = /^ {6}- #.*\n {8}address: (.+)\n(?: +#.*\n)* {8}port: (\d+)$/m.exec(sample);
  expect(ports).toEqual([`${listen?.[1]}:${listen?.[2]}`]);
});

test("systemd calls its exposure low: at most 2.0 of 10", (context) => {
  const reason = absent();
  if (reason !== null) context.skip(reason);
  const exposure = /exposure level[^:]*: ([\d.]+)/.exec(
    analyze(["security", "--offline=true", "--no-pager"]),
  )?.[1];
  expect(Number(exposure)).toBeLessThanOrEqual(2);
});
