// What people do on the pages, over HTTP: read, write, answer, take back, send again, search, export; and what is hidden from whom.
import { expect, test } from "vitest";
import { openStand } from "./stand.ts";

const PHONE = "+4915112345678";

test("a conversation: what came in, who was given it, what was answered and by whom", async () => {
  await using stand = await openStand();
  const thread = await stand.hear(PHONE, "Where are you?", ["ana", "ben"]);
  await stand.control.call(PHONE, "Max Müller");
  const ana = await stand.as("ana");
  const list = (await ana.get("/conversations")).text;
  expect(list).toContain(`href="/conversations/${thread}"`);
  expect(list).toContain("Max Müller");
  expect(list).toContain("Where are you?");
  expect(list).toContain("SIM: sales");
  await ana.get(`/conversations/${thread}`);
  const seen = await ana.post(`/conversations/${thread}`, { text: "On the\r\nway", key: ana.key });
  expect([seen.status, seen.to]).toEqual([303, `/conversations/${thread}?said=console-said-sent`]);
  const page = (await ana.get(seen.to)).text;
  expect(page).toContain("Sent on its way.");
  expect(page).toContain("On the\nway");
  expect(page).toMatch(/to ana, ben/);
  expect(page).toMatch(/bubble out[\s\S]*<strong><bdi>ana<\/bdi><\/strong>[\s\S]*waiting/);
  const [job] = (await stand.store.list({ number: PHONE, state: "queued", phones: true, limit: 9 })) ?? [];
  expect(job?.message.user).toBe("ana");
  expect(job?.thread.id).toBe(thread);
});

test("an operator answers where others talk, and it stays one conversation on one SIM", async () => {
  await using stand = await openStand();
  const thread = await stand.hear(PHONE, "Anybody?", ["ana"]);
  const olga = await stand.as("olga");
  await olga.get(`/conversations/${thread}`);
  const seen = await olga.post(`/conversations/${thread}`, { text: "We look into it", key: olga.key });
  expect(seen.to).toBe(`/conversations/${thread}?said=console-said-sent`);
  const [job] = await stand.store.list({ state: "queued", way: "out", limit: 9 });
  expect([job?.thread.id, job?.thread.lane?.port]).toEqual([thread, 1]);
  expect((await (await stand.as("ana")).get(`/conversations/${thread}`)).text).toContain("We look into it");
  // From another SIM it is another conversation.
  const sent = await stand.control.send({
    user: "olga",
    to: [PHONE],
    text: "elsewhere",
    thread,
    lane: { gateway: "office", port: 0 },
  });
  expect((await stand.jobs(sent.id))[0]?.thread.id).not.toBe(thread);
  // A conversation with somebody else is not named.
  const wrong = await stand.control.send({ user: "olga", to: ["+491701234567"], text: "wrong", thread });
  expect((await stand.jobs(wrong.id))[0]?.thread.phone).toBe("+491701234567");
});

test("a phone gets a name, and loses it again; by those who talk with it", async () => {
  await using stand = await openStand();
  const thread = await stand.hear(PHONE, "Hello", ["ana"]);
  const ana = await stand.as("ana");
  const call = (name: string) => ana.post(`/conversations/${thread}/name`, { name });
  expect((await call("  Max\n <b>Müller</b> ")).to).toBe(`/conversations/${thread}?said=console-said-named`);
  expect(stand.control.nameOf(PHONE)).toBe("Max <b>Müller</b>");
  expect((await ana.get(`/conversations/${thread}`)).text).toContain("Max &lt;b&gt;Müller&lt;/b&gt;");
  await call(" ");
  expect(stand.control.nameOf(PHONE)).toBeNull();
  await call("x".repeat(500));
  expect(stand.control.nameOf(PHONE)).toHaveLength(60);
  const ben = await stand.as("ben");
  expect((await ben.post(`/conversations/${thread}/name`, { name: "Ben's" })).status).toBe(404);
  expect(stand.control.nameOf(PHONE)).toHaveLength(60);
});

