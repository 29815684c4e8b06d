// What the words after `simpost gateway NAME` work with, and how they print.
import type { Gateway, Row } from "../bridge/ports/gateway.ts";
import type { FilterMeans } from "./filter.ts";
import { EXIT, type Io, say, sayJson, type Usage } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import { columnsOf, table } from "./table.ts";

export interface GatewayMeans extends FilterMeans {
  readonly gateway: Gateway;
  /** How long a USSD answer is waited for, milliseconds. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly io: Io;
}

/** A table for people, or one JSON object a line. */
export function show(io: Io, line: Line, rows: readonly Row[]): number {
  if (line.has("json")) for (const row of rows) sayJson(io.stdout, row);
  else if (rows.length === 0) say(io.stderr, "nothing there");
  else say(io.stdout, table(columnsOf(rows), rows));
  return EXIT.ok;
}

/** The device has nothing for it. */
export function cant({ gateway, io }: GatewayMeans, what: string): number {
  say(io.stderr, `simpost: ${gateway.name} can't ${what}: its interface has nothing for it`);
  return EXIT.failed;
}

export const wrong = (what: string): Usage => misused("gateway", what);
