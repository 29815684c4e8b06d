// The store in a thread of its own keeps the contract, too; and what goes wrong in there is told here.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRemote } from "../../src/stores/sqlite/remote.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { accepted, NOW, text } from "../contract/store/setup.ts";
import { storeContract } from "../contract/store.ts";

storeContract("sqlite, in a thread of its own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "simpost-remote-"));
  const path = join(folder, "simpost.db");
  const time = { now: NOW };
  const clock = (): number => time.now;
  let store = await openRemote(path, { clock });
  return {
    store,
    time,
    async reopen() {
      await store.close();
      store = await openRemote(path, { clock });
      return store;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe("the thread", () => {
  let folder = "";
  let path = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "simpost-remote-"));
    path = join(folder, "simpost.db");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("a store that can't be used is refused in the same words", async () => {
    writeFileSync(path, "this is no database".repeat(1_000));
    const words = (() => {
      try {
        openSqlite(path);
        return "";
      } catch (error) {
        return String(error);
      }
    })();
    expect(words).toContain("it is not a simpost store");
    await expect(openRemote(path)).rejects.toThrow(words.replace("Error: ", ""));
  });

  test("what another thread of this process holds is held", async () => {
    const store = await openRemote(path);
    await expect(openRemote(path)).rejects.toThrow("Another simpost is already using the store");
    await store.close();
    await (await openRemote(path)).close();
  });

  test("a full disk rejects in the operator's words, and the figures hear of it", async () => {
    const told: boolean[] = [];
    const store = await openRemote(path, { maxBytes: 1024 * 1024, took: (ok) => void told.push(ok) });
    const put = (n: number) => store.accept(text({ phone: `+49${n}`, text: "x".repeat(20_000) }));
    await expect(Promise.all(Array.from({ length: 200 }, (_, n) => put(n)))).rejects.toThrow(
      `The store ${path} can't be used: there is no room left on the disk`,
    );
    await store.probe().catch(() => {});
    expect(told).toContain(false);
    await store.close();
  });

  test("what is asked together is answered, each to its own", async () => {
    const store = await openRemote(path);
    const many = await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.accept(text({ phone: `+4915${n}` }))),
    );
    const found = await Promise.all(many.map((one) => store.deliveries(accepted(one).id)));
    expect(found.map((one) => one.map(({ to }) => to.address))).toEqual(many.map((_, n) => [`+4915${n}`]));
    await store.close();
  });

  test("what can't be carried over is refused, and nothing else is", async () => {
    const store = await openRemote(path);
    const note = { key: "k", value: (() => "v") as never };
    await expect(store.note("x", [note])).rejects.toThrow("could not be cloned");
    await store.note("x", [{ key: "k", value: "v" }]);
    expect(await store.notes("x", "")).toEqual([{ key: "k", value: "v" }]);
    await store.close();
  });

  test("a thread that breaks ends the process: it must not go on without its store", () => {
    const remote = fileURLToPath(new URL("../../src/stores/sqlite/remote.ts", import.meta.url));
    const broken =
      'require("node:worker_threads").parentPort.postMessage({ kind: "open" }); setTimeout(() => nothing(), 10);';
    const script = `
      import { Worker } from "node:worker_threads";
      import { openRemote } from ${JSON.stringify(remote)};
      const store = await openRemote("store.db", {}, () => new Worker(${JSON.stringify(broken)}, { eval: true, execArgv: [] }));
      await store.probe();
      console.log("went on");
    `;
    const { status, stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    expect(stderr).toContain("The thread of the store store.db broke");
    expect(status).not.toBe(0);
  });

  test("once closed it takes nothing, and can be closed again", async () => {
    const store = await openRemote(path);
    await store.close();
    await store.close();
    await expect(store.probe()).rejects.toThrow(`The store ${path} is closed`);
  });
});
