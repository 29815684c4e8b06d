// Messages as a table for other programs: CSV (RFC 4180), streamed page by page as the reader takes it.
import type { Job } from "../../bridge/ports/archive.ts";
import type { Visit } from "../visit.ts";
import { isIn } from "./said.ts";
import { searchOf } from "./search.ts";

const PAGE = 500;
const HEAD = [
  "time",
  "way",
  "number",
  "name",
  "state",
  "text",
  "parts",
  "user",
  "gateway",
  "port",
  "error",
  "message",
];
/** Tells Excel that this is UTF-8. */
const MARK = "\uFEFF";

export function exportMessages(visit: Visit): Response {
  const { control, viewer } = visit;
  const search = searchOf(visit);
  const encoder = new TextEncoder();
  let before = search.before;
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode(MARK + lineOf(HEAD))),
      async pull(controller) {
        const from = before === undefined ? {} : { before };
        try {
          const jobs = await control.messages(viewer, { ...search, ...from, limit: PAGE });
          if (jobs.length > 0)
            controller.enqueue(encoder.encode(jobs.map((job) => lineOf(cellsOf(visit, job))).join("")));
          before = jobs.at(-1)?.delivery.id;
          if (jobs.length < PAGE) controller.close();
        } catch (error) {
          // Half of it is out already: the reader sees that it is not whole.
          visit.log.error("console failing", { path: visit.url.pathname, error });
          controller.error(error);
        }
      },
    },
    { highWaterMark: 1 },
  );
  const day = new Date(visit.now).toISOString().slice(0, 10);
  return new Response(body, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": `attachment; filename="simpost-${day}.csv"`,
    },
  });
}

function cellsOf({ control }: Visit, job: Job): readonly string[] {
  const { delivery, message, thread } = job;
  const incoming = isIn(job);
  const lane = delivery.lane ?? thread.lane;
  return [
    new Date(message.at).toISOString(),
    incoming ? "in" : "out",
    thread.phone,
    control.nameOf(thread.phone) ?? "",
    incoming ? "received" : delivery.state,
    incoming ? message.text : delivery.text,
    incoming ? "" : String(delivery.parts),
    message.user ?? "",
    lane?.gateway ?? "",
    lane?.port == null ? "" : String(lane.port),
    delivery.error ?? "",
    message.id,
  ];
}

const lineOf = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;

/** One cell. What a spreadsheet would take for a formula gets an apostrophe before it; a plain number with its + is none. */
export function csvCell(text: string): string {
  const harmless =
    /^\+\d+$/.test(text) || !/^[\s\p{Cf}\p{Cc}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u.test(text);
  const safe = harmless ? text : `'${text}`;
  return /[",\r\n';]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
