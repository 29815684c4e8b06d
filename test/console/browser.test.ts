// The console in a real browser, with a real daemon behind it: to be read by everybody, used without a mouse, live, and deaf to what texts would like to be.
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hash } from "../../src/config/hash.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { findings, LOOKS, startChromium } from "./chromium.ts";

const PHONE = "+4915111111111";
const EVIL = `<img src=x onerror="document.title='pwned'"><script>document.title='pwned'</script>`;

// A browser and a daemon on a machine that others load.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
  browser = await startChromium();
  const [secret, other] = [await hash("open sesame"), await hash("other")];
  rig = await openRig({
    users: {
      ana: { email: ["ana@example.org"], send: { allow: ["*"] }, password: secret, role: "admin" },
      uli: { email: ["uli@example.org"], send: { allow: ["*"] }, password: other, language: "de" },
    },
    routes: [{ to: ["ana"] }],
  });
  rig.text(PHONE, `When do you come? ${EVIL}`);
  await rig.letter("When do you come?");
});
afterAll(async () => {
  await browser?.close();
  await rig?.[Symbol.asyncDispose]();
});

const at = (path: string): string => `http://${rig.daemon.http}${path}`;

/** Signs in; `errors`: whatever the browser had to complain of. */
async function visit(
  options: BrowserContextOptions = {},
  name = "ana",
  password = "open sesame",
): Promise<{
  readonly page: Page;
  readonly errors: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (line) => {
    if (line.type() === "error" || line.type() === "warning") errors.push(line.text());
  });
  await page.goto(at("/"));
  await page.fill("#name", name);
  await page.fill("#password", password);
  await page.press("#password", "Enter");
  await page.waitForURL(/\/conversations$/);
  return { page, errors, [Symbol.asyncDispose]: () => context.close() };
}

const live = (page: Page) => page.waitForSelector("html[data-live=on]", { state: "attached" });

describe.each(LOOKS)("$name", ({ look }) => {
  test("nothing on any page keeps anybody out (WCAG 2.2 AA, as far as axe sees)", async () => {
    const out = await browser.newContext(look);
    const gate = await out.newPage();
    await gate.goto(at("/sign-in"));
    expect(await findings(gate)).toEqual([]);
    await gate.fill("#name", "ana");
    await gate.fill("#password", "wrong");
    await gate.press("#password", "Enter");
    await gate.waitForSelector("[role=alert]");
    expect(await findings(gate)).toEqual([]);
    await out.close();
    await using visitor = await visit(look);
    const { page } = visitor;
    await page.goto(at("/conversations/new"));
    await page.fill("#to", "nonsense");
    await page.fill("#text", "x");
    await page.press("#text", "Control+Enter");
    await page.waitForSelector("[role=alert]");
    expect(await findings(page)).toEqual([]);
    await page.goto(at("/conversations"));
    const talk = await page.getAttribute("#conversations a", "href");
    await page.goto(at("/messages"));
    const story = await page.getAttribute("#messages a", "href");
    const paths = [
      "/conversations",
      talk,
      "/conversations/new",
      "/queue",
      "/messages",
      "/messages?text=x",
      story,
      "/no",
    ];
    for (const path of paths) {
      await page.goto(at(path ?? ""));
      expect([path, await findings(page)]).toEqual([path, []]);
    }
  });
});

test("without a mouse: signing in, opening a conversation, answering; the answer leaves", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  /** A field by its id, a link or button by its words, anything else by nothing. */
  const focused = async () =>
    String(
      await page.evaluate(
        `(({ tagName, id, textContent }) => /^(A|BUTTON)$/.test(tagName) ? textContent.trim() : /^(INPUT|TEXTAREA)$/.test(tagName) ? id : "")(document.activeElement)`,
      ),
    );
  const tabTo = async (wanted: string) => {
    for (let n = 0; n < 30 && (await focused()) !== wanted; n++) await page.keyboard.press("Tab");
    expect(await focused()).toBe(wanted);
  };
  await page.goto(at("/"));
  await tabTo("name");
  await page.keyboard.type("ana");
  await tabTo("password");
  await page.keyboard.type("open sesame");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/conversations$/);
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  await tabTo(PHONE);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/conversations\/\d+$/);
  await tabTo("text");
  await page.keyboard.type("At eight, by keyboard");
  await page.waitForSelector("#parts:has-text('21 characters, one part')");
  await tabTo("Send");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".said:not(:empty)");
  // Where the next one is written.
  expect(await page.evaluate("document.activeElement.id")).toBe("text");
  const sent = await rig.sms("At eight, by keyboard");
  expect(sent.to).toBe(PHONE);
  await context.close();
});

