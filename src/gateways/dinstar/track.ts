// The driver's handle on a text: what the device said of it, kept by the bridge between requests.
import { int, str } from "./parse.ts";

/** All optional: an older or foreign handle reads as an empty one. */
export interface Track {
  /** task_id of send_sms: for stop_sms. */
  readonly task?: number;
  /** Of query_sms_result: where its delivery reports will be found. */
  readonly port?: number;
  readonly ref?: number;
  /** SMS parts, as the device counted them. */
  readonly count?: number;
  /** The device's own time of sending, as it wrote it. */
  readonly time?: string;
}

export const writeTrack = (track: Track): string => JSON.stringify(track);

export function readTrack(text: string | null): Track {
  if (text === null) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== "object" || value === null) return {};
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const track: { -readonly [key in keyof Track]: Track[key] } = {};
  for (const key of ["task", "port", "ref", "count"] as const) {
    const number = int(fields[key]);
    if (number !== undefined) track[key] = number;
  }
  const time = str(fields.time);
  if (time !== undefined) track.time = time;
  return track;
}
