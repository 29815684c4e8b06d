// How the bot's line to Telegram is doing: each trouble is logged once, in plain words, and has its own pause.
import { Refused, type TelegramOptions } from "./parts.ts";

/** Milliseconds. A Telegram that is down is looked at again after one second, then ever more seldom. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** A token that is refused is refused for long, milliseconds. */
const LOGIN_PAUSE = 3 * 60_000;
/** Two that fetch with one token end each other's requests, milliseconds. */
const CONFLICT_PAUSE = 30_000;
/** A conflict is over when there was none for this long, milliseconds. */
const CONFLICT_OVER = 3 * CONFLICT_PAUSE;

type Trouble = "down" | "login" | "conflict" | "store";

export interface Health {
  /** Telegram answered as it should, and the store took it. */
  up(): void;
  /** Nothing is wrong that the next answer could clear up. */
  well(): boolean;
  /** Something failed; returns how long to wait before trying again, milliseconds. */
  failed(error: unknown): number;
}

export function createHealth({
  name,
  clock,
  log,
  random,
}: Pick<TelegramOptions, "name" | "clock" | "log" | "random">): Health {
  let trouble: Trouble | "new" | null = "new";
  let failures = 0;
  let conflictAt = Number.NEGATIVE_INFINITY;

  const enter = (next: Trouble, tell: () => void): void => {
    if (trouble !== next) tell();
    trouble = next;
  };
  const growing = (): number => {
    failures += 1;
    return pauseAfter(failures, random());
  };

  return {
    well: () => trouble === null || trouble === "conflict",

    up() {
      failures = 0;
      // The other one is let in between our requests: it is not gone because one went well.
      if (trouble === "conflict" && clock.now() < conflictAt + CONFLICT_OVER) return;
      if (trouble === "store") log.info("store recovered", { via: name });
      else if (trouble !== null) log.info("bot up", { via: name });
      trouble = null;
    },

    failed(error) {
      if (!(error instanceof Refused)) {
        enter("store", () => log.error("store failing", { via: name, error }));
        return growing();
      }
      const fields = { via: name, error: error.message };
      if (error.kind === "login") {
        enter("login", () =>
          log.error("bot login refused", {
            ...fields,
            problem: "Telegram does not know this token: look at the bot's token in the config",
          }),
        );
        return jitter(LOGIN_PAUSE, random());
      }
      if (error.kind === "conflict") {
        conflictAt = clock.now();
        enter("conflict", () =>
          log.error("bot conflict", {
            ...fields,
            problem: "another program fetches this bot's updates: stop it, or give it another bot",
          }),
        );
        return jitter(CONFLICT_PAUSE, random());
      }
      if (error.kind === "flood") return error.retryAfter ?? FIRST_PAUSE;
      enter("down", () => log.warn("bot down", fields));
      return growing();
    },
  };
}

/** Before the next try after so many failures in a row, 1 or more, milliseconds: growing up to a minute. `random`: 0 .. 1. */
export const pauseAfter = (failures: number, random: number): number =>
  jitter(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures - 1, 10)), random);

/** Within a fifth of `ms`, so that many never march in step; `random`: 0 .. 1. */
const jitter = (ms: number, random: number): number => Math.round(ms * (0.8 + 0.4 * random));