test("an export that breaks off is seen to break off", async () => {
  await using stand = await openStand();
  for (let n = 0; n < 501; n++) await stand.write("ana", PHONE, `row ${n}`);
  const ana = await stand.as("ana");
  let asked = 0;
  const messages = stand.control.messages.bind(stand.control);
  Object.assign(stand.control, {
    messages: (...all: Parameters<typeof messages>) => {
      asked += 1;
      return asked === 1 ? messages(...all) : Promise.reject(new Error("the disk is gone"));
    },
  });
  await expect(ana.get("/messages.csv")).rejects.toThrow("terminated");
  expect(stand.house.log.of("console failing")).toHaveLength(1);
});

test("a form sent twice is one text", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  await ana.get("/conversations/new");
  const fields = { to: "0151 12345678", text: "once", key: ana.key };
  const both = await Promise.all([
    ana.post("/conversations/new", fields),
    ana.post("/conversations/new", fields),
  ]);
  expect(both.map(({ status }) => status)).toEqual([303, 303]);
  expect(both[0]?.to).toBe(both[1]?.to);
  expect(await stand.store.list({ number: PHONE, phones: true, limit: 9 })).toHaveLength(1);
  await ana.get("/conversations/new");
  await ana.post("/conversations/new", { ...fields, key: ana.key });
  expect(await stand.store.list({ number: PHONE, phones: true, limit: 9 })).toHaveLength(2);
});

test("a new text: to several, from a chosen SIM; what is refused is said, and what was written stays", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const send = (fields: Readonly<Record<string, string>>) =>
    ana.post("/conversations/new", { key: "", ...fields });
  const several = await send({ to: `${PHONE}, 0170 1234567`, text: "to both", sim: "office:1" });
  expect(several.to).toBe("/conversations?said=console-said-sent");
  const jobs = await stand.store.list({ state: "queued", phones: true, limit: 9 });
  expect(jobs.map(({ delivery }) => delivery.to.address).toSorted()).toEqual([PHONE, "+491701234567"]);
  expect(jobs.map(({ delivery }) => delivery.lane?.port)).toEqual([1, 1]);
  const refused = [
    [{ to: "nonsense", text: "x" }, /“nonsense” is not a phone number/],
    [{ to: "+4990012345", text: "x" }, /You may not send to/],
    [{ to: "+33612345678", text: "x" }, /not write first/],
    [{ to: PHONE, text: "  " }, /There is no text to send/],
    [{ to: "", text: "x" }, /is not a phone number/],
    [{ to: PHONE, text: "x", sim: "other:0" }, /no SIM “other:0”/],
  ] as const;
  for (const [fields, why] of refused) {
    const { status, text } = await send(fields);
    expect(status).toBe(422);
    expect(text).toMatch(/<p class="problem" role="alert">/);
    expect(text).toMatch(why);
    expect(text).toContain(`value="${fields.to}"`);
  }
  expect(await stand.store.list({ phones: true, limit: 9 })).toHaveLength(2);
});

test("a text that is too long is sent shortened, and that is said", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const seen = await ana.post("/conversations/new", { to: PHONE, text: "long ".repeat(400) });
  expect(seen.to).toMatch(/said=console-said-shortened$/);
});

test("parts are counted as they will be sent", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const count = async (text: string) => (await ana.post("/parts", { text })).text;
  expect(await count("x")).toBe("One character, one part");
  expect(await count("x".repeat(161))).toBe("161 characters, 2 parts");
  expect(await count("你")).toMatch(/^One character, one part: with letters/);
  expect(await count("x".repeat(2_000))).toMatch(/^Too long: \d+ parts, and at most 6 are sent$/);
});

test("an answer to a name in letters can't be written", async () => {
  await using stand = await openStand();
  const thread = await stand.hear("Bank", "Your code is 1234", ["ana"]);
  const page = (await (await stand.as("ana")).get(`/conversations/${thread}`)).text;
  expect(page).toContain("is a name, not a number");
  expect(page).not.toContain("<textarea");
});

