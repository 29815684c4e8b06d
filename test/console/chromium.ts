// A real browser for tests: Debian's chromium, and what axe finds wrong with a page.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Throws Error with what to do when there is none. */
export function startChromium(): Promise<Browser> {
  const executablePath = PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error("no chromium here: apt-get install chromium");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** The sizes and colours in which pages are looked at. */
export const LOOKS: readonly { readonly name: string; readonly look: BrowserContextOptions }[] = [
  { name: "phone, light", look: { colorScheme: "light", viewport: { width: 360, height: 740 } } },
  { name: "phone, dark", look: { colorScheme: "dark", viewport: { width: 360, height: 740 } } },
  { name: "desk, light", look: { colorScheme: "light", viewport: { width: 1280, height: 800 } } },
  { name: "desk, dark", look: { colorScheme: "dark", viewport: { width: 1280, height: 800 } } },
];

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What a page has against it (WCAG 2.2 AA, as far as a program can tell): one line per element; and whether it is wider than its window. */
export async function findings(page: Page): Promise<readonly string[]> {
  // As if typed into the console: the page's own policy forbids scripts that are put into it.
  await page.evaluate(axe);
  const found = await page.evaluate(
    `axe.run(document, { runOnly: { type: "tag", values: ${JSON.stringify(RULES)} } }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.target.join(" ") + " " + node.failureSummary)))`,
  );
  const wide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1");
  const lines = (Array.isArray(found) ? found : ["axe did not answer"]).map(String);
  return wide === true ? [...lines, "the page is wider than its window"] : lines;
}
