// Fills a fresh store with queued texts: node bench/fill.ts FILE COUNT
import { openSqlite } from "../src/stores/sqlite/store.ts";
import { entries } from "./entries.ts";

const GROUP = 250;

const [file = "", count = "0"] = process.argv.slice(2);
const store = openSqlite(file);
const next = entries();
for (let left = Number(count); left > 0; left -= GROUP) {
  const now = Date.now();
  await Promise.all(Array.from({ length: Math.min(GROUP, left) }, () => store.accept(next(now))));
}
await store.close();
