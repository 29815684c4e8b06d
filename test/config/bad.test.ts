// Every config in bad/ is refused with the lines at its head (`# expect: line:column: what is wrong`), and with nothing else.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ConfigError, load } from "../../src/config/load.ts";

const folder = fileURLToPath(new URL("bad/", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

function problems(file: string): readonly string[] {
  try {
    load(file, {});
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("there are enough of them", () => {
  expect(files.length).toBeGreaterThanOrEqual(25);
});

test.each(files)("%s", (name) => {
  const expected = Array.from(
    readFileSync(folder + name, "utf8").matchAll(/^# expect: (.+)$/gm),
    ([, line = ""]) => line,
  );
  expect(expected.length).toBeGreaterThan(0);
  expect(problems(folder + name)).toEqual(
    expected.map((line) => `${folder}${name}:${line.replaceAll("FOLDER/", folder)}`),
  );
});

test.each(files)("%s: no message shows a secret", (name) => {
  expect(problems(folder + name).join("\n")).not.toContain("hunter2");
});

test("a file that is not there", () => {
  expect(problems(`${folder}none.yaml`)).toEqual([
    `${folder}none.yaml: can't be read: there is no such file`,
  ]);
  expect(problems(folder)).toEqual([`${folder}: can't be read: it is a folder`]);
});
