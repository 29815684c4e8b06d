// Tables for people, also with cells from strangers.
import { expect, test } from "vitest";
import { columnsOf, printable, table } from "../../src/command/table.ts";

test("texts to the left, numbers to the right, nothing at the end of a line", () => {
  const rows = [
    { port: 3, name: "a", ok: true, note: null },
    { port: 12, name: "büro", ok: false },
  ];
  expect(table(["port", "name", "ok", "note"], rows)).toBe(
    ["PORT  NAME  OK   NOTE", "   3  a     yes     -", "  12  büro  no      -"].join("\n"),
  );
});

test("a stranger's text can't steer the terminal or break the line", () => {
  const text = table(["text"], [{ text: "a\x1b[31mb\r\nc\u202ed\x9b1me" }]);
  expect(text).toBe("TEXT\na [31mb c d 1me");
  expect(printable("\x1b]0;title\x07")).toBe(" ]0;title ");
});

test("long cells are cut", () => {
  const [, row = ""] = table(["text"], [{ text: "ä".repeat(200) }]).split("\n");
  expect(row).toBe(`${"ä".repeat(79)}…`);
});

test("without rows there is the heading", () => {
  expect(table(["a", "b"], [])).toBe("A  B");
});

test("columns are all keys in the order they come", () => {
  expect(columnsOf([{ b: 1 }, { a: 2, b: 3 }, { c: null }])).toEqual(["b", "a", "c"]);
});
