// The Telegram channel: a chat with a phone, from a bot. In is intake.ts and handle/, out is out.ts, how texts fare is marks.ts.
import type { UserFromGetMe } from "grammy/types";
import { SendError } from "../../bridge/errors.ts";
import type { Channel } from "../../bridge/ports/channel.ts";
import type { Desk } from "../../bridge/ports/desk.ts";
import { speak } from "../../words/index.ts";
import { createBot } from "./bot.ts";
import { createGreeting } from "./greeting.ts";
import { createHandle } from "./handle/index.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createMarks } from "./marks.ts";
import { CONCURRENCY, createOut } from "./out.ts";
import type { Handle, Marks, TelegramOptions } from "./parts.ts";
import { createPlaces } from "./places.ts";

export type { TelegramOptions } from "./parts.ts";

export interface TelegramChannel extends Channel {
  /** Takes an update that Telegram brings; null: updates are fetched. Resolves with the HTTP status to answer. */
  readonly webhook: { handle(secret: string | null, body: string): Promise<number> } | null;
  /** Who the bot is; null: Telegram has not been reached yet. */
  me(): UserFromGetMe | null;
}

/** What there is from `start` on. */
interface Open {
  readonly out: Pick<Channel, "send" | "stop">;
  readonly marks: Marks;
  readonly intake: Intake;
  readonly work: Promise<unknown>;
}

/** Throws Error for options that can't work: an API root that is no URL. */
export function createTelegram(options: TelegramOptions): TelegramChannel {
  const bot = createBot(options);
  const greeting = createGreeting(options, bot);
  const closing = new AbortController();
  const opened = Promise.withResolvers<Open>();
  let open: Open | null = null;

  async function begin(desk: Desk, handling: (parts: Parts) => Handle): Promise<Open> {
    const places = createPlaces({
      options,
      bot,
      me: greeting.know,
      isPlace: (address) => desk.isPlace({ via: options.name, address }),
    });
    const marks = createMarks({ options, bot, places, desk });
    await places.load();
    await marks.load();
    const handle = handling({ places, marks });
    const intake = createIntake({ options, bot, handle, greet: greeting.greet });
    const out = createOut({ options, bot, places, desk });
    const work = Promise.all([intake.run(closing.signal), marks.run(closing.signal)]);
    return { out, marks, intake, work };
  }

  return {
    name: options.name,
    concurrency: CONCURRENCY,
    me: greeting.me,

    async start(inbox, desk) {
      open = await begin(desk, (parts) =>
        createHandle({ options, bot, inbox, desk, me: greeting.me, words: speak, ...parts }),
      );
      opened.resolve(open);
    },

    async send(post, signal) {
      // What waited in the store may be claimed before all channels have started.
      const { out } = open ?? (await orAborted(opened.promise, AbortSignal.any([signal, closing.signal])));
      return out.send(post, signal);
    },

    moved: (delivery) => open?.marks.moved(delivery),

    async stop() {
      closing.abort();
      await open?.work;
      await open?.out.stop();
      await bot.close();
    },

    webhook: options.webhook && {
      handle: (secret, body) => open?.intake.webhook?.handle(secret, body) ?? Promise.resolve(503),
    },
  };
}

type Parts = Pick<Parameters<typeof createHandle>[0], "places" | "marks">;

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const stop = (): void =>
    aborted.reject(new SendError("temporary", "the bot is not started", { scope: "message" }));
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
