// What can't be had at the start is said, and nothing stays behind half open.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { load } from "../../src/config/load.ts";
import { startDaemon } from "../../src/daemon.ts";
import { createLog } from "../../src/operation/log.ts";
import { NO_SOCKETS } from "../../src/operation/sockets.ts";

test("an address that is taken: a clear error, and the store is free again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-start-"));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  const file = join(folder, "simpost.yaml");
  const write = (http: number): void =>
    writeFileSync(
      file,
      `domain: sms.example.org\nhttp: { listen: "127.0.0.1:${http}" }\ngateways: { air: { driver: loopback } }\n`,
    );
  const log = createLog({ level: "silent", numbers: "masked", mask: (number) => number });
  write(port);
  await expect(startDaemon({ config: load(file), log })).rejects.toThrow(/in use/);
  write(0);
  const daemon = await startDaemon({ config: load(file), log });
  expect(daemon.sound()).toBe(true);
  await daemon.stop();
  await new Promise((resolve) => taken.close(resolve));
  rmSync(folder, { recursive: true });
});

test("a reload after which not even the old config can be put in force: it is rejected, and said that nothing is served", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-start-"));
  const file = join(folder, "simpost.yaml");
  writeFileSync(
    file,
    "domain: sms.example.org\nlog: { level: error }\nhttp: { listen: 127.0.0.1:0 }\ngateways: { air: { driver: loopback } }\nchannels: { email: { driver: email, relay: maildir:mail, listen: [{ port: 0 }] } }\n",
  );
  const log = createLog({ level: "silent", numbers: "masked", mask: (number) => number });
  let left = Number.POSITIVE_INFINITY;
  const find = (): undefined => {
    left -= 1;
    if (left < 0) throw new Error("no sockets left");
  };
  const config = load(file);
  const daemon = await startDaemon({ config, log, inherit: async () => ({ ...NO_SOCKETS, find }) });
  await daemon.reload(config);
  expect(daemon.serving).toBe(true);
  left = 0;
  await expect(daemon.reload(config)).rejects.toThrow("no sockets left");
  expect(daemon.serving).toBe(false);
  await daemon.stop();
  await (await startDaemon({ config, log })).stop();
  rmSync(folder, { recursive: true });
});