test("a long conversation comes page by page, each text once", async () => {
  await using stand = await openStand();
  let thread = 0;
  for (let n = 0; n < 250; n++) {
    await stand.clock.advance(60_000);
    thread = await stand.hear(PHONE, `text no ${n};`, n % 3 === 0 ? ["ana", "ben"] : ["ana"]);
  }
  const ana = await stand.as("ana");
  const seen: string[] = [];
  let path = `/conversations/${thread}`;
  for (let pages = 0; path !== ""; pages++) {
    const { text } = await ana.get(path);
    seen.unshift(
      ...[...text.matchAll(/<p class="text" dir="auto">(text no \d+;)/g)].map(([, one = ""]) => one),
    );
    path = /href="(\/conversations\/\d+\?before=\d+)"/.exec(text)?.[1] ?? "";
    expect(pages).toBeLessThan(5);
  }
  expect(seen).toEqual(Array.from({ length: 250 }, (_, n) => `text no ${n};`));
});

test("many conversations come page by page, the last active first", async () => {
  await using stand = await openStand();
  for (let n = 100; n < 220; n++) {
    await stand.clock.advance(1_000);
    await stand.hear(`+491511234${n}`, "x", ["ana"]);
  }
  const ana = await stand.as("ana");
  const seen: string[] = [];
  for (let path = "/conversations"; path !== ""; ) {
    const { text } = await ana.get(path);
    seen.push(...[...text.matchAll(/<bdi>(\+49\d+)<\/bdi>/g)].map(([, one = ""]) => one));
    path = /href="(\/conversations\?before=[\d-]+)"/.exec(text)?.[1] ?? "";
  }
  expect(seen).toEqual(Array.from({ length: 120 }, (_, n) => `+491511234${219 - n}`));
});

