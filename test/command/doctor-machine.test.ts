// What the doctor sees of the machine: Node, limits, files, disk, certificates, ports.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { certificateCheck } from "../../src/command/doctor/certificates.ts";
import { diskCheck, paceOf, space } from "../../src/command/doctor/disk.ts";
import { doorsCheck } from "../../src/command/doctor/doors.ts";
import { type Check, examine, type Finding } from "../../src/command/doctor/finding.ts";
import type { MailPatient } from "../../src/command/doctor/patient.ts";
import { filesCheck, nodeCheck } from "../../src/command/doctor/process.ts";
import { configCheck, secretsOf, storeCheck } from "../../src/command/doctor/rights.ts";

let folder = "";
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-doctor-"));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const look = (check: Check | null): Promise<readonly Finding[]> => examine(check ? [check] : []);
const file = (name: string, text: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

test("Node: known holes are named with the release to go to", async () => {
  expect(await look(nodeCheck({ node: { version: "26.12.1", fixed: null } }))).toMatchObject([
    { grade: "good" },
  ]);
  const [found] = await look(nodeCheck({ node: { version: "26.10.0", fixed: "26.12.1" } }));
  expect(found).toMatchObject({ grade: "doubtful", todo: expect.stringContaining("26.12.1") });
});

test("open files: enough for all clients, or not; unknown is not complained about", async () => {
  const limits = file(
    "limits",
    "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024      4096      files\n",
  );
  expect(await look(filesCheck({ clients: 500 }, limits))).toMatchObject([{ grade: "good" }]);
  expect(await look(filesCheck({ clients: 900 }, limits))).toMatchObject([
    { grade: "doubtful", todo: expect.stringContaining("LimitNOFILE=1100") },
  ]);
  expect(await look(filesCheck({ clients: 900 }, join(folder, "none")))).toEqual([]);
});

test("secrets of a config: where they stand, and no relay without a login, no user who is called token", () => {
  const text = `gateways: { a: { password: x }, b: { password: { file: sec/b } }, c: { password: { env: C } } }
channels: { e: { relay: "smtp://127.0.0.1" }, f: { relay: "smtps://u:p@h" }, t: { token: { file: t } } }
users: { token: { email: [a@b] } }`;
  expect(secretsOf(text)).toEqual({ inside: ["password", "relay"], files: ["sec/b", "t"] });
  expect(secretsOf("nonsense: [")).toEqual({ inside: [], files: [] });
});

test("config: its warnings, and who may read its secrets or write it", async () => {
  const config = (path: string, ...warnings: string[]) =>
    look(configCheck({ config: { file: path, warnings } }));
  const sound = file("a.yaml", "gateways: { a: { password: x } }");
  expect(await config(sound)).toMatchObject([{ grade: "good" }, { grade: "good" }]);
  expect(await config(sound, "a.yaml:1:1: hm")).toMatchObject([
    { grade: "doubtful", what: "a.yaml:1:1: hm" },
    { grade: "good" },
  ]);
  chmodSync(sound, 0o644);
  expect((await config(sound))[1]).toMatchObject({ grade: "bad", what: expect.stringContaining("password") });
  expect(await config(file("b.yaml", "domain: a.example", 0o644))).toMatchObject([
    { grade: "good" },
    { grade: "good" },
  ]);
  expect((await config(file("c.yaml", "domain: a.example", 0o646)))[1]).toMatchObject({
    grade: "bad",
    todo: expect.stringContaining("chmod o-w"),
  });
  file("secret", "hunter2", 0o644);
  expect((await config(file("d.yaml", "channels: { t: { token: { file: secret } } }")))[1]).toMatchObject({
    grade: "bad",
    todo: `chmod 600 ${join(folder, "secret")}`,
  });
});

test("store: not there yet, opens, does not open, is for everybody", async () => {
  const store = (path: string, look_: () => Promise<void> = async () => {}) =>
    look(storeCheck({ store: { path, look: look_ } }));
  expect(await store(join(folder, "var/deep/simpost.db"))).toMatchObject([
    { grade: "good", what: expect.stringContaining("first start") },
  ]);
  const path = file("simpost.db", "");
  expect(await store(path)).toMatchObject([{ grade: "good" }]);
  expect(await store(path, () => Promise.reject(new Error("file is not a database")))).toMatchObject([
    { grade: "bad", what: expect.stringContaining("not a database") },
  ]);
  chmodSync(path, 0o644);
  expect(await store(path)).toMatchObject([{ grade: "bad", todo: expect.stringContaining("chmod") }]);
});

test("disk: measured for real, and judged", async () => {
  mkdirSync(join(folder, "var"));
  const found = await look(
    diskCheck({ store: { path: join(folder, "var/simpost.db"), look: async () => {} } }),
  );
  const told = found.map(({ what }) => what).join("\n");
  expect(told).toMatch(/GB free at /);
  expect(told).toMatch(/on the disk after \d+ ms/);
  expect(execFileSync("ls", ["-A", join(folder, "var")]).toString()).toBe("");
  expect([5e6, 5e8, 5e9].map((free) => space(free, "/").grade)).toEqual(["bad", "doubtful", "good"]);
  expect(paceOf([1, 2, 900]).grade).toBe("good");
  expect(paceOf([100, 200, 90])).toMatchObject({
    grade: "doubtful",
    what: expect.stringContaining("200 ms"),
  });
});

const tls = (name: string): string => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
const mail = (listen: MailPatient["listen"], hostname = "localhost"): MailPatient => ({
  name: "email",
  hostname,
  listen,
  relay: { kind: "folder", path: folder },
});
const secure = { address: "127.0.0.1", port: 465, tls: "implicit" as const };

test("certificates: days left, the wrong key, another name, none", async () => {
  const listen = [{ ...secure, cert: tls("cert.pem"), key: tls("key.pem") }];
  const at = (now: number, hostname?: string) => look(certificateCheck(mail(listen, hostname), () => now));
  const day = 86_400_000;
  const text = execFileSync("openssl", ["x509", "-in", tls("cert.pem"), "-noout", "-enddate"]).toString();
  const end = Date.parse(text.trim().replace("notAfter=", ""));
  expect((await at(end - 100 * day))[0]).toMatchObject({
    grade: "good",
    what: expect.stringContaining("100 days"),
  });
  expect((await at(end - 3 * day))[0]).toMatchObject({
    grade: "doubtful",
    what: expect.stringContaining("3 days"),
  });
  expect((await at(end + 3 * day))[0]).toMatchObject({
    grade: "bad",
    what: expect.stringContaining("ran out"),
  });
  expect((await at(0))[0]).toMatchObject({ grade: "bad", what: expect.stringContaining("valid only in") });
  expect((await at(end - 100 * day, "mx.other.example")).at(-1)).toMatchObject({ grade: "doubtful" });
  const other = join(folder, "other.pem");
  execFileSync(
    "openssl",
    ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", other],
    { stdio: "ignore" },
  );
  expect(
    await look(certificateCheck(mail([{ ...secure, cert: tls("cert.pem"), key: other }]), Date.now)),
  ).toMatchObject([{ grade: "bad", what: expect.stringContaining("is not the key of") }]);
  expect(
    await look(certificateCheck(mail([{ ...secure, cert: other, key: other }]), Date.now)),
  ).toMatchObject([{ grade: "bad" }]);
  expect(certificateCheck(mail([]), Date.now)).toBeNull();
});

async function serve(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return (server.address() as AddressInfo).port;
}
const greets = (greeting: string) =>
  serve(createServer((socket) => socket.on("error", () => {}).end(greeting)));
const health = (body: string) => serve(createHttpServer((_, answer) => answer.end(body)));
const free = async (): Promise<number> => {
  const port = await greets("");
  const server = servers.pop();
  await new Promise((resolve) => server?.close(resolve));
  return port;
};
const plain = (port: number, address = "127.0.0.1") => ({
  address,
  port,
  tls: "none" as const,
  cert: undefined,
  key: undefined,
});

test("ports: nobody there, they are free", async () => {
  const http = { address: "127.0.0.1", port: await free() };
  const found = await look(doorsCheck({ http, mail: [mail([plain(await free())])], inside: false }));
  expect(found.map(({ grade }) => grade)).toEqual(["good", "good", "good"]);
  expect(found[0]?.what).toBe("no daemon is running here");
});

test("ports: the daemon runs, and serves its own; or lacks one", async () => {
  const http = { address: "127.0.0.1", port: await health('{"status":"ok"}') };
  const own = await greets("220 sms.example.org ESMTP simpost\r\n");
  const found = await look(
    doorsCheck({ http, mail: [mail([plain(own), plain(await free())])], inside: false }),
  );
  expect(found.map(({ grade }) => grade)).toEqual(["good", "good", "good", "doubtful"]);
  expect(found[0]?.what).toBe("the daemon is running");
  expect(found[3]?.what).toContain("does not listen");
});

test("ports: another program has them", async () => {
  const http = { address: "127.0.0.1", port: await health("It works!") };
  const other = await greets("220 mx.example.org ESMTP Postfix\r\n");
  const found = await look(
    doorsCheck({ http, mail: [mail([plain(other), plain(await greets(""))])], inside: false }),
  );
  expect(found.map(({ grade }) => grade)).toEqual(["good", "bad", "bad", "bad"]);
  expect(found[2]?.what).toContain("which says: 220 mx.example.org ESMTP Postfix");
});

test("ports: an address that is not this machine's", async () => {
  const http = { address: "127.0.0.1", port: await free() };
  const found = await look(doorsCheck({ http, mail: [mail([plain(2525, "198.51.100.7")])], inside: false }));
  expect(found.at(-1)).toMatchObject({ grade: "bad" });
});
