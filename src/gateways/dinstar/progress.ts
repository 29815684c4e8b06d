// What became of texts that the device took: results first, then the handsets' reports.
import type { Report, Submitted } from "../../bridge/ports/gateway.ts";
import { chunks } from "./chunks.ts";
import type { ReceiptQuery } from "./receipts.ts";
import { type ResultQuery, reportOf } from "./results.ts";

/**
 * A text without its delivery report for this long is also looked up in the results, milliseconds: some firmware shows DELIVERED only there, and
 * a report whose time is that of its coming is found only there.
 */
const SECOND_OPINION = 60_000;

/** Few requests for many texts: 32 in each. */
export async function progress(
  results: ResultQuery,
  receipts: ReceiptQuery,
  open: readonly Submitted[],
  now: number,
  signal: AbortSignal,
): Promise<readonly Report[]> {
  const reports: Report[] = [];
  const sent = open.filter(({ state }) => state === "sent");
  const settled = new Set<number>();
  for (const some of chunks(sent)) {
    const found = await receipts(some, signal);
    for (const report of found) settled.add(report.id);
    reports.push(...found);
  }
  const asked = open.filter(
    ({ id, state, at }) => state !== "sent" || (!settled.has(id) && now - at >= SECOND_OPINION),
  );
  for (const some of chunks(asked)) {
    const { records } = await results(some, signal);
    for (const text of some) {
      const row = records.get(text.id);
      const report = row && reportOf(text, row);
      if (report && !(text.state === "sent" && isOld(report))) reports.push(report);
    }
  }
  return reports;
}

/** Of a text that was sent, only its end is news. */
const isOld = ({ outcome }: Report): boolean => outcome === "sent" || outcome === "waiting";
