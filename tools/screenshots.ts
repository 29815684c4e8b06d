// Takes the README's pictures: starts the demo, waits for its scene, photographs its pages with Debian's chromium into docs/images/.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { CONSOLE_LOGIN } from "../src/demo/scenery.ts";

const HELP = `node tools/screenshots.ts [--out FOLDER]      default: docs/images`;
const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** All pictures together, bytes: they are downloaded with every clone. */
const MOST = 300_000;

interface Shot {
  readonly name: string;
  readonly look: BrowserContextOptions;
  /** Where to, from the demo's page or the console's root. */
  readonly at: "try" | "console";
  readonly path?: string;
  readonly ready: (page: Page) => Promise<unknown>;
}

const DESK = { width: 1180, height: 780 };
const PHONE = { width: 360, height: 680 };

const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor();

const SHOTS: readonly Shot[] = [
  {
    name: "try",
    look: { viewport: DESK, colorScheme: "light" },
    at: "try",
    ready: async (page) => {
      await page.selectOption("#who", "+491701234567");
      await text("Yes, 3 pm is fine.")(page);
      await page.getByText("Reporting-MTA").first().waitFor();
      await page.locator("#mails li").first().scrollIntoViewIfNeeded();
    },
  },
  {
    name: "conversation",
    look: { viewport: PHONE, colorScheme: "light" },
    at: "console",
    path: "/conversations",
    ready: async (page) => {
      await page.locator("#conversations a", { hasText: "+491701234567" }).click();
      await text("Great, see you then!")(page);
    },
  },
  {
    name: "gateways-dark",
    look: { viewport: { width: 1000, height: 560 }, colorScheme: "dark" },
    at: "console",
    path: "/gateways",
    ready: text("office"),
  },
  {
    name: "queue-dark",
    look: { viewport: PHONE, colorScheme: "dark" },
    at: "console",
    path: "/queue",
    ready: text("+491700000000"),
  },
];

interface Demo {
  readonly try: string;
  readonly console: string;
  stop(): Promise<void>;
}

/** Resolves once the scene was played. */
async function startDemo(): Promise<Demo> {
  const child = spawn(process.execPath, [root("src/main.ts")], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await gone;
  };
  const found: { try?: string; console?: string } = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, page] = /try it in a browser: (\S+)/.exec(line) ?? [];
    const [, console] = /simpost's console: (\S+)/.exec(line) ?? [];
    if (page !== undefined) found.try = page;
    if (console !== undefined) found.console = console;
    if (!line.startsWith("Now you.")) continue;
    const { try: tried, console: seen } = found;
    if (tried === undefined || seen === undefined) break;
    child.stdout.resume();
    return { try: tried, console: seen, stop };
  }
  await stop();
  throw new Error("the demo did not get to its end");
}

async function signIn(page: Page, console: string): Promise<void> {
  await page.goto(`${console}/sign-in`);
  await page.fill("#name", CONSOLE_LOGIN.name);
  await page.fill("#password", CONSOLE_LOGIN.password);
  await page.press("#password", "Enter");
  await page.waitForURL(/\/conversations$/);
}

async function shoot(demo: Demo, out: string): Promise<void> {
  const executablePath = CHROMIUM.find((place) => existsSync(place));
  if (executablePath === undefined) throw new Error("there is no chromium here: apt-get install chromium");
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    for (const { name, look, at, path = "", ready } of SHOTS) {
      const context = await browser.newContext({ ...look, reducedMotion: "reduce" });
      const page = await context.newPage();
      if (at === "console") await signIn(page, demo.console);
      await page.goto(at === "try" ? demo.try : `${demo.console}${path}`);
      await ready(page);
      await page.screenshot({ path: `${out}/${name}.png` });
      await context.close();
    }
  } finally {
    await browser.close();
  }
}

const [flag, given] = process.argv.slice(2);
if (flag !== undefined && (flag !== "--out" || given === undefined)) {
  process.stderr.write(`${HELP}\n`);
  process.exit(2);
}
const out = given ?? root("docs/images");
mkdirSync(out, { recursive: true });
const demo = await startDemo();
try {
  await shoot(demo, out);
} finally {
  await demo.stop();
}
const sizes = readdirSync(out).map((name) => ({ name, size: statSync(`${out}/${name}`).size }));
const whole = sizes.reduce((sum, { size }) => sum + size, 0);
for (const { name, size } of sizes) process.stdout.write(`${name}: ${Math.round(size / 1000)} kB\n`);
if (whole > MOST) {
  process.stderr.write(`they are too large together: ${whole} bytes, ${MOST} at most\n`);
  process.exitCode = 1;
}
