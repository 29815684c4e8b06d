// Moments and durations as people read them, in their language and this machine's time zone.
import type { Language } from "../words/languages.ts";

/** British English counts the hours to 24. */
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE" };

export interface Times {
  /** `14:05`. */
  clock(at: number): string;
  /** `Monday, 23 November 2026`. */
  day(at: number): string;
  /** The time today, else the day: what is short enough for a list. */
  short(at: number, now: number): string;
  /** `23 Nov 2026, 14:05:09`. */
  full(at: number): string;
  /** A moment in the form of a `datetime-local` field: `2026-11-23T14:05`. */
  local(at: number): string;
  /** The name of the time zone. */
  readonly zone: string;
}

const made = new Map<Language, Times>();

export function timesOf(language: Language): Times {
  const times = made.get(language) ?? make(LOCALES[language]);
  made.set(language, times);
  return times;
}

function make(locale: string): Times {
  const form = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const clock = form({ hour: "2-digit", minute: "2-digit" });
  const day = form({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const inYear = form({ day: "numeric", month: "short" });
  const other = form({ day: "2-digit", month: "2-digit", year: "numeric" });
  const full = form({ dateStyle: "medium", timeStyle: "medium" });
  const short = (at: number, now: number): string => {
    if (day.format(at) === day.format(now)) return clock.format(at);
    const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
    return (sameYear ? inYear : other).format(at);
  };
  return {
    clock: (at) => clock.format(at),
    day: (at) => day.format(at),
    short,
    full: (at) => full.format(at),
    local: (at) => {
      const date = new Date(at);
      return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    },
    zone: clock.resolvedOptions().timeZone,
  };
}