test("a user sees and touches nothing of what others say; an operator all of it", async () => {
  await using stand = await openStand();
  const thread = await stand.hear(PHONE, "for ana's eyes", ["ana"]);
  const written = await stand.write("ana", "+491701234567", "ana's own text");
  const ben = await stand.as("ben");
  const olga = await stand.as("olga");
  const [inbound] = await stand.store.list({ number: PHONE, phones: true, limit: 1 });
  const pages = [
    "/conversations",
    "/queue",
    "/messages",
    "/messages.csv",
    "/messages?text=ana",
    `/messages?number=${encodeURIComponent(PHONE)}`,
  ];
  for (const path of pages) expect((await ben.get(path)).text).not.toMatch(/ana's|ana&#39;s/);
  for (const path of ["/conversations", "/messages", "/messages.csv"])
    expect((await olga.get(path)).text).toMatch(/ana(?:'|&#39;)s/);
  const hidden = [`/conversations/${thread}`, `/messages/${written}`, `/messages/${inbound?.message.id}`];
  for (const path of hidden) {
    const nothing = await ben.get(path);
    expect(nothing.status).toBe(404);
    // As if it were not there at all.
    const never = await ben.get(path.replace(/\w+$/, "99999"));
    expect(nothing.text).toBe(never.text);
    expect((await olga.get(path)).status).toBe(200);
  }
  expect((await ben.post(`/conversations/${thread}`, { text: "me too" })).status).toBe(404);
  for (const act of ["cancel", "again", "reroute"]) {
    await ben.post(`/messages/${written}/${act}`, { key: "k", sim: "office:0" });
  }
  const [job] = await stand.jobs(written);
  expect(job?.delivery.state).toBe("queued");
  expect(await stand.store.list({ way: "out", limit: 9 })).toHaveLength(1);
});

test("what waits, and why; it is taken back, or goes from another SIM", async () => {
  await using stand = await openStand();
  const first = await stand.write("ana", PHONE, "first");
  const second = await stand.write("ana", PHONE, "second");
  await stand.control.pause({ gateway: "office", port: 1 }, true, "olga");
  const ana = await stand.as("ana");
  const queue = (await ana.get("/queue")).text;
  expect(queue).toContain("no gateway that may send it is there");
  expect(queue).toMatch(/Paused[^<]*sales/);
  expect(queue).not.toContain('href="/gateways"');
  expect((await (await stand.as("olga")).get("/queue")).text).toContain('href="/gateways"');
  const cancel = await ana.post(`/messages/${first}/cancel`, { back: "/queue" });
  expect(cancel.to).toBe("/queue?said=console-said-cancelled");
  expect((await stand.jobs(first))[0]?.delivery.state).toBe("failed");
  const late = await ana.post(`/messages/${first}/cancel`, { back: "/queue" });
  expect(late.to).toBe("/queue?said=console-said-too-late");
  expect((await ana.get(late.to)).text).toContain("Too late");
  const none = await ana.post(`/messages/${second}/reroute`, { back: "/queue", sim: "" });
  expect(none.to).toBe("/queue?said=console-said-no-sim");
  const other = await ana.post(`/messages/${second}/reroute`, { back: "/queue", sim: "office:0" });
  expect(other.to).toBe("/queue?said=console-said-rerouted");
  const [waiting] = await stand.store.list({ state: "queued", phones: true, limit: 9 });
  expect(waiting?.delivery.lane).toEqual({ gateway: "office", port: 0 });
  const odd = await ana.post(`/messages/${waiting?.message.id}/reroute`, { back: "/queue", sim: "attic:7" });
  expect(odd.status).toBe(409);
  expect(odd.text).toContain("no SIM “attic:7”");
});

test("a text that came in and has not reached its reader yet waits too, and no SIM helps it", async () => {
  await using stand = await openStand();
  await stand.hear(PHONE, "Hello in there", ["ana"]);
  const queue = (await (await stand.as("ana")).get("/queue")).text;
  expect(queue).toContain("Hello in there");
  expect(queue).toContain("came in, and ana has not been reached yet");
  expect(queue).not.toContain("/reroute");
});

test("what failed is sent again, once for each time the button was pressed", async () => {
  await using stand = await openStand();
  const message = await stand.write("ana", PHONE, "try this");
  await stand.fail(message, "the network refused it (delivery report 38)");
  const ana = await stand.as("ana");
  const queue = (await ana.get("/queue")).text;
  expect(queue).toContain("the network refused it");
  const press = () => ana.post(`/messages/${message}/again`, { back: "/queue", key: ana.key, sim: "" });
  const both = await Promise.all([press(), press()]);
  expect(both.map(({ to }) => to)).toEqual([
    "/queue?said=console-said-again",
    "/queue?said=console-said-again",
  ]);
  const waiting = await stand.store.list({ state: "queued", phones: true, limit: 9 });
  expect(waiting.map(({ delivery }) => delivery.text)).toEqual(["try this"]);
  const nothing = await ana.post(`/messages/${waiting[0]?.message.id}/again`, { back: "/queue", key: "k" });
  expect(nothing.to).toBe("/queue?said=console-said-nothing-failed");
});

test("a button leads back to where it was, and nowhere else", async () => {
  await using stand = await openStand();
  const message = await stand.write("ana", PHONE, "x");
  const ana = await stand.as("ana");
  const away = await ana.post(`/messages/${message}/cancel`, { back: "https://evil.example/" });
  expect(away.to).toBe("/?said=console-said-cancelled");
});

test("a message's story: every step, with the gateway's own words", async () => {
  await using stand = await openStand();
  const message = await stand.write("ana", PHONE, "what became of me");
  await stand.fail(message, "the network refused it (CMS ERROR: 21)");
  const own = stand.users.get("ana");
  if (own) stand.users.set("ana", { ...own, language: "de" });
  const ana = await stand.as("ana");
  const page = (await ana.get(`/messages/${message}`)).text;
  const states = [...page.matchAll(/<li><div class="top"><span class="state (\w+)">/g)].map(
    ([, state]) => state,
  );
  expect(states).toEqual(["queued", "sending", "failed"]);
  expect(page).toContain("vom Netz abgelehnt (CMS ERROR: 21)");
  expect(page).toContain("the network refused it (CMS ERROR: 21)");
  expect(page).toContain("ana@example.org");
  expect(page).toContain(`/messages/${message}/again`);
});

test("searching: by number as people write it, text, state, way, gateway and time, page by page", async () => {
  await using stand = await openStand();
  const before = stand.clock.now();
  await stand.write("ana", PHONE, "apples");
  await stand.clock.advance(3 * 3_600_000);
  await stand.hear("+491701234567", "pears", ["ana"]);
  const failing = await stand.write("ana", "+491601234567", "plums");
  await stand.fail(failing, "no");
  const ana = await stand.as("ana");
  const find = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const { text } = await ana.get(`/messages?${new URLSearchParams(query).toString()}`);
    return [...text.matchAll(/<p class="clip"><bdi>(\w+)<\/bdi>/g)].map(([, one = ""]) => one);
  };
  const local = (at: number) => {
    const date = new Date(at);
    return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  };
  expect(await find({})).toEqual(["plums", "pears", "apples"]);
  expect(await find({ number: "0151 12 34 56 78" })).toEqual(["apples"]);
  expect(await find({ text: "PEA" })).toEqual(["pears"]);
  expect(await find({ state: "failed" })).toEqual(["plums"]);
  expect(await find({ way: "in" })).toEqual(["pears"]);
  expect(await find({ way: "out" })).toEqual(["plums", "apples"]);
  expect(await find({ since: local(before + 3_600_000) })).toEqual(["plums", "pears"]);
  expect(await find({ until: local(before + 3_600_000) })).toEqual(["apples"]);
  expect(await find({ gateway: "nowhere" })).toEqual([]);
  expect(await find({ state: "nonsense", way: "up", since: "yesterday", before: "-1" })).toHaveLength(3);
  for (let n = 0; n < 120; n++) await stand.write("ana", PHONE, `m${n}`);
  const all: string[] = [];
  for (let path = "/messages?way=out&state=queued"; path !== ""; ) {
    const { text } = await ana.get(path);
    all.push(...[...text.matchAll(/<p class="clip"><bdi>(m\d+)<\/bdi>/g)].map(([, one = ""]) => one));
    path = (/href="(\/messages\?[^"]*before=\d+)"/.exec(text)?.[1] ?? "").replaceAll("&amp;", "&");
  }
  expect(all).toEqual(Array.from({ length: 120 }, (_, n) => `m${119 - n}`));
});

test("the export has every row of the search, whatever stands in it", async () => {
  await using stand = await openStand();
  for (let n = 0; n < 510; n++) await stand.write("ana", PHONE, `row ${n}`);
  await stand.write("ana", "+491701234567", '=HYPERLINK("http://evil.example";"x"),\nsecond line');
  const ana = await stand.as("ana");
  const { text, headers } = await ana.get("/messages.csv");
  expect(headers.get("Content-Type")).toContain("text/csv");
  expect(headers.get("Content-Disposition")).toMatch(/attachment; filename="simpost-\d{4}-\d\d-\d\d.csv"/);
  expect(text.match(/,row \d+,/g)).toHaveLength(510);
  expect(text).toContain('"\'=HYPERLINK(""http://evil.example"";""x""),\nsecond line"');
  const few = (await ana.get("/messages.csv?number=01701234567")).text;
  expect(few.split("\r\n").filter((line) => line !== "")).toHaveLength(2);
  expect((await (await stand.as("ben")).get("/messages.csv")).text.trim().split("\r\n")).toHaveLength(1);
});

test("what a page is told to say are our own words and nothing else", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  for (const said of ["hello", "console-said-nonsense", "console-failed", "<b>x</b>", "console-said-<b>"]) {
    const { text } = await ana.get(`/queue?said=${encodeURIComponent(said)}`);
    expect(text).toContain('<p class="said" role="status" id="said"></p>');
  }
});

test("what is not there is not there", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  for (const path of [
    "/nothing",
    "/conversations/999",
    "/conversations/x",
    "/messages/none",
    "/messages/../x",
  ]) {
    const { status, text } = await ana.get(path);
    expect(status).toBe(404);
    expect(text).toContain("There is no such page");
  }
});
