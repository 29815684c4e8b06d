// Plain aligned tables for people.

export type Cell = string | number | boolean | null | undefined;

/** What stands between two columns. */
const GAP = "  ";
/** A cell is cut to this many characters. */
const WIDEST = 80;

/**
 * Lines of a table with a heading: numbers to the right, everything else to the left, nothing after the last column.
 * Cells may come from strangers: control characters, which a terminal would obey, become blanks.
 */
export function table(columns: readonly string[], rows: readonly Readonly<Record<string, Cell>>[]): string {
  const cells = rows.map((row) => columns.map((column) => spelled(row[column])));
  const right = columns.map((column) => rows.length > 0 && rows.every((row) => isNumeric(row[column])));
  const widths = columns.map((column, index) =>
    Math.max(width(column), ...cells.map((row) => width(row[index] ?? ""))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => {
        const blanks = " ".repeat((widths[index] ?? 0) - width(text));
        return right[index] ? blanks + text : text + blanks;
      })
      .join(GAP)
      .trimEnd();
  return [columns.map((column) => column.toUpperCase()), ...cells].map(line).join("\n");
}

/** All keys of all rows, in the order in which they appear. */
export const columnsOf = (rows: readonly Readonly<Record<string, Cell>>[]): readonly string[] => [
  ...new Set(rows.flatMap((row) => Object.keys(row))),
];

/** Text that a terminal shows and does not obey, on one line. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ");

function spelled(cell: Cell): string {
  if (cell === null || cell === undefined || cell === "") return "-";
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  const text = printable(String(cell));
  return width(text) > WIDEST
    ? `${Array.from(text)
        .slice(0, WIDEST - 1)
        .join("")}…`
    : text;
}

const isNumeric = (cell: Cell): boolean => typeof cell === "number" || cell === null || cell === undefined;
const width = (text: string): number => Array.from(text).length;
