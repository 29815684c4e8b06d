// Turns the benchmark's lines into the tables of README.md: node bench/table.ts < results.jsonl
import { text } from "node:stream/consumers";
import type { Target } from "./case.ts";

interface Summary {
  readonly at: string;
  readonly commit: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly targets: readonly Target[];
}

type Row = Readonly<Record<string, unknown>>;

const cell = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(cell).join(" to ");
  if (typeof value === "number") return value.toLocaleString("en-US");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, own]) => `${name} ${cell(own)}`)
      .join(", ");
  return typeof value === "string" ? value : typeof value === "boolean" ? String(value) : "";
};

const withoutCase = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([column]) => column !== "case"));

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Rows that have the same columns, as one table. */
function table(title: string, rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [
    `### ${title}`,
    "",
    line(columns),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map((column) => cell(row[column])))),
    "",
  ].join("\n");
}

const lines = (await text(process.stdin))
  .split("\n")
  .filter((one) => one.startsWith("{"))
  .map((one) => JSON.parse(one) as Row & { readonly case: string });
const last = lines.findLast((one) => one.case === "summary") as (Row & Summary) | undefined;
if (!last) throw new Error("no summary among the lines");
const { machine } = last;
const where = `${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}`;
console.log(
  `Taken ${last.at.slice(0, 10)} at ${last.commit} on ${where}; load before: ${cell(machine.loadBefore)}.\n`,
);
console.log(
  table(
    "Aims",
    last.targets.map(({ what, figure, aim, met }) => ({ what, figure, aim, met: met ? "yes" : "**no**" })),
  ),
);
for (const [name, own] of Map.groupBy(lines, (one) => one.case)) {
  if (name === "summary") continue;
  if (name !== "store") console.log(table(name, own.map(withoutCase)));
  else for (const { figures } of own) console.log(table(name, Array.isArray(figures) ? figures : []));
}
