// An intake at work in a test: what it handled, and when it has.
import type { Update } from "grammy/types";
import { createIntake, type Intake, type IntakeMeans } from "../../../src/channels/telegram/intake.ts";
import type { Handle } from "../../../src/channels/telegram/parts.ts";
import type { Rig } from "./rig.ts";

export interface Taking {
  readonly intake: Intake;
  /** Texts whose handling ended well, in that order. */
  readonly handled: string[];
  /** Resolves once `wanted` holds; looked at whenever something was handled. */
  until(wanted: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

export const textOf = (update: Update): string => update.message?.text ?? "";

/** Starts an intake. `handle`: what else is to happen with an update before it counts as handled. */
export function take(
  { options, bot }: Pick<Rig, "options" | "bot">,
  handle: Handle = async () => {},
  over: Partial<IntakeMeans> = {},
): Taking {
  const handled: string[] = [];
  const stop = new AbortController();
  const intake = createIntake({
    options,
    bot,
    greet: async (signal) => {
      await bot.call("getMe", undefined, signal);
    },
    handle: async (update, signal) => {
      await handle(update, signal);
      handled.push(textOf(update));
    },
    ...over,
  });
  const running = intake.run(stop.signal);
  return {
    intake,
    handled,
    until: (wanted) => until(wanted),
    async stop() {
      stop.abort();
      await running;
    },
  };
}

const PATIENCE = 10_000;

/** Resolves once `wanted` holds; looked at whenever the process has nothing else to do. Rejects after ten seconds. */
export async function until(wanted: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!wanted()) {
    if (performance.now() > end) throw new Error(`not within ${PATIENCE} ms: ${wanted.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
