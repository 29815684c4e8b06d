// Gateways, charts and settings in a real browser: for everybody, live, and with charts that really are drawn under the strict policy.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SendError } from "../../src/bridge/errors.ts";
import { markDown, markUp } from "../../src/bridge/station.ts";
import { settingsRoom } from "../../src/console/index.ts";
import { port } from "../support/deliveries.ts";
import { findings, startChromium } from "./chromium.ts";
import { openStand, type Stand } from "./stand.ts";

let browser: Browser;
let stand: Stand;

const office = () => {
  const station = stand.house.stations.get("office");
  if (!station) throw new Error("there is no office");
  return station;
};

beforeAll(async () => {
  browser = await startChromium();
  stand = await openStand({
    rooms: [
      settingsRoom({
        file: () => "/etc/simpost/simpost.yaml",
        sections: () => [
          { name: "domain", yaml: "sms.example.org" },
          { name: "gateways", yaml: `office:\n  url: http://192.0.2.1/${"long/".repeat(60)}\n` },
        ],
        warnings: () => ["simpost.yaml:3:1: figures and health are open to whoever reaches 0.0.0.0"],
        doctor: async () => [
          { check: "relay email", grade: "good", what: "the relay takes our login", todo: null },
          { check: "relay email", grade: "bad", what: "the disk is full", todo: "make room" },
          {
            check: "relay email",
            grade: "doubtful",
            what: "the clock is 4 minutes late",
            todo: "set its NTP server",
          },
        ],
      }),
    ],
  });
  office().learn([
    port({
      port: 0,
      imsi: "262011234567890",
      iccid: "8949200001234567890",
      imei: "356938035643809",
      type: "LTE",
    }),
    port({ port: 1, registered: false, state: "NO_SIM" }),
  ]);
  const resting = office().ports.get(0);
  if (resting) resting.restUntil = stand.clock.now() + 600_000;
  markUp(stand.house, office());
  await stand.control.pause({ gateway: "office", port: 1 }, true, "olga");
  for (let n = 0; n < 5; n += 1) await stand.hear(`+49170123456${n}`, `hello ${n}`, ["ana"]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await stand?.[Symbol.asyncDispose]();
});

interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** What the browser had to complain of. */
  readonly errors: readonly string[];
}

async function visit(path: string, look: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") errors.push(line.text());
  });
  await page.goto(`${stand.url}${path}`);
  await page.fill("#name", "adam");
  await page.fill("#password", "adams secret");
  await page.press("#password", "Enter");
  await page.waitForURL(`${stand.url}${path}`);
  return { page, errors, [Symbol.asyncDispose]: () => context.close() };
}

const drawn = (page: Page) => page.waitForSelector("#charts[data-drawn]");

test.each([
  ["phone, light", 360, "light"],
  ["phone, dark", 360, "dark"],
  ["desk, light", 1280, "light"],
  ["desk, dark", 1280, "dark"],
] as const)(
  "nothing keeps anybody out: %s",
  async (_, width, colorScheme) => {
    await using opened = await visit("/gateways", { viewport: { width, height: 800 }, colorScheme });
    const { page, errors } = opened;
    expect(await findings(page)).toEqual([]);
    await page.locator("summary").first().click();
    expect(await findings(page)).toEqual([]);
    await page.fill("#code-office", "12345");
    await page.press("#code-office", "Enter");
    await page.waitForSelector("[role=alert]");
    expect(await findings(page)).toEqual([]);
    expect(errors.filter((line) => !line.includes("422"))).toEqual([]);
    for (const range of ["day", "month"]) {
      await page.goto(`${stand.url}/charts?range=${range}`);
      await drawn(page);
      expect(await findings(page)).toEqual([]);
    }
    await page.goto(`${stand.url}/settings`);
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Run it now" }).click();
    await page.getByText("set its NTP server").waitFor();
    expect(await findings(page)).toEqual([]);
  },
  60_000,
);

test("the charts are drawn, one for each figure, and follow the colours of the page", async () => {
  await using opened = await visit("/charts", { colorScheme: "light" });
  const { page, errors } = opened;
  await drawn(page);
  expect(await page.locator("#charts canvas").count()).toBe(5);
  // How many values of a colour the barest chart has: an empty one has a single one.
  const painted = async () => {
    const counts: unknown = await page.evaluate(
      `[...document.querySelectorAll("#charts canvas")].map((canvas) => new Set(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data).size)`,
    );
    return Array.isArray(counts) ? Math.min(...counts.map(Number)) : 0;
  };
  await expect.poll(painted, { timeout: 5_000 }).toBeGreaterThan(5);
  const picture = () => page.locator("#charts canvas").first().screenshot();
  const before = await picture();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(async () => (await picture()).equals(before), { timeout: 5_000 }).toBe(false);
  expect(await page.locator("#charts canvas").count()).toBe(5);
  expect(errors).toEqual([]);
}, 60_000);

test("without script the table is there, and a line that says why the charts are not", async () => {
  await using opened = await visit("/charts", { javaScriptEnabled: false });
  const { page } = opened;
  expect(await page.getByText("The charts need JavaScript").isVisible()).toBe(true);
  expect(await page.locator("#figures tbody tr").count()).toBe(1);
}, 60_000);

test("a gateway that goes, and comes back, shows without a reload; what is being typed stays", async () => {
  await using opened = await visit("/gateways");
  const { page, errors } = opened;
  await page.waitForSelector("html[data-live=on]", { state: "attached" });
  await page.locator("summary").first().click();
  await page.fill("#code-office", "*10");
  markDown(stand.house, office(), new SendError("temporary", "gateway request failed: ECONNREFUSED"));
  // The clock of the house stands: an event waits for it to send the next one.
  await page.getByText("gateway request failed: ECONNREFUSED").waitFor();
  await stand.clock.advance(1_000);
  markUp(stand.house, office());
  await page.getByText("ECONNREFUSED").waitFor({ state: "detached" });
  await stand.clock.advance(1_000);
  expect(await page.inputValue("#code-office")).toBe("*10");
  expect(errors).toEqual([]);
}, 60_000);

test("pausing and resuming by keyboard", async () => {
  await using opened = await visit("/gateways");
  const { page } = opened;
  await page.getByRole("button", { name: "Resume office Port 1" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Resumed.").waitFor();
  expect(stand.control.paused()).toEqual([]);
  await page.getByRole("button", { name: "Pause office Port 1" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Paused: nothing is sent there").waitFor();
  expect(stand.control.paused()).toEqual([{ gateway: "office", port: 1 }]);
}, 60_000);
