// `simpost backup`: a copy of the store in a file, beside the running daemon.
import type { Copies, Holding } from "../bridge/ports/copies.ts";
import { EXIT, type Io, say, sayJson } from "./io.ts";
import type { Line } from "./parse.ts";
import { progressLine } from "./progress.ts";

export interface BackupMeans {
  readonly copies: Pick<Copies, "save">;
  /** The store's place. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** Makes the backup, and tells what is in it. */
export async function backupCommand(
  line: Line,
  { copies, path, signal }: BackupMeans,
  io: Io,
): Promise<number> {
  const [file = ""] = line.positionals;
  const shown = progressLine(io.stderr);
  const work = { progress: shown.show, signal };
  const holding = await copies.save(path, file, line.has("force"), work).finally(shown.end);
  if (line.has("json")) sayJson(io.stdout, { file, ...holdingRecord(holding) });
  else say(io.stdout, `${file}: ${tellHolding(holding)}; checked`);
  return EXIT.ok;
}

/** For programs. */
export const holdingRecord = ({ newest, ...rest }: Holding): Readonly<Record<string, unknown>> => ({
  ...rest,
  newest: newest === null ? null : new Date(newest).toISOString(),
});

/** In words. */
export function tellHolding({ schema, bytes, messages, conversations, deliveries, newest }: Holding): string {
  const { queued, sending, unsure } = deliveries;
  const waiting = queued + sending + unsure;
  const parts = [
    `${number(messages, "message", "messages")} in ${number(conversations, "conversation", "conversations")}`,
    ...(newest === null ? [] : [`the newest of ${moment(newest)}`]),
    ...(waiting === 0 ? [] : [`${waiting} still to leave`]),
    `schema ${schema}`,
    `${(bytes / 1e6).toFixed(1)} MB`,
  ];
  return parts.join(", ");
}

/** "1 text", "2 texts" */
export const number = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** "2026-11-22 18:00:12 UTC" */
const moment = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
