// What the console's pages cost in a store that holds much: every kind of look back, at one size. Prints JSON.
//
//   node bench/console.ts [COUNT] [FILE]       default: 1000000 messages, in a file that is removed afterwards
//
// A hundred days of texts, most of them to phones and delivered; with a few of whatever is rare: failed ones, a second gateway, people who wrote little or
// long ago. Each question is asked on a fresh connection first (`firstMs`), then a few times more (`ms`: the median).
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../src/bridge/id.ts";
import type { Entry, MessageQuery, News, Store } from "../src/bridge/ports/store.ts";
import { openSqlite } from "../src/stores/sqlite/store.ts";

const GROUP = 250;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = 100;
/** How many texts there are to one that came in, failed, or took the second gateway; and how many phones. */
const [INCOMING, FAILING, SECOND] = [5, 400, 5_000];
const PHONES = 100_000;
/** Texts that wait at the end. */
const WAITING = 2_000;
const TIMES = 5;
const BEGAN = Date.UTC(2026, 6, 1);
const END = BEGAN + DAYS * DAY;

const phoneOf = (n: number): string => `+49151${String((n * 7_919) % PHONES).padStart(8, "0")}`;
const gatewayOf = (n: number): string => (n % SECOND === 7 ? "b" : "a");

/** Who writes the n-th of `count`: `few` seldom, `gone` in the first tenth only. */
function writerOf(n: number, count: number): string {
  if (n % Math.ceil(count / 40) === 3) return "few";
  return n < count / 10 && n % 4 === 1 ? "gone" : `user${n % 20}`;
}

function entry(n: number, count: number, at: number): Entry {
  const phone = phoneOf(n);
  const user = writerOf(n, count);
  const party = { via: "email", address: `${user}@example.org` };
  const message = { id: newId(at), at, ref: `${n}@example.org`, origin: {}, notice: null };
  const words = `Backup of db${n % 1_000} finished without errors; the next one is due tomorrow at 02:00.`;
  const lane = { gateway: gatewayOf(n), port: n % 32 };
  const common = {
    text: words,
    priority: 1,
    expires: at + DAY,
    deadline: null,
    lane: null,
    once: null,
    notify: [],
  } as const;
  if (n % INCOMING === 0)
    return {
      message: { ...message, from: { via: lane.gateway, address: phone }, user: null, text: words },
      deliveries: [
        {
          ...common,
          thread: { way: "in", phone, lane, since: 0 },
          to: party,
          parts: 0,
          pool: "email",
          line: "",
        },
      ],
    };
  const thread = { way: "out", phone, refs: [], who: [user], since: 0, pin: null, only: false } as const;
  return {
    message: { ...message, from: party, user, text: words },
    deliveries: [{ ...common, thread, to: { via: "*", address: phone }, parts: 1, pool: "*", line: phone }],
    writer: { party, user },
  };
}

async function fill(path: string, count: number): Promise<void> {
  let now = BEGAN;
  const store = openSqlite(path, { clock: () => now });
  for (let n = 0; n < count; n += GROUP) {
    const numbers = Array.from({ length: Math.min(GROUP, count - n) }, (_, index) => n + index);
    now = BEGAN + Math.floor((n / count) * DAYS * DAY);
    await Promise.all(numbers.map((number) => store.accept(entry(number, count, now))));
    if (n < count - WAITING) await finish(store, n, now);
    if (n % 50_000 === 0) process.stderr.write(`${n} `);
  }
  await store.close();
}

/** Sends what waits. */
async function finish(store: Store, n: number, now: number): Promise<void> {
  const pools = [
    "*",
    "a",
    "b",
    "email",
    ...Array.from({ length: 32 }, (_, port) => [`a:${port}`, `b:${port}`]).flat(),
  ];
  const claimed = await store.claim({
    pools: pools.map((pool) => ({ pool, max: GROUP })),
    limit: GROUP,
    run: GROUP,
    gateway: n % SECOND < GROUP ? "b" : "a",
    now,
    node: "bench",
    lease: now + HOUR,
  });
  const news = claimed.map(({ delivery: { id, to } }): News => {
    if (id % FAILING === 0) return { id, change: { state: "failed", error: "no credit" } };
    return {
      id,
      change: { state: to.via === "email" ? "accepted" : "delivered", due: null, deadline: null },
    };
  });
  await store.report(news);
}

