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
