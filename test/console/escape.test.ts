// Whatever phones and people write, and whatever they are called: pages show it, and it is nothing but text in them.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Job } from "../../src/bridge/ports/archive.ts";
import type { Control } from "../../src/bridge/ports/control.ts";
import { createConsole } from "../../src/console/index.ts";
import { FakeClock } from "../support/clock.ts";
import { job, NOW } from "../support/deliveries.ts";
import { FakeDesk } from "../support/desk.ts";
import { MemoryLog } from "../support/log.ts";

/** What strangers have a say in. */
interface Said {
  readonly text: string;
  /** A sender in letters can be nearly anything. */
  readonly phone: string;
  readonly name: string;
  readonly error: string;
  readonly address: string;
}

/** A control room in which everything is called and says what it is told. */
function controlOf({ text, phone, name, error, address }: Said): Control {
  const mail = { via: "email", address };
  const thread = { phone };
  const out: Job = job({
    delivery: { id: 2, message: "m2", text, error, state: "failed", to: { via: "*", address: phone } },
    message: { id: "m2", text: `${text}!`, user: address, from: mail },
    thread,
  });
  const waits: Job = { ...out, delivery: { ...out.delivery, id: 3, state: "queued" } };
  const came: Job = job({
    delivery: { id: 1, message: "m1", text, to: mail, parts: 0 },
    message: { id: "m1", text, user: null, from: { via: "office", address: phone } },
    thread,
  });
  const desk = new FakeDesk();
  desk.names.set(phone, name);
  return {
    ports: () => [
      {
        ...{ gateway: name, up: true, port: 0, label: name, number: phone, registered: true, state: error },
        ...{ used: 0, inHand: 0, restsUntil: null, paused: true },
        sim: { imsi: text, iccid: text, imei: text, type: text },
      },
    ],
    standing: () => desk.standing(),
    find: async () => [],
    message: async () => null,
    said: async () => null,
    price: (written) => desk.price(written),
    nameOf: (number) => desk.nameOf(number),
    call: async () => {},
    userOf: () => null,
    tie: async () => {},
    isPlace: () => false,
    messages: async () => [out, waits, came],
    story: async () => ({
      jobs: [out, came],
      steps: new Map([[2, [{ at: NOW, state: "failed", lane: { gateway: name, port: 0 }, error }]]]),
      partly: false,
    }),
    conversations: async () =>
      [out, came].map((last, at) => ({ thread: { ...last.thread, id: at }, active: NOW, last })),
    conversation: async () => [waits, out, came],
    queue: async () => [{ job: waits, why: "retry" }],
    figures: async () => [],
    send: () => Promise.reject(new Error("not here")),
    again: async () => null,
    reroute: async () => null,
    cancel: async () => false,
    pause: async () => true,
    paused: () => [{ gateway: name, port: 0 }],
    hangUp: async () => false,
    watch: () => () => {},
    partyOf: () => mail,
  };
}

/** Pages of a console in which all that is said is `said`. */
async function pagesWith(said: Said): Promise<ReadonlyMap<string, string>> {
  const show = createConsole({
    control: () => controlOf(said),
    users: () =>
      new Map([["ana", { name: "ana", addresses: [], password: "h", role: "operator", language: null }]]),
    verify: async () => true,
    region: () => "DE",
    language: () => "en",
    clock: new FakeClock(),
    log: new MemoryLog(),
    stopping: new AbortController().signal,
  });
  const ask = (path: string, cookie: string, body?: URLSearchParams) =>
    show(
      new Request(`http://console.example${path}`, {
        headers: { Cookie: cookie },
        ...(body ? { method: "POST", body } : {}),
      }),
      "",
    );
  const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const gate = await ask("/sign-in", "");
  const token = /name="token" value="([^"]+)"/.exec(await gate.text())?.[1] ?? "";
  const signedIn = await ask(
    "/sign-in",
    cookieOf(gate),
    new URLSearchParams({ token, name: "ana", password: "x" }),
  );
  const cookie = cookieOf(signedIn);
  const query = new URLSearchParams({
    number: said.phone,
    text: said.text,
    gateway: said.name,
    to: said.phone,
  });
  const paths = [
    "/conversations",
    "/conversations/1",
    "/queue",
    `/messages?${query.toString()}`,
    "/messages/m2",
  ];
  paths.push(
    `/conversations/new?${query.toString()}`,
    `/nothing?${query.toString()}&said=${encodeURIComponent(said.text)}`,
  );
  const pages = new Map<string, string>();
  for (const path of paths) {
    const answer = await ask(path, cookie);
    pages.set(path.split("?")[0] ?? "", await answer.text());
  }
  return pages;
}

const MARKUP = /<[^>]*>/g;
/** The tags of a page and the names of their attributes: what values say is left out. */
const skeleton = (page: string): string =>
  (page.match(MARKUP) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""').replace(" selected", "")).join("\n");

const hostile = fc.oneof(
  fc.constantFrom(
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "&lt;b&gt; &#60;script&#62;",
    "javascript:alert(1)",
    "<!-- -->]]>",
    "\u202Eevil\u2066",
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
  fc.stringMatching(/^[<>"'&=/ a-z!-]{1,30}$/),
);

test("any text is shown, and makes no tag, no attribute and no page of its own", async () => {
  const plain = await pagesWith({ text: "t", phone: "p", name: "n", error: "e", address: "a" });
  // Begun with a letter of its own each: what equals another one, or is empty, makes another page.
  const begun = (letter: string) => hostile.map((said) => `${letter}${said}`);
  const said = fc.record({
    text: begun("t"),
    phone: begun("p"),
    name: begun("n"),
    error: begun("e"),
    address: begun("a"),
  });
  await fc.assert(
    fc.asyncProperty(said, async (all) => {
      for (const [path, page] of await pagesWith(all)) {
        expect([path, skeleton(page)]).toEqual([path, skeleton(plain.get(path) ?? "")]);
      }
    }),
    { numRuns: 60 },
  );
});

test("what was written is there to be read", async () => {
  const text = `<b>"it's"</b> & more`;
  const escaped = "&lt;b&gt;&quot;it&#39;s&quot;&lt;/b&gt; &amp; more";
  const pages = await pagesWith({ text, phone: text, name: text, error: text, address: text });
  for (const path of ["/conversations", "/conversations/1", "/queue", "/messages", "/messages/m2"]) {
    expect(pages.get(path)).toContain(escaped);
    expect(pages.get(path)).not.toContain("<b>");
  }
});
