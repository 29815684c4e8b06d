// Links inside the project lead somewhere, and so do their anchors; every page can be reached from README.md.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { pages, prose, ROOT } from "./pages.ts";

/** Anchors as GitHub makes them of headings. */
const anchors = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

const links = pages.flatMap((page) =>
  [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, to = ""]) => {
    if (/^[a-z]+:/.test(to)) return [];
    const [path = "", anchor] = to.split("#");
    const file = path === "" ? page.name : normalize(join(dirname(page.name), path));
    return [{ from: page.name, to, file, anchor }];
  }),
);

test("every link leads to a file, every anchor to a heading", () => {
  expect(links.length).toBeGreaterThan(60);
  const dead = links.filter(({ file, anchor }) => {
    const path = join(ROOT, file);
    if (!existsSync(path)) return true;
    return anchor !== undefined && !anchors(readFileSync(path, "utf8")).has(anchor);
  });
  expect(dead).toEqual([]);
});

test("README.md names every page", () => {
  const named = new Set(links.filter(({ from }) => from === "README.md").map(({ file }) => file));
  expect(pages.map(({ name }) => name).filter((name) => name !== "README.md" && !named.has(name))).toEqual(
    [],
  );
});

test("README.md is short, and shows a picture", () => {
  const [readme] = pages;
  expect(readme?.text.split("\n").length).toBeLessThan(90);
  expect(readme?.text).toMatch(/!\[[^\]]+\]\(docs\/images\/\w+\.png\)/);
});
