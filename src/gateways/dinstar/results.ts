// query_sms_result (section 3): what the device says of texts it was given, found by the user_id that we gave them.
import type { Report, Submitted } from "../../bridge/ports/gateway.ts";
import type { Api } from "./api.ts";
import { chunks } from "./chunks.ts";
import { ask, type Conditions } from "./conditions.ts";
import { createQuery } from "./filters.ts";
import { FULL_PAGE } from "./limits.ts";
import { type Fields, int, rows, str } from "./parse.ts";
import { samePhone } from "./phones.ts";
import { readTrack, writeTrack } from "./track.ts";

const PATH = "/api/query_sms_result";

export interface Results {
  /** The newest record of each text, by its id. */
  readonly records: ReadonlyMap<number, Fields>;
  /** What is not listed is not there: the answer was neither cut nor near the size at which devices cut. */
  readonly whole: boolean;
}

/** What became of these texts, at most MAX_QUERIED. Throws as `Api.read`. */
export type ResultQuery = (texts: readonly Submitted[], signal: AbortSignal) => Promise<Results>;

export function createResultQuery(api: Api, dial: (phone: string) => string): ResultQuery {
  const query = createQuery<readonly Submitted[]>(api, PATH, [
    (texts) => ({ user_id: texts.map(({ id }) => id) }),
    (texts) => ({ number: [...new Set(texts.map(({ number }) => dial(number)))] }),
    () => ({}),
  ]);
  return async (texts, signal) => {
    const reply = await query(texts, signal);
    const wanted = new Map(texts.map((text) => [text.id, text]));
    const records = new Map<number, Fields>();
    for (const row of rows(reply.fields, "result")) {
      const text = wanted.get(int(row.user_id) ?? -1);
      if (!text || !isTo(row, text.number)) continue;
      const before = records.get(text.id);
      if (!before || (str(row.time) ?? "") >= (str(before.time) ?? "")) records.set(text.id, row);
    }
    return { records, whole: !reply.cut && reply.body.length < FULL_PAGE };
  };
}

/** A record with another number is of a text from an earlier life, before our numbers began anew. */
function isTo(row: Fields, phone: string): boolean {
  const number = str(row.number) ?? "";
  return number === "" || samePhone(number, phone);
}

/** All that the device lists, or what it lists under these user ids, as far as it meets the conditions. Rows as they are. */
export async function listResults(
  api: Api,
  ids: readonly number[],
  conditions: Conditions,
  signal: AbortSignal,
): Promise<readonly Fields[]> {
  const found: Fields[] = [];
  for (const some of ids.length === 0 ? [undefined] : chunks(ids)) {
    const own = some === undefined ? {} : { user_id: some };
    const reply = await ask(api, PATH, [{ ...own, ...conditions.body }, own, {}], signal);
    found.push(
      ...rows(reply.fields, "result").filter(
        (row) => (some?.includes(int(row.user_id) ?? -1) ?? true) && conditions.keeps(row),
      ),
    );
  }
  return found;
}

/** The report that a record of query_sms_result amounts to; undefined for a status that is not in section 3.3. */
export function reportOf(text: Submitted, row: Fields): Report | undefined {
  const port = int(row.port);
  const ref = int(row.ref_id);
  const count = int(row.count);
  const time = str(row.time);
  const track = writeTrack({
    ...readTrack(text.track),
    ...(port === undefined ? {} : { port }),
    ...(ref === undefined ? {} : { ref }),
    ...(count === undefined ? {} : { count }),
    ...(time === undefined ? {} : { time }),
  });
  const known = { id: text.id, track, ...(port === undefined ? {} : { port }) };
  switch ((str(row.status) ?? "").trim().toUpperCase()) {
    case "SENDING":
      return { ...known, outcome: "waiting" };
    case "SENT_OK":
      return { ...known, outcome: "sent" };
    case "DELIVERED":
      return { ...known, outcome: "delivered" };
    case "FAILED":
      return { ...known, outcome: "failed", detail: failure(row) };
    default:
      return undefined;
  }
}

function failure(row: Fields): string {
  const sent = int(row.succ_count);
  const count = int(row.count);
  if (count === undefined || count < 2 || sent === undefined) return "FAILED";
  return `FAILED, ${sent} of ${count} parts were sent`;
}
