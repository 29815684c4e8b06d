// What `simpost gateway NAME clear` is asked to delete, read and told.
import type { Clear } from "../bridge/ports/gateway.ts";
import { type FilterMeans, listed, readFilter, tellFilter } from "./filter.ts";
import { type Line, misused } from "./parse.ts";

const BOXES = ["inbox", "outbox", "both", "ussd"] as const;

/** Throws Usage unless it says what to delete: a box, and either conditions or `--all`. */
export function readClear(words: readonly string[], line: Line, means: FilterMeans): Clear {
  const box = BOXES.find((name) => name === words[0]);
  if (!box || words.length > 1) throw misused("gateway", `clear wants one of ${BOXES.join(", ")}`);
  const records = listed(line, "record").map((record) => {
    if (!/^\d{1,9}$/.test(record)) throw misused("gateway", `"${record}" is no record: records are numbers`);
    return Number(record);
  });
  const conditions = {
    ...readFilter(line, means),
    ...(records.length > 0 ? { records } : {}),
  };
  if (records.length > 0 && (box !== "ussd" || conditions.ports === undefined))
    throw misused("gateway", "--record is for clear ussd --port P: records are counted by port");
  const some = Object.keys(conditions).length > 0;
  if (line.has("all") === some) {
    throw misused(
      "gateway",
      some
        ? "--all leaves no room for conditions"
        : "say what to delete: --port, --number, --since, --until, or --all",
    );
  }
  return line.has("all") ? { box, all: true } : { box, ...conditions };
}

/** In words, for the question before. */
export function tellClear(what: Clear): string {
  const box = what.box === "both" ? "inbox and outbox" : what.box;
  if (what.all) return `everything in ${box}`;
  const records = what.records ? `, record ${what.records.join(", ")}` : "";
  return `${box}, ${tellFilter(what)}${records}`;
}
