// Every command of ours that a page tells people to type is one that there is; every shell block is sound shell.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { Usage } from "../../src/command/io.ts";
import { parse } from "../../src/command/parse.ts";
import { blocks, pages, prose } from "./pages.ts";

const SHELL = new Set(["sh", "bash"]);
const OURS = /^(?:sudo -u simpost )?(?:simpost|npm start --) /;

/** Lines of shell, whole: continued ones joined, without comments and what is after a pipe, a list or a redirection; X is what other commands print. */
const lines = blocks()
  .filter(({ language }) => SHELL.has(language))
  .flatMap(({ where, code }) =>
    code
      .replaceAll("\\\n", " ")
      .replaceAll(/\$\([^()]*\)/g, "X")
      .split("\n")
      .map((line) => ({ where, line: line.replace(/\s+(?:#|\||&&|;|>).*$/, "").trim() })),
  )
  .filter(({ line }) => OURS.test(line));

/** Commands inside sentences: placeholders stand for what one would type. */
const mentions = pages.flatMap((page) =>
  [...prose(page).matchAll(/`((?:simpost|npm start --) [^`]+)`/g)].map(([, line = ""]) => ({
    where: page.name,
    line: line.replaceAll(/\[[^\]]*\]|…/g, "").trim(),
  })),
);

/** A line taken apart as a shell does. */
const words = (line: string): readonly string[] =>
  [...line.replace(OURS, "").matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(/['"]/g, ""),
  );

/** What is wrong with it; "": nothing. */
function wrong(line: string): string {
  try {
    parse(words(line));
    return "";
  } catch (error) {
    if (error instanceof Usage) return error.message.split("\n")[0] ?? "";
    throw error;
  }
}

test("there is something to look at", () => {
  expect(lines.length).toBeGreaterThan(60);
  expect(mentions.length).toBeGreaterThan(60);
  expect(wrong("simpost chekc")).toMatch(/there is no command "chekc"/);
  expect(wrong("simpost check --colour")).toMatch(/unknown option/i);
});

test("commands in blocks can be typed as they stand", () => {
  expect(lines.map((one) => ({ ...one, wrong: wrong(one.line) })).filter((one) => one.wrong !== "")).toEqual(
    [],
  );
});

test("commands in sentences are there, and have these options", () => {
  const named = (line: string): string => {
    const [name = ""] = words(line);
    return /^(?:COMMAND|-)/.test(name) ? "" : wrong(line).replace(/^.*: something is missing$/, "");
  };
  expect(
    mentions.map((one) => ({ ...one, wrong: named(one.line) })).filter((one) => one.wrong !== ""),
  ).toEqual([]);
});

test("every shell block is sound shell", () => {
  const all = blocks().filter(({ language }) => SHELL.has(language));
  for (const { where, code } of all) {
    const { stderr } = spawnSync("bash", ["-n"], { input: code, encoding: "utf8" });
    expect({ where, stderr }).toEqual({ where, stderr: "" });
  }
});
