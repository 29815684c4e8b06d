// The pages that people read, and the blocks of code in them.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Page {
  /** From the top folder: `docs/mail.md`. */
  readonly name: string;
  readonly text: string;
}

export interface Block {
  /** `docs/mail.md:12`, the line of its fence. */
  readonly where: string;
  readonly language: string;
  /** Without the indentation of the list that it stands in. */
  readonly code: string;
}

/** README.md, and all of docs/. */
export const pages: readonly Page[] = ["README.md", ...globSync("docs/*.md", { cwd: ROOT }).sort()].map(
  (name) => ({ name, text: readFileSync(join(ROOT, name), "utf8") }),
);

/** All fenced blocks of all pages, or of the one that is named. */
export const blocks = (page?: string): readonly Block[] =>
  pages
    .filter(({ name }) => page === undefined || name === page)
    .flatMap(({ name, text }) =>
      [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
        ({ index, 1: indent = "", 2: language = "", 3: code = "" }) => ({
          where: `${name}:${text.slice(0, index).split("\n").length}`,
          language,
          code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
        }),
      ),
    );

/** The one block of a page with these words in it. Throws Error when there is none, or several. */
export function block(page: string, words: string): string {
  const found = blocks(page).filter(({ code }) => code.includes(words));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${page} has ${found.length} blocks with ${words}`);
  return only.code;
}

/** A page's text without its blocks. */
export const prose = ({ text }: Page): string => text.replaceAll(/^ *```\w*\n[\s\S]*?^ *```$/gm, "");