const texts: Partial<MessageQuery> = { phones: true, limit: 50 };
const middle = BEGAN + (DAYS / 2) * DAY;
const questions: Readonly<Record<string, (store: Store, ids: Ids) => Promise<unknown>>> = {
  "messages, newest": (store) => list(store, {}),
  "messages, a page in the middle": (store, { middle: before }) => list(store, { before }),
  "messages, what is new": (store, { last }) => list(store, { after: last - 20, oldest: true }),
  "messages, oldest": (store) => list(store, { oldest: true }),
  "of a number": (store) => list(store, { number: phoneOf(11) }),
  "of an unknown number": (store) => list(store, { number: "+1" }),
  "of a number, failed": (store) => list(store, { number: phoneOf(11), state: "failed" }),
  "queued, oldest first": (store) => list(store, { state: "queued", oldest: true }),
  "sending: none": (store) => list(store, { state: "sending" }),
  "unsure: none": (store) => list(store, { state: "unsure", oldest: true }),
  failed: (store) => list(store, { state: "failed" }),
  "failed, on a day long ago": (store) =>
    list(store, { state: "failed", since: middle, until: middle + DAY }),
  "an hour long ago": (store) => list(store, { since: middle, until: middle + HOUR }),
  "before anything": (store) => list(store, { until: BEGAN - DAY }),
  "the first day, oldest first": (store) => list(store, { until: BEGAN + DAY, oldest: true }),
  "the second gateway": (store) => list(store, { gateway: "b" }),
  "an unknown gateway": (store) => list(store, { gateway: "c" }),
  "the second gateway, failed": (store) => list(store, { gateway: "b", state: "failed" }),
  in: (store) => list(store, { way: "in" }),
  "out, failed": (store) => list(store, { way: "out", state: "failed" }),
  "who: writes often": (store) => list(store, { who: ["user1"] }),
  "who: wrote seldom": (store) => list(store, { who: ["few"] }),
  "who: wrote long ago": (store) => list(store, { who: ["gone"] }),
  "who: nobody": (store) => list(store, { who: ["nobody"] }),
  "who: writes often, failed": (store) => list(store, { who: ["user1"], state: "failed" }),
  "who: writes often, queued": (store) => list(store, { who: ["user1"], state: "queued", oldest: true }),
  "text: common": (store) => list(store, { text: "BACKUP" }),
  "text: rare": (store) => list(store, { text: "db777 " }),
  "text: nowhere": (store) => list(store, { text: "nowhere" }),
  "text: nowhere, of a number": (store) => list(store, { text: "nowhere", number: phoneOf(11) }),
  "text: nowhere, failed": (store) => list(store, { text: "nowhere", state: "failed" }),
  "conversations, all": (store) => store.conversations(null, null, 50),
  "conversations, all, far back": (store) => store.conversations(null, { active: middle, thread: 1 }, 50),
  "conversations: writes often": (store) => store.conversations(["user1"], null, 50),
  "conversations: wrote seldom": (store) => store.conversations(["few"], null, 50),
  "conversations: wrote long ago": (store) => store.conversations(["gone"], null, 50),
  "a conversation": (store) => store.conversation(17, null, 50),
  "takes part": (store) => store.takesPart(17, ["user1"]),
  history: (store, { middle: id }) => store.history(id),
  "figures of a day": (store) => store.figures(middle, middle + DAY),
  "figures of all days": (store) => store.figures(BEGAN, END),
};

const list = (store: Store, query: Partial<MessageQuery>): Promise<unknown> =>
  store.list({ limit: 50, ...texts, ...query });

interface Ids {
  readonly last: number;
  readonly middle: number;
}

async function timed(work: () => Promise<unknown>): Promise<{ readonly ms: number; readonly rows: number }> {
  const began = performance.now();
  const found = await work();
  return { ms: performance.now() - began, rows: Array.isArray(found) ? found.length : 1 };
}

const [count = "1000000", given] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "simpost-bench-"));
const path = given ?? join(folder, "store.db");
const round = (ms: number): number => Math.round(ms * 10) / 10;
try {
  if (!existsSync(path)) await fill(path, Number(count));
  const look = openSqlite(path, { readOnly: true });
  const last = (await look.list({ limit: 1 }))[0]?.delivery.id ?? 0;
  const ids = { last, middle: last - Math.floor(Number(count) / 2) };
  await look.close();
  const figures: Record<string, object> = {};
  for (const [name, ask] of Object.entries(questions)) {
    const store = openSqlite(path, { readOnly: true });
    const first = await timed(() => ask(store, ids));
    const more: number[] = [];
    for (let n = 0; n < TIMES; n++) more.push((await timed(() => ask(store, ids))).ms);
    await store.close();
    const median = more.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0;
    figures[name] = { ms: round(median), firstMs: round(first.ms), rows: first.rows };
  }
  console.log(
    JSON.stringify({ count: Number(count), fileMiB: Math.round(statSync(path).size / 2 ** 20), figures }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
