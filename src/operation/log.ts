// The log: one JSON object a line on standard output. What must not be logged is taken out here, whoever logs it.
import { type DestinationStream, type Level, type Logger, pino } from "pino";
import type { LogEvent } from "../bridge/log.ts";
import type { Log } from "../bridge/ports/system.ts";
import { createCleaner } from "./clean.ts";
import { Output } from "./output.ts";

export interface LogOptions {
  readonly level: LogLevel;
  /** `masked`: phone numbers show only what `mask` leaves of them. */
  readonly numbers: "masked" | "full";
  /** Masks one phone number. */
  readonly mask: (number: string) => string;
  /** Where lines go; default: standard output, written in the background. */
  readonly to?: DestinationStream;
}

/** The lowest level that is written. */
export type LogLevel = "info" | "warn" | "error" | "silent";

export interface OperationLog extends Log {
  /** Takes new settings, at a reload. */
  set(options: Pick<LogOptions, "level" | "numbers">): void;
  /** Resolves when what still waits is written, within a second. Await it before the process exits. */
  flush(): Promise<void>;
}

/** Makes the log. */
export function createLog(options: LogOptions): OperationLog {
  const out = options.to === undefined ? new Output(process.stdout) : undefined;
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: "event",
      timestamp: time,
      formatters: { level: (level) => ({ level }) },
    },
    options.to ?? out,
  );
  let clean = createCleaner(options);
  const write = (level: Level) => (event: LogEvent, fields?: Readonly<Record<string, unknown>>) => {
    if (!logger.isLevelEnabled(level)) return;
    emit(logger, level, event, fields && clean(fields));
  };
  return {
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    set({ level, numbers }) {
      logger.level = level;
      clean = createCleaner({ ...options, numbers });
    },
    flush: () => out?.flush() ?? Promise.resolve(),
  };
}

let second = 0;
let beginning = "";

/** Now, as pino wants it: ISO 8601. Only the milliseconds are new from one line to the next. */
function time(): string {
  const now = Date.now();
  const whole = Math.floor(now / 1_000);
  if (whole !== second) beginning = `,"time":"${new Date(now).toISOString().slice(0, -"000Z".length)}`;
  second = whole;
  return `${beginning}${String(now % 1_000).padStart(3, "0")}Z"`;
}

function emit(logger: Logger, level: Level, event: LogEvent, fields: object | undefined): void {
  if (fields) logger[level](fields, event);
  else logger[level](event);
}
