// The config file as YAML: plain data, and where each piece of it stands.
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";

export type Path = readonly PropertyKey[];

/** Something wrong: where (a path into the data), and what. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

interface Spot {
  readonly line: number;
  readonly column: number;
}

export interface Source {
  readonly data: unknown;
  /** What is wrong with it as YAML; then `data` is not to be used. */
  readonly problems: readonly (Spot & { readonly message: string })[];
  /** Where a key (of a map), an item (of a list) or the nearest thing that holds it begins, counted from 1. */
  where(path: Path): Spot;
}

/** Reads YAML 1.2. Numbers that would not be written back as they stand (0151…, +49…, 1e3, 20 digits) stay text. */
export function readSource(yaml: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number): Spot => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems: (Spot & { readonly message: string })[] = document.errors.map((error) => ({
    ...at(error.pos[0]),
    message: advice(error.message),
  }));
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "number" && String(node.value) !== node.source)
        node.value = node.source ?? "";
    },
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = String(isScalar(key) ? key.value : key);
        if (seen.has(name)) problems.push({ ...at(start(key) ?? 0), message: `"${name}" is there twice` });
        seen.add(name);
      }
    },
    Alias(_, alias) {
      const position = at(start(alias) ?? 0);
      const told = problems.some(({ line, column }) => line === position.line && column === position.column);
      if (!told && !alias.resolve(document)) problems.push({ ...position, message: advice("alias") });
    },
  });
  return {
    data: problems.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 }),
    problems,
    where: (path) => at(offsetOf(document.contents, path)),
  };
}

/** A star begins an alias in YAML: the commonest slip in a file full of patterns and USSD codes. */
const advice = (message: string): string =>
  /alias/i.test(message)
    ? "a star begins a reference in YAML: put the value in quotes"
    : `can't be read as YAML: ${message.replaceAll(/\s*\n\s*/g, " ")}`;

function offsetOf(root: unknown, path: Path): number {
  let node = root;
  let offset = start(root) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
      if (!isPair(pair)) return offset;
      offset = start(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number" && node.items[step] !== undefined) {
      node = node.items[step];
      offset = start(node) ?? offset;
    } else return offset;
  }
  return offset;
}

const start = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

const isNode = (node: unknown): node is Node => typeof node === "object" && node !== null && "range" in node;
