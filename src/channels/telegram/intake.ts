// Updates on their way in: fetched or brought, on disk first, then confirmed to Telegram, then handled.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Update } from "grammy/types";
import { createHands } from "./hands.ts";
import { createHealth } from "./health.ts";
import { whileLeased } from "./lease.ts";
import { type Bot, type Handle, Refused, type TelegramOptions } from "./parts.ts";
import { ALLOWED, isUpdate } from "./update.ts";

export interface IntakeMeans {
  readonly options: TelegramOptions;
  readonly bot: Bot;
  readonly handle: Handle;
  /** What is to be done when Telegram is first reached. Throws Refused: it is done again later. */
  readonly greet: (signal: AbortSignal) => Promise<void>;
}

export interface Intake {
  /** Takes updates in and has them handled until `signal` aborts. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Null: updates are fetched. Resolves with the HTTP status: 200 only once the update is on disk. Never rejects. */
  readonly webhook: { handle(secret: string | null, body: string): Promise<number> } | null;
}

/** How long Telegram holds a request for updates when there are none, seconds. */
const POLL = 50;
/** Updates in one answer (getUpdates, `limit`). */
const BATCH = 100;
/** Whether Telegram still knows the webhook is looked at this often, milliseconds. */
const WEBHOOK_LOOK = 5 * 60_000;

export function createIntake({ options, bot, handle, greet }: IntakeMeans): Intake {
  const { name: via, ledger, clock, log, fault } = options;
  const hands = createHands({ options, handle });
  let running = false;
  let failing = false;

  /** On disk when it resolves. */
  const keep = async (updates: readonly Update[]): Promise<void> => {
    if (updates.length === 0) return;
    const at = clock.now();
    fault("before updates");
    await ledger.keepUpdates(
      via,
      updates.map((update) => ({ n: update.update_id, body: JSON.stringify(update), at })),
    );
    fault("after updates");
    hands.wake();
  };

  async function fetchAll(signal: AbortSignal): Promise<void> {
    const health = createHealth(options);
    let greeted = false;
    let unhooked = false;
    /** Behind the last update that is on disk. Left out once Telegram has heard it: after a week's silence the numbers may begin lower. */
    let offset: number | undefined;
    while (!signal.aborted) {
      try {
        if (!greeted) {
          await greet(signal);
          greeted = true;
          health.up();
        }
        const updates = await bot.call(
          "getUpdates",
          {
            limit: BATCH,
            // After a trouble the first answer is to come at once: it says that all is well again.
            timeout: health.well() ? POLL : 0,
            allowed_updates: ALLOWED,
            ...(offset === undefined ? {} : { offset }),
          },
          signal,
        );
        await keep(updates);
        health.up();
        unhooked = false;
        const last = updates.at(-1);
        offset = last && last.update_id + 1;
      } catch (error) {
        if (signal.aborted) return;
        if (!unhooked && isHooked(error)) {
          unhooked = true;
          await bot.call("deleteWebhook", { drop_pending_updates: false }, signal).catch(() => false);
          continue;
        }
        await clock.wait(health.failed(error), signal);
      }
    }
  }

  /** Tells Telegram where to bring updates, and sees to it that this stays so. */
  async function keepHook(url: string, secret: string, signal: AbortSignal): Promise<void> {
    const health = createHealth(options);
    let greeted = false;
    let set = false;
    /** What Telegram said last of its own failures, Unix seconds. */
    let told = 0;
    while (!signal.aborted) {
      try {
        if (!greeted) await greet(signal);
        greeted = true;
        const hook = set ? await bot.call("getWebhookInfo", undefined, signal) : null;
        const failedAt = hook?.last_error_date ?? 0;
        if (hook && hook.pending_update_count > 0 && failedAt > told) {
          told = failedAt;
          log.warn("channel failing", { via, problem: HOOK_FAILS, error: hook.last_error_message });
        }
        if (hook?.url !== url) {
          if (hook) log.error("bot conflict", { via, problem: HOOK_TAKEN });
          await bot.call("setWebhook", { url, secret_token: secret, allowed_updates: ALLOWED }, signal);
          set = true;
        }
        health.up();
        await clock.wait(WEBHOOK_LOOK, signal);
      } catch (error) {
        if (signal.aborted) return;
        await clock.wait(health.failed(error), signal);
      }
    }
  }

  const { webhook } = options;
  return {
    async run(signal) {
      running = true;
      const stop = (): void => {
        running = false;
      };
      signal.addEventListener("abort", stop, { once: true });
      await whileLeased(options, signal, async (ours) => {
        const coming = webhook ? keepHook(webhook.url, webhook.secret, ours) : fetchAll(ours);
        await Promise.all([coming, hands.run(ours)]);
      });
    },

    webhook: webhook && {
      async handle(secret, body) {
        if (secret === null || !isSecret(secret, webhook.secret)) return 401;
        if (!running) return 503;
        let update: unknown;
        try {
          update = JSON.parse(body);
        } catch {
          return 400;
        }
        if (!isUpdate(update)) return 400;
        try {
          await keep([update]);
          failing = false;
          return 200;
        } catch (error) {
          if (!failing) log.error("store failing", { via, error });
          failing = true;
          return 503;
        }
      },
    },
  };
}

const HOOK_TAKEN =
  "another program took this bot's webhook or fetches its updates: stop it, or give it another bot";

const HOOK_FAILS =
  "Telegram can't bring updates to the webhook: look at its URL, its certificate, and what stands before it";

/** Fetching is refused while a webhook is set: an earlier configuration's, as a rule. */
const isHooked = (error: unknown): boolean =>
  error instanceof Refused && error.kind === "conflict" && /webhook/i.test(error.message);

/** In a time that says nothing of how much is right. */
function isSecret(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
