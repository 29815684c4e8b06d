// The queue in a real browser: to be read by everybody, live, and not in the way of who is just choosing.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findings, LOOKS, startChromium } from "./chromium.ts";
import { openStand, type Stand } from "./stand.ts";

const PHONE = "+4915112345678";

// A browser and a daemon on a machine that others load.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

/** Two texts that wait, one that failed, one that came in and went nowhere. */
async function busy(): Promise<{ readonly stand: Stand; readonly failed: string }> {
  const stand = await openStand();
  const failed = await stand.write("ana", "+491701234567", "No luck");
  await stand.fail(failed, "the network refused it (delivery report 38)");
  await stand.write(
    "ana",
    PHONE,
    "The first one, which is so long that it does not fit into one line of a phone. ".repeat(3),
  );
  await stand.write("ana", PHONE, "The second one");
  await stand.hear("A-VERY-LONG-NAME-WITHOUT-ANY-PLACE-TO-BREAK-IT-INTO-LINES", "x".repeat(300), ["ana"]);
  await stand.control.pause({ gateway: "office", port: 1 }, true, "olga");
  return { stand, failed };
}

async function signIn(stand: Stand, name: string, options = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${stand.url}/sign-in?next=%2Fqueue`);
  await page.fill("#name", name);
  await page.fill("#password", `${name}s secret`);
  await page.press("#password", "Enter");
  await page.waitForURL(/\/queue$/);
  return page;
}

describe.each(LOOKS)("$name", ({ look }) => {
  test("nothing keeps anybody out where there is something to do", async () => {
    const { stand, failed } = await busy();
    await using _ = stand;
    const page = await signIn(stand, "olga", look);
    expect(await page.locator("#waiting > li").count()).toBe(3);
    expect(await page.locator("#waiting button").count()).toBe(4);
    expect(await page.locator("#failed > li").count()).toBe(1);
    expect(await findings(page)).toEqual([]);
    for (const path of ["/conversations", "/messages", `/messages/${failed}`]) {
      await page.goto(`${stand.url}${path}`);
      expect([path, await findings(page)]).toEqual([path, []]);
    }
    await page.goto(`${stand.url}/conversations`);
    await page.click("#conversations a:has-text('A-VERY')");
    await page.waitForURL(/conversations\/\d+/);
    expect(await findings(page)).toEqual([]);
    await page.context().close();
  });
});

test("what is new appears, while a SIM that is being chosen stays chosen", async () => {
  const { stand } = await busy();
  await using _ = stand;
  const page = await signIn(stand, "ana");
  await page.waitForSelector("html[data-live=on]", { state: "attached" });
  const select = page.locator("#waiting > li:first-child select");
  await select.focus();
  await select.selectOption("office:0");
  await stand.write("ana", "+491601234567", "The third one");
  await page.waitForSelector("#waiting > li:nth-child(4):has-text('The third one')");
  expect(await select.inputValue()).toBe("office:0");
  await page.locator("#waiting > li:first-child button:has-text('Other SIM')").click();
  await page.waitForSelector(".said:has-text('other SIM now')");
  const waiting = await stand.store.list({ state: "queued", phones: true, limit: 9 });
  expect(waiting.filter(({ delivery }) => delivery.lane?.port === 0)).toHaveLength(1);
  await page.context().close();
});

test("taking back and sending again, by a press each; what waits no more is gone from the list", async () => {
  const { stand } = await busy();
  await using _ = stand;
  const page = await signIn(stand, "ana");
  await page.locator("#waiting > li:has-text('The second one') button:has-text('Take back')").click();
  await page.waitForSelector(".said:has-text('Taken back')");
  expect(await page.locator("#waiting > li:has-text('The second one')").count()).toBe(0);
  // What the page said is not said again by a reload.
  expect(new URL(page.url()).search).toBe("");
  await page.locator("#failed > li:has-text('No luck') button:has-text('Send again')").click();
  await page.waitForSelector("#waiting > li:has-text('No luck')");
  expect(await stand.store.list({ number: "+491701234567", state: "queued", limit: 9 })).toHaveLength(1);
  await page.context().close();
});
