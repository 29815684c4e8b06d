// The SQLite store keeps the contract.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { NOW } from "../contract/store/setup.ts";
import { storeContract } from "../contract/store.ts";

storeContract("sqlite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-store-"));
  const path = join(folder, "simpost.db");
  const time = { now: NOW };
  const clock = (): number => time.now;
  let store = openSqlite(path, { clock });
  return {
    store,
    time,
    async reopen() {
      await store.close();
      store = openSqlite(path, { clock });
      return store;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
