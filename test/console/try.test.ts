// The demo's page "Try it", in a browser, with a real simpost between simulated phones, mailbox and chat; and what keeps others from it.
import { request } from "node:http";
import { PassThrough } from "node:stream";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANA, BEN, CONSOLE_LOGIN, DOMAIN, EMMA } from "../../src/demo/scenery.ts";
import { openScreen } from "../../src/demo/screen.ts";
import { openTry, type TryPage } from "../../src/demo/try/serve.ts";
import { makeFolder, type Running, startSimpost, startWorld, type World } from "../../src/demo/world.ts";
import { findings, startChromium } from "./chromium.ts";

let browser: Browser;
let world: World;
let running: Running;
let tried: TryPage;
const folder = makeFolder();

beforeAll(async () => {
  browser = await startChromium();
  world = await startWorld();
  tried = await openTry(0, world, openScreen(new PassThrough(), {}));
  running = await startSimpost(world, folder.path, () => {});
  tried.connect(running.mailPort, running.http);
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await running?.service.stop();
  tried?.close();
  await world?.stop();
  folder.remove();
}, 30_000);

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly errors: readonly string[];
}

async function open(look: object = {}): Promise<Opened> {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error") errors.push(line.text());
  });
  await page.goto(tried.url);
  await page.waitForSelector("html[data-live=on]", { state: "attached" });
  return { page, errors, [Symbol.asyncDispose]: () => context.close() };
}

const there = (page: Page, place: string, words: string) =>
  page.locator(`${place} li`, { hasText: words }).first().waitFor({ timeout: 20_000 });

test("what is typed on a phone arrives as a mail and in the chat; a reply from either gets back to the phone", async () => {
  world.people.prepare(EMMA, [null, null]);
  await using opened = await open();
  const { page, errors } = opened;
  await page.selectOption("#who", EMMA);
  await page.fill("#phone-text", "Do you have <b>room</b> for two?");
  await page.press("#phone-text", "Enter");
  await there(page, "#screen", "Do you have <b>room</b> for two?");
  await there(page, "#mails", "Do you have <b>room</b> for two?");
  await there(page, "#chat", "Do you have <b>room</b> for two?");
  await page.locator("#mails li", { hasText: "room" }).getByRole("button", { name: "Reply" }).click();
  expect(await page.inputValue("#mail-to")).toBe(`${EMMA}@${DOMAIN}`);
  await page.fill("#mail-text", "Yes, by mail");
  await page.press("#mail-text", "Enter");
  await page.getByText(/250 2\.0\.0 queued as/).waitFor();
  await there(page, "#screen", "Yes, by mail");
  await page
    .locator("#chat li:not(.own)", { hasText: "room" })
    .getByRole("button", { name: "Reply" })
    .click();
  await page.fill("#chat-text", "And by chat");
  await page.press("#chat-text", "Enter");
  await there(page, "#screen", "And by chat");
  const sms = world.phones.to(EMMA);
  expect(sms.map(({ text }) => text)).toEqual(["Yes, by mail", "And by chat"]);
  expect(new Set(sms.map(({ ownNumber }) => ownNumber)).size).toBe(1);
  expect(errors).toEqual([]);
}, 60_000);

test("a new mail becomes an SMS; what simpost refuses is said in its words, and what was written stays", async () => {
  world.people.prepare(BEN, [null]);
  await using opened = await open();
  const { page } = opened;
  await page.fill("#mail-to", `${BEN}@${DOMAIN}`);
  await page.fill("#mail-subject", "Table");
  await page.fill("#mail-text", "At three?");
  await page.press("#mail-text", "Enter");
  await page.selectOption("#who", BEN);
  await there(page, "#screen", "At three?");
  await there(page, "#mails", "Table");
  await page.fill("#mail-to", "+499@elsewhere.example");
  await page.fill("#mail-text", "No");
  await page.press("#mail-text", "Enter");
  await page.locator("#mail-said", { hasText: "550 5.7.1" }).waitFor();
  expect(await page.inputValue("#mail-text")).toBe("No");
}, 60_000);

test("the console shows the same, to whom the demo says it", async () => {
  await using opened = await open();
  const { page } = opened;
  await page.getByRole("link", { name: "its console" }).click();
  await page.fill("#name", CONSOLE_LOGIN.name);
  await page.fill("#password", CONSOLE_LOGIN.password);
  await page.press("#password", "Enter");
  await page.waitForURL(/\/conversations$/);
  expect(await page.locator("nav a").allTextContents()).toContain("Settings");
}, 60_000);

test.each([
  ["phone, light", 360, "light"],
  ["phone, dark", 360, "dark"],
  ["desk, light", 1280, "light"],
  ["desk, dark", 1280, "dark"],
] as const)(
  "nothing keeps anybody out: %s",
  async (_, width, colorScheme) => {
    await using opened = await open({ viewport: { width, height: 800 }, colorScheme });
    const { page } = opened;
    world.people.text(BEN, `hello at ${width} ${colorScheme}`);
    await there(page, "#mails", `hello at ${width} ${colorScheme}`);
    expect(await findings(page)).toEqual([]);
  },
  60_000,
);

/** Asks with headers that `fetch` would not send. */
const ask = (
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<{ readonly status: number; readonly text: string; readonly policy: string }> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(tried.url);
    const method = body === undefined ? "GET" : "POST";
    const asked = request({ hostname, port, path, method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          text,
          policy: String(answer.headers["content-security-policy"]),
        }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });

test("other sites type on no phone, whatever name they come by", async () => {
  const before = world.phones.total;
  const { host, origin } = new URL(tried.url);
  const body = JSON.stringify({ number: BEN, text: "from elsewhere" });
  const from: readonly Readonly<Record<string, string>>[] = [
    { host, origin: "https://evil.example" },
    { host, "sec-fetch-site": "cross-site" },
    { host: "evil.example", origin: "http://evil.example" },
  ];
  for (const headers of from) expect((await ask("/try/text", headers, body)).status).toBe(403);
  expect((await ask("/try", { host: "evil.example" })).status).toBe(403);
  const seen = await ask("/try", { host });
  expect(seen.policy).toContain("default-src 'none'");
  expect(seen.text).not.toContain("from elsewhere");
  expect((await ask("/try/text", { host, origin }, body)).text).toBe("sent");
  expect(world.phones.total).toBe(before);
});

test("nonsense is refused, and harms nothing", async () => {
  const { host } = new URL(tried.url);
  const cases = [
    ["/try/text", "{}"],
    ["/try/text", JSON.stringify({ number: "x", text: "x" })],
    ["/try/mail", JSON.stringify({ to: 1 })],
    ["/try/chat", JSON.stringify({ text: "" })],
    ["/try/press", JSON.stringify({ post: 999_999, button: "x" })],
  ] as const;
  for (const [path, body] of cases)
    expect([path, (await ask(path, { host }, body)).status]).toEqual([path, 422]);
  expect((await ask("/try/text", { host }, "no json")).status).toBe(400);
  expect((await ask("/try/text", { host }, `"${"x".repeat(60_000)}"`)).status).toBe(400);
  expect((await ask("/nothing", { host })).status).toBe(404);
  expect((await ask("/nothing", { host }, "{}")).status).toBe(405);
  expect((await ask("/try/state", { host })).text).toContain(ANA);
});
