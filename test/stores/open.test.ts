// Opening a store: made for its owner, held by one, and refused with a clear line when it can't be used.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { put, text } from "../contract/store/setup.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simpost-open-"));
  path = join(folder, "var", "lib", "simpost.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (file: string): number => statSync(file).mode & 0o777;

/** Makes the file with another program's or another version's marks. */
function mark(pragma: string): void {
  mkdirSync(join(folder, "var", "lib"), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec(pragma);
  db.close();
}

test("folder and files are made, and are their owner's alone", async () => {
  const store = openSqlite(path);
  await put(store, text());
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}.lock`]) expect(modeOf(file)).toBe(0o600);
  expect(modeOf(join(folder, "var"))).toBe(0o700);
  await store.close();
});

test("an empty file becomes a store", async () => {
  mkdirSync(join(folder, "var", "lib"), { recursive: true });
  writeFileSync(path, "");
  const store = openSqlite(path);
  expect((await put(store, text())).state).toBe("queued");
  await store.close();
});

test("every commit is on the disk when it returns, and the log is used", async () => {
  const store = openSqlite(path);
  const { id } = await put(store, text());
  const beside = new DatabaseSync(path, { readOnly: true });
  expect(beside.prepare("PRAGMA journal_mode").get()?.journal_mode).toBe("wal");
  expect(beside.prepare("SELECT id FROM delivery").get()?.id).toBe(id);
  beside.close();
  await store.close();
});

test("a second daemon is refused while the first holds it, from here or from another process", async () => {
  const store = openSqlite(path);
  expect(() => openSqlite(path)).toThrow(`Another simpost is already using the store ${path}`);
  const url = new URL("../../src/stores/sqlite/store.ts", import.meta.url).href;
  const script = `import { openSqlite } from ${JSON.stringify(url)}; openSqlite(process.argv[1]);`;
  const other = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", script, path], {
    encoding: "utf8",
  });
  expect(other.status).toBe(1);
  expect(other.stderr).toContain("Another simpost is already using the store");
  await put(store, text());
  await store.close();
  await openSqlite(path).close();
});

test("a look beside the running daemon sees what is stored, changes nothing and keeps nobody out", async () => {
  const store = openSqlite(path);
  const { id } = await put(store, text());
  const look = openSqlite(path, { readOnly: true });
  expect((await look.delivery(id))?.delivery.id).toBe(id);
  expect((await look.depth()).queued).toBe(1);
  await expect(look.accept(text())).rejects.toThrow(/read-only/);
  await expect(look.probe()).rejects.toThrow(/read-only/);
  const later = await put(store, text());
  expect(await look.delivery(later.id)).not.toBeNull();
  await store.close();
  const again = openSqlite(path);
  await put(again, text());
  expect((await look.depth()).queued).toBe(3);
  await look.close();
  await again.close();
});

test("a look works without a daemon too, and asks for one where there is no store", async () => {
  expect(() => openSqlite(path, { readOnly: true })).toThrow(
    `There is no store ${path} yet: start the daemon first`,
  );
  const store = openSqlite(path);
  await put(store, text());
  await store.close();
  const look = openSqlite(path, { readOnly: true });
  expect((await look.depth()).queued).toBe(1);
  await look.close();
});

test("a store of a newer simpost is refused, and untouched", () => {
  mark("PRAGMA application_id = 0x7369706f; PRAGMA user_version = 4711; CREATE TABLE future (x)");
  const before = readFileSync(path);
  expect(() => openSqlite(path)).toThrow(/written by a newer simpost \(schema 4711; this one knows \d+\)/);
  expect(() => openSqlite(path, { readOnly: true })).toThrow(/newer simpost/);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("an older store is brought up to date by the daemon only", () => {
  mark("PRAGMA application_id = 0x7369706f; CREATE TABLE past (x)");
  expect(() => openSqlite(path, { readOnly: true })).toThrow(/older schema: start the daemon once/);
});

test("another program's database is refused", () => {
  mark("CREATE TABLE contacts (name)");
  expect(() => openSqlite(path)).toThrow(`${path} is another program's database`);
});

test("a file that is no database at all is refused", () => {
  mkdirSync(join(folder, "var", "lib"), { recursive: true });
  writeFileSync(path, "This is a letter to my aunt.\n".repeat(100));
  expect(() => openSqlite(path)).toThrow(/is not a simpost store: move it away or correct the path/);
  // It was let go of: once it is out of the way, all is well.
  rmSync(path);
  return openSqlite(path).close();
});

test("where nothing can be written it says so", () => {
  mkdirSync(join(folder, "var"));
  writeFileSync(join(folder, "var", "lib"), "a file where the folder should be");
  expect(() => openSqlite(path)).toThrow(`The store ${path} can't be used`);
});

test("a file that it may only read is refused, and named", async () => {
  await openSqlite(path).close();
  chmodSync(folder, 0o755);
  for (const name of ["var", join("var", "lib")]) chmodSync(join(folder, name), 0o755);
  for (const file of [path, `${path}.lock`]) chmodSync(file, 0o444);
  // root may write everything: there the attempt is made as somebody else, who may not even look into our sources if these are root's alone.
  const nobody = 65_534;
  const project = fileURLToPath(new URL("../../", import.meta.url));
  for (const name of ["src", "package.json"])
    cpSync(join(project, name), join(folder, name), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  const script = `
    import { openSqlite } from ${JSON.stringify(join(folder, "src/stores/sqlite/store.ts"))};
    if (process.getuid?.() === 0) process.setuid?.(${nobody});
    try { openSqlite(process.argv[1]); console.log("opened"); } catch (error) { console.log(String(error)); }`;
  const other = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", script, path], {
    encoding: "utf8",
  });
  expect(other.stdout).toContain(`The store ${path}`);
  expect(other.stdout).toMatch(/can't be used: .*(permission denied|read-only)/i);
});
