// Socket activation: the daemon serves sockets that were open before it, and nobody who connects while it restarts or reloads is turned away.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { inheritSockets } from "../../src/operation/sockets.ts";
import { Activation } from "../support/activation.ts";
import { submit } from "../support/smtp.ts";
import { Conversation, dial } from "../support/transcript.ts";

const PHONE = "+491701234567";
const tls = (name: string): string => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));

let folder = "";
let file = "";
let keeper: Activation | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-sockets-"));
  file = join(folder, "simpost.yaml");
});
afterEach(async () => {
  await keeper?.close();
  keeper = undefined;
  rmSync(folder, { recursive: true });
});

type Listen = Readonly<Record<string, string | number>>;

function write(listen: readonly Listen[], more: object = {}): void {
  const config = {
    domain: "sms.example.org",
    http: { listen: "127.0.0.1:0" },
    gateways: { air: { driver: "loopback" } },
    channels: { email: { driver: "email", listen, relay: "maildir:./mail" } },
    users: { ana: { email: ["ana@example.org"], send: { allow: ["+49*"] } } },
    trust: { networks: ["127.0.0.0/8", "::1/128"] },
    routes: [{ to: ["ana"] }],
    ...more,
  };
  writeFileSync(file, stringify(config));
}

/** A keeper of one socket per address, and the ports of these. */
async function keep(...addresses: readonly string[]) {
  const made = new Activation(addresses, file);
  keeper = made;
  return { keeper: made, ports: await made.ports() };
}

test("a socket with the address and port of a `listen` entry is served; the other entries are opened as ever", async () => {
  const { keeper, ports } = await keep("127.0.0.1");
  const [port = 0] = ports;
  write([{ port }, { port: 0 }]);
  await keeper.start();
  expect(await keeper.next("listening")).toMatchObject({ address: "127.0.0.1", port });
  const own = (await keeper.next("listening")).port ?? 0;
  expect(own).not.toBe(port);
  await keeper.next("ready");
  for (const door of [port, own]) {
    const { data } = await submit(door, { to: PHONE, text: `through ${door}` });
    expect(data).toMatch(/^250 2\.0\.0 /);
  }
});

test("who connects while it restarts waits, and is served by the next one", async () => {
  const { keeper, ports } = await keep("127.0.0.1");
  const [port = 0] = ports;
  write([{ port }]);
  for (const round of [1, 2]) {
    const early = await dial(port);
    const sent = submit(port, { to: PHONE, text: `round ${round}` });
    await keeper.start();
    await keeper.next("ready");
    expect(await early.reply()).toMatch(/^220 /);
    expect((await sent).data).toMatch(/^250 2\.0\.0 /);
    early.close();
    keeper.signal("SIGTERM");
    expect(await keeper.next("ended")).toMatchObject({ code: 0 });
  }
});

test("TLS from the first byte works for those who waited, too", async () => {
  const { keeper, ports } = await keep("127.0.0.1");
  const [port = 0] = ports;
  write([{ port, tls: "implicit", cert: tls("cert.pem"), key: tls("key.pem") }]);
  const client = new Conversation(connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false }));
  await keeper.start();
  expect(await client.reply()).toMatch(/^220 /);
  client.close();
});

test("a reload keeps the sockets, and those who connect meanwhile are served", async () => {
  const { keeper, ports } = await keep("127.0.0.1");
  const [port = 0] = ports;
  write([{ port }]);
  await keeper.start();
  await keeper.next("ready");
  write([{ port }], { language: "de" });
  keeper.signal("SIGHUP");
  const meanwhile = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const client = await dial(port);
      const greeting = await client.reply();
      client.close();
      return greeting;
    }),
  );
  await keeper.next("reloaded");
  for (const greeting of meanwhile) expect(greeting).toMatch(/^220 /);
  const { data } = await submit(port, { to: PHONE, text: "after it" });
  expect(data).toMatch(/^250 2\.0\.0 /);
});

test("a socket that no `listen` entry names is let go, and complained about", async () => {
  const { keeper, ports } = await keep("127.0.0.1", "127.0.0.1");
  const [port = 0, other = 0] = ports;
  write([{ port }]);
  await keeper.start();
  expect(await keeper.next("config")).toMatchObject({
    problem: `nothing listens on the socket 127.0.0.1, port ${other}`,
  });
  write([{ port: 0 }]);
  keeper.signal("SIGHUP");
  expect(await keeper.next("config")).toMatchObject({
    problem: `nothing listens on the socket 127.0.0.1, port ${port}`,
  });
});

test("the IPv6 wildcard stands for 0.0.0.0, and one address may be spelled in several ways", async () => {
  const { keeper, ports } = await keep("::", "::1");
  const [all = 0, loopback = 0] = ports;
  write([
    { address: "0.0.0.0", port: all },
    { address: "0:0:0:0:0:0:0:1", port: loopback },
  ]);
  await keeper.start();
  expect(await keeper.next("listening")).toMatchObject({ address: "::", port: all });
  expect(await keeper.next("listening")).toMatchObject({ address: "::1", port: loopback });
  await keeper.next("ready");
  const { data } = await submit(all, { to: PHONE, text: "over IPv4" });
  expect(data).toMatch(/^250 2\.0\.0 /);
});

test("systemd's own program for trying sockets out starts it, and it serves whoever made it start", async (context) => {
  const program = "systemd-socket-activate";
  if (spawnSync(program, ["--version"]).status !== 0) context.skip(`there is no ${program} on this machine`);
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  write([{ port }]);
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const args = [`--listen=127.0.0.1:${port}`, process.execPath, main, "run", "-c", file];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  // It says that it listens.
  await once(child.stderr, "data");
  const { data } = await submit(port, { to: PHONE, text: "wake up" });
  expect(data).toMatch(/^250 2\.0\.0 /);
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([0, null]);
});

test.each([
  ["no variables", {}],
  ["another process' sockets", { LISTEN_PID: "1", LISTEN_FDS: "1" }],
  ["none", { LISTEN_PID: String(process.pid), LISTEN_FDS: "0" }],
  ["no number", { LISTEN_PID: String(process.pid), LISTEN_FDS: "x" }],
])("%s: nothing is taken over", async (_what, env) => {
  const sockets = await inheritSockets(env, process.pid);
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const at = server.address();
  expect(sockets.find("127.0.0.1", typeof at === "object" ? (at?.port ?? 0) : 0)).toBeUndefined();
  expect(sockets.release()).toEqual([]);
  server.close();
});
