// A log that remembers, for tests that assert what the operator is told.
import type { LogEvent } from "../../src/bridge/log.ts";
import type { Log } from "../../src/bridge/ports/system.ts";

export interface Line {
  readonly level: "info" | "warn" | "error";
  readonly event: LogEvent;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class MemoryLog implements Log {
  readonly lines: Line[] = [];

  info(event: LogEvent, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: "info", event, fields });
  }

  warn(event: LogEvent, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: "warn", event, fields });
  }

  error(event: LogEvent, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push({ level: "error", event, fields });
  }

  of(event: LogEvent): Line[] {
    return this.lines.filter((line) => line.event === event);
  }
}