test("what arrives while the page is open appears, and so do states, while what is being written stays", async () => {
  await using visitor = await visit();
  const { page, errors } = visitor;
  await page.click(`#conversations a:has-text("${PHONE}")`);
  await page.waitForURL(/\/conversations\/\d+$/);
  await live(page);
  await page.fill("#text", "half a sentence");
  rig.text(PHONE, "Are you there already?");
  await page.waitForSelector(".bubble:has-text('Are you there already?')");
  expect(await page.inputValue("#text")).toBe("half a sentence");
  expect(await page.evaluate("document.activeElement.id")).toBe("text");
  await page.fill("#text", "Nearly");
  await page.press("#text", "Control+Enter");
  await page.waitForSelector(".bubble.out:has-text('Nearly') .state.delivered");
  expect(await page.locator(".bubble:has-text('Are you there already?')").count()).toBe(1);
  await page.goto(at("/conversations"));
  await live(page);
  rig.text("+4915222222222", "A new voice");
  await page.waitForSelector("#conversations li:first-child:has-text('A new voice')");
  expect(errors).toEqual([]);
});

test("a page that nobody looks at holds no connection, and catches up when it is looked at again", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await live(page);
  const hide = (hidden: boolean) =>
    page.evaluate(
      `Object.defineProperty(document, "hidden", { configurable: true, get: () => ${hidden} }); dispatchEvent(new Event("visibilitychange"))`,
    );
  await hide(true);
  rig.text("+4915333333333", "Meanwhile");
  await rig.letter("Meanwhile");
  expect(await page.locator("#conversations li:has-text('Meanwhile')").count()).toBe(0);
  await hide(false);
  await page.waitForSelector("#conversations li:first-child:has-text('Meanwhile')");
});

test("markup in a text is text: shown, and nothing else", async () => {
  await using visitor = await visit();
  const { page, errors } = visitor;
  for (const path of ["/conversations", "/messages", "/queue"]) {
    await page.goto(at(path));
    expect(await page.title()).not.toBe("pwned");
  }
  await page.goto(at("/messages?way=in"));
  await page.click(`#messages li:has-text("When do you come?") a`);
  await page.waitForURL(/\/messages\/\w+$/);
  expect(await page.locator(".bubble .text").textContent()).toBe(`When do you come? ${EVIL}`);
  expect(await page.locator("main img, main script").count()).toBe(0);
  expect(await page.title()).not.toBe("pwned");
  expect(errors).toEqual([]);
});

test("the policy holds: a script or style in the page does not run", async () => {
  await using visitor = await visit();
  const { page, errors } = visitor;
  await page.evaluate(`document.body.insertAdjacentHTML("beforeend", "<p id=styled style='color: red'>x</p>");
    const script = document.createElement("script"); script.textContent = "document.title = 'pwned'"; document.body.append(script)`);
  expect(await page.title()).not.toBe("pwned");
  expect(errors.filter((line) => line.includes("Content Security Policy")).length).toBeGreaterThanOrEqual(2);
});

test("without scripts everything can still be done", async () => {
  await using visitor = await visit({ javaScriptEnabled: false });
  const { page } = visitor;
  await page.click("text=New text");
  await page.fill("#to", "0151 11111111");
  await page.fill("#text", "Plain and simple");
  await page.click("button:has-text('Send')");
  await page.waitForURL(/\/conversations\/\d+/);
  await rig.sms("Plain and simple");
  await page.reload();
  expect(await page.locator(".bubble.out:has-text('Plain and simple')").count()).toBe(1);
  await page.click("text=Sign out");
  await page.waitForURL(/\/sign-in/);
});

test("a user who takes no part sees an empty list, in his language", async () => {
  await using visitor = await visit({}, "uli", "other");
  const { page } = visitor;
  expect(await page.locator("#conversations li").count()).toBe(0);
  expect(await page.locator("h1").textContent()).toBe("Gespräche");
  expect(await findings(page)).toEqual([]);
});

test("the page says so when it is not live any more", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await live(page);
  await rig.stop();
  await page.waitForSelector("#lost:not(:empty)");
  expect(await page.locator("#lost").textContent()).toMatch(/^The connection is gone/);
});
