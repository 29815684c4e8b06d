// Did doubtful texts arrive after all? Asked of the device's queue first, then of its results. Sends nothing.
import type { Report, Submitted } from "../../bridge/ports/gateway.ts";
import type { Api } from "./api.ts";
import { chunks } from "./chunks.ts";
import { MAX_QUERIED } from "./limits.ts";
import { int } from "./parse.ts";
import { type ResultQuery, reportOf } from "./results.ts";

/** How many texts wait in the device (section 5); undefined: it does not say. */
export async function queued(api: Api, signal: AbortSignal): Promise<number | undefined> {
  return int((await api.read("/api/query_sms_in_queue", signal)).fields.in_queue);
}

/**
 * A text that is listed has arrived. One that is not listed is `absent` only if all of this holds: the queue was seen empty first (a text that waits
 * may not show in the results), the list was whole, and the device has not forgotten: it lists the witness, or there is none and it was never out of reach.
 */
export async function inquire(
  api: Api,
  results: ResultQuery,
  unsure: readonly Submitted[],
  context: { readonly witness: Submitted | null; readonly steady: boolean },
  signal: AbortSignal,
): Promise<readonly Report[]> {
  const { witness, steady } = context;
  const waiting = await queued(api, signal);
  const reports: Report[] = [];
  for (const some of chunks(unsure, MAX_QUERIED - 1)) {
    const { records, whole } = await results(witness ? [...some, witness] : some, signal);
    const remembers = witness ? records.has(witness.id) : steady;
    for (const text of some) {
      const row = records.get(text.id);
      const found = row && reportOf(text, row);
      if (found) reports.push(found);
      else if (row) reports.push({ id: text.id, outcome: "waiting", detail: `status ${String(row.status)}` });
      else if (waiting !== 0)
        reports.push({ id: text.id, outcome: "unknown", detail: "texts wait in the gateway's queue" });
      else if (!whole)
        reports.push({ id: text.id, outcome: "unknown", detail: "the gateway's list is not whole" });
      else if (!remembers)
        reports.push({ id: text.id, outcome: "unknown", detail: "the gateway may have forgotten" });
      else reports.push({ id: text.id, outcome: "absent" });
    }
  }
  return reports;
}
