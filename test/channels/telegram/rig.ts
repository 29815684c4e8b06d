// What tests of the Telegram channel stand on: a simulated Telegram over HTTP, a real store, a clock in a hurry.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "../../../src/bridge/ports/store.ts";
import type { Clock } from "../../../src/bridge/ports/system.ts";
import { type ClosableBot, createBot } from "../../../src/channels/telegram/bot.ts";
import type { TelegramOptions } from "../../../src/channels/telegram/parts.ts";
import { createPlaces } from "../../../src/channels/telegram/places.ts";
import { type BotApi, type BotApiOptions, createBotApi } from "../../../src/demo/telegram/botapi.ts";
import { systemClock } from "../../../src/operation/clock.ts";
import { openSqlite } from "../../../src/stores/sqlite/store.ts";
import { FakeDesk } from "../../support/desk.ts";
import { MemoryLog } from "../../support/log.ts";

export const TOKEN = "4242:secret-Token_1";
export const ANA = 1001;
export const PHONE = "+4915112345678";
export const LANE = { gateway: "office", port: 0 } as const;

/** Real time, so many times as fast: the network stays real, the pauses of the house are short. */
export function hurried(speed: number): Clock {
  const began = systemClock.now();
  return {
    now: () => began + Math.round((systemClock.now() - began) * speed),
    wait: (ms, signal) => systemClock.wait(ms / speed, signal),
  };
}

export interface Rig {
  readonly api: BotApi;
  readonly ana: ReturnType<BotApi["person"]>;
  readonly store: Store;
  readonly log: MemoryLog;
  readonly desk: FakeDesk;
  readonly options: TelegramOptions;
  readonly bot: ClosableBot;
  readonly places: ReturnType<typeof createPlaces>;
  /** The same store, opened again, as after a crash. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

/** With Ana (1001), a user who has begun to talk with the bot, and nothing that waits. */
export async function makeRig(
  over: Partial<TelegramOptions> = {},
  telegram: Partial<BotApiOptions> = {},
): Promise<Rig> {
  const api = await createBotApi({ token: TOKEN, ...telegram });
  const ana = api.person({ id: ANA, first_name: "Ana", language_code: "de" });
  ana.startsBot();
  api.updates.drop();
  const folder = mkdtempSync(join(tmpdir(), "simpost-telegram-"));
  let store = openSqlite(join(folder, "simpost.db"));
  const log = new MemoryLog();
  const desk = new FakeDesk();
  desk.users.set(`telegram:${ANA}`, "ana");
  const options: TelegramOptions = {
    name: "telegram",
    token: TOKEN,
    apiRoot: api.url,
    webhook: null,
    reactions: { accepted: "👀", sent: "👌", delivered: "👍", failed: "👎" },
    askOver: 3,
    language: "en",
    languages: new Map(),
    region: "DE",
    users: ["ana"],
    sims: [],
    ledger: store,
    node: "test",
    clock: hurried(100),
    log,
    meter: { moved() {}, heard() {}, request() {} },
    random: () => 0.5,
    fault: () => {},
    ...over,
  };
  const bot = createBot(options);
  const places = createPlaces({
    options,
    bot,
    me: () => bot.call("getMe", undefined),
    isPlace: (address) => desk.isPlace({ via: "telegram", address }),
  });
  return {
    api,
    ana,
    get store() {
      return store;
    },
    log,
    desk,
    options,
    bot,
    places,
    async reopen() {
      await store.close();
      store = openSqlite(join(folder, "simpost.db"));
      return store;
    },
    async close() {
      await bot.close();
      await api.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs `act` with a rig, and clears up. */
export async function withRig(
  act: (rig: Rig) => Promise<void>,
  over: Partial<TelegramOptions> = {},
  telegram: Partial<BotApiOptions> = {},
): Promise<void> {
  const rig = await makeRig(over, telegram);
  try {
    await act(rig);
  } finally {
    await rig.close();
  }
}

/** What `work` rejects with. */
export const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => error,
  );

/** The store's ledger, with some verbs in another's place. */
export const ledgerWith = (
  store: TelegramOptions["ledger"],
  over: Partial<TelegramOptions["ledger"]>,
): TelegramOptions["ledger"] => ({
  keepUpdates: (via, all) => store.keepUpdates(via, all),
  updates: (via, limit) => store.updates(via, limit),
  handled: (via, n) => store.handled(via, n),
  note: (via, all) => store.note(via, all),
  notes: (via, prefix) => store.notes(via, prefix),
  lease: (name, node, until, now) => store.lease(name, node, until, now),
  ...over,
});
