// Signing in and out over HTTP: who gets in, who has to wait, what a session is worth and when it ends.
import { expect, test } from "vitest";
import { html } from "../../src/console/pieces.ts";
import type { Room } from "../../src/console/visit.ts";
import { openStand } from "./stand.ts";
import type { Seen } from "./visitor.ts";

const HOUR = 3_600_000;
const session = (seen: Seen): string =>
  seen.headers.getSetCookie().find((line) => /simpost-session=/.test(line)) ?? "";

test("whoever is not signed in sees nothing but the sign-in page, which remembers where he wanted to go", async () => {
  await using stand = await openStand();
  const visitor = stand.visitor();
  for (const path of ["/conversations", "/queue", "/messages?state=failed", "/messages.csv", "/nothing"]) {
    const seen = await visitor.get(path);
    expect([seen.status, seen.to]).toEqual([303, `/sign-in?next=${encodeURIComponent(path)}`]);
  }
  expect((await visitor.get("/events")).status).toBe(401);
  expect((await visitor.post("/conversations/new", { to: "112", text: "x" })).to).toBe("/sign-in");
  expect((await visitor.signIn("ana", "anas secret", "/messages?state=failed")).to).toBe(
    "/messages?state=failed",
  );
  expect((await visitor.get("/messages?state=failed")).status).toBe(200);
});

test.each(["//evil.example/x", "/\\evil.example", "https://evil.example/", "evil", "/..//evil.example"])(
  "after signing in nobody is led to %s",
  async (next) => {
    await using stand = await openStand();
    expect((await stand.visitor().signIn("ana", "anas secret", next)).to).toBe("/");
  },
);

test("by name or by mail address, in whatever letters", async () => {
  await using stand = await openStand();
  for (const name of ["ana", "ana@example.org", "ANA@Example.org", " ana "]) {
    expect((await stand.visitor().signIn(name, "anas secret")).status).toBe(303);
  }
  for (const name of ["Ana", "", "an", "*"]) {
    expect((await stand.visitor().signIn(name, "anas secret")).status).toBe(422);
  }
  expect(stand.house.log.of("signed in")).toHaveLength(4);
  expect(JSON.stringify(stand.house.log.lines)).not.toContain("secret");
});

test("somebody unknown and a wrong password are answered alike, after as much work", async () => {
  await using stand = await openStand();
  stand.users.set("cleo", { name: "cleo", addresses: [], password: null, role: "user", language: null });
  const pages = [];
  for (const name of ["ana", "nobody", "cleo"]) {
    const { status, text } = await stand.visitor().signIn(name, "wrong");
    pages.push([status, text.replace(/value="[^"]+"/g, "")]);
  }
  expect(pages[1]).toEqual(pages[0]);
  expect(pages[2]).toEqual(pages[0]);
  expect(stand.checked).toHaveLength(3);
  // Also with the very password that the unknown one is checked against.
  expect((await stand.visitor().signIn("nobody", "anas secret")).status).toBe(422);
});

test("an empty or endless password is no password", async () => {
  await using stand = await openStand();
  for (const password of ["", "x".repeat(2_000)]) {
    expect((await stand.visitor().signIn("ana", password)).status).toBe(422);
  }
});

test("the cookie is nobody else's: HttpOnly, SameSite, Secure behind https, another one at each sign-in", async () => {
  await using stand = await openStand();
  const visitor = stand.visitor();
  const first = session(await visitor.signIn("ana"));
  expect(first).toMatch(/^simpost-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const safe = session(await stand.visitor({ "X-Forwarded-Proto": "https" }).signIn("ana"));
  expect(safe).toMatch(/^__Host-simpost-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

test("an id that somebody put there before is worth nothing afterwards (session fixation)", async () => {
  await using stand = await openStand();
  const attacker = await stand.as("ben");
  const fixed = attacker.cookies.get("simpost-session") ?? "";
  const victim = stand.visitor();
  await victim.get("/sign-in");
  victim.cookies.set("simpost-session", fixed);
  // Whoever has a session is led past the form, so the attacker's page posts its own.
  const seen = await victim.post("/sign-in", { name: "ana", password: "anas secret" });
  expect(seen.status).toBe(303);
  expect(victim.cookies.get("simpost-session")).not.toBe(fixed);
  expect((await attacker.get("/conversations")).status).toBe(303);
  const made = stand.visitor();
  await made.get("/sign-in");
  made.cookies.set("simpost-session", "A".repeat(43));
  await made.post("/sign-in", { name: "ana", password: "anas secret" });
  expect(made.cookies.get("simpost-session")).not.toBe("A".repeat(43));
});

test("a form that did not come from here is refused: at the gate, and behind it", async () => {
  await using stand = await openStand();
  const visitor = stand.visitor();
  await visitor.get("/sign-in");
  const own = { name: "ana", password: "anas secret" };
  const strange: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
    [{ token: "" }, {}],
    [{ token: "x".repeat(43) }, {}],
    [{}, { Origin: "https://evil.example" }],
    [{}, { Origin: "null" }],
    [{}, { "Sec-Fetch-Site": "cross-site" }],
    [{}, { "Sec-Fetch-Site": "same-site" }],
  ];
  for (const [fields, headers] of strange) {
    const seen = await visitor.post("/sign-in", { ...own, ...fields }, headers);
    expect([seen.status, session(seen)]).toEqual([403, ""]);
    await visitor.get("/sign-in");
  }
  expect(stand.checked).toEqual([]);
  await visitor.signIn("ana");
  for (const [fields, headers] of strange) {
    const seen = await visitor.post(
      "/conversations/new",
      { to: "+4915112345678", text: "x", ...fields },
      headers,
    );
    expect(seen.status).toBe(403);
    await visitor.get("/conversations/new");
  }
  // A token of another session is no better.
  const ben = await stand.as("ben");
  const seen = await visitor.post("/conversations/new", {
    token: ben.token,
    to: "+4915112345678",
    text: "x",
  });
  expect(seen.status).toBe(403);
  expect((await visitor.get("/sign-out")).status).toBe(404);
  expect(await stand.store.list({ limit: 10 })).toEqual([]);
});

test("a form that is no form is nothing", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const answer = await fetch(`${stand.url}/conversations/new`, {
    method: "POST",
    headers: { Cookie: ana.cookie, "Content-Type": "text/plain" },
    body: `token=${ana.token}&to=112&text=x`,
    redirect: "manual",
  });
  expect(answer.status).toBe(403);
  const large = await ana.post("/conversations/new", { to: "112", text: "x".repeat(70_000) });
  expect(large.status).toBe(413);
});

test("signing out ends the session, also for whoever copied the cookie, and its events", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const thief = stand.visitor();
  for (const [name, value] of ana.cookies) thief.cookies.set(name, value);
  expect((await thief.get("/queue")).status).toBe(200);
  const events = thief.events(99);
  const out = await ana.post("/sign-out");
  expect([out.status, out.to, out.text]).toEqual([303, "/sign-in", ""]);
  expect(ana.cookies.has("simpost-session")).toBe(false);
  expect((await thief.get("/queue")).status).toBe(303);
  expect(await events).toEqual([]);
});

test("a session that nobody uses ends after 12 hours; one that is used gets another id every day", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const first = ana.cookies.get("simpost-session");
  await stand.clock.advance(11.9 * HOUR);
  expect((await ana.get("/queue")).status).toBe(200);
  await stand.clock.advance(11.9 * HOUR);
  expect((await ana.get("/queue")).status).toBe(200);
  expect(ana.cookies.get("simpost-session")).toBe(first);
  await stand.clock.advance(HOUR);
  expect((await ana.get("/queue")).status).toBe(200);
  expect(ana.cookies.get("simpost-session")).not.toBe(first);
  await stand.clock.advance(12.1 * HOUR);
  expect((await ana.get("/queue")).status).toBe(303);
});

test("another password, or no user any more, ends the session; another role holds at once", async () => {
  await using stand = await openStand();
  const [ana, ben] = [await stand.as("ana"), await stand.as("ben")];
  const own = stand.users.get("ana");
  if (!own) throw new Error("ana is not there");
  stand.users.set("ana", { ...own, role: "admin" });
  await stand.hear("+4915112345678", "for others", ["olga"]);
  expect((await ana.get("/conversations")).text).toContain("for others");
  stand.users.set("ana", { ...own, password: "hash of something else" });
  expect((await ana.get("/conversations")).status).toBe(303);
  stand.users.set("ana", own);
  expect((await ana.get("/conversations")).status).toBe(303);
  stand.users.delete("ben");
  expect((await ben.get("/conversations")).status).toBe(303);
});

test("a room for operators is in nobody else's menu, and closed to them, for looking and for acting", async () => {
  const acted: string[] = [];
  const room: Room = {
    menu: { path: "/engine", title: "console-menu-queue" },
    role: "operator",
    routes: [
      { method: "GET", path: "/engine", answer: () => ({ title: "engine", body: html`<h1>engine</h1>` }) },
      {
        method: "POST",
        path: "/engine",
        role: "admin",
        answer({ viewer }) {
          acted.push(viewer.user);
          return { to: "/engine" };
        },
      },
    ],
  };
  await using stand = await openStand({ rooms: [room] });
  const tried = [];
  for (const name of ["ana", "olga", "adam"]) {
    const visitor = await stand.as(name);
    const { text } = await visitor.get("/queue");
    const seen = await visitor.get("/engine");
    const posted = await visitor.post("/engine");
    tried.push([text.includes('href="/engine"'), seen.status, posted.status]);
  }
  expect(tried).toEqual([
    [false, 403, 403],
    [true, 200, 403],
    [true, 200, 303],
  ]);
  expect(acted).toEqual(["adam"]);
});

test("guessing is slowed, by user and by address, and the right password helps only afterwards", async () => {
  await using stand = await openStand();
  const guess = async (from: string, name: string, password = "wrong") => {
    const visitor = stand.visitor({ "X-Forwarded-For": from });
    await visitor.get("/sign-in");
    return visitor.post("/sign-in", { name, password });
  };
  for (let n = 0; n < 5; n++) expect((await guess(`192.0.2.${n}`, "ana")).status).toBe(422);
  const held = await guess("192.0.2.99", "ana", "anas secret");
  expect([held.status, held.headers.get("Retry-After")]).toEqual([429, "1"]);
  expect(held.text).toContain("wait one second");
  expect(stand.checked).toHaveLength(5);
  expect((await guess("192.0.2.99", "ben", "bens secret")).status).toBe(303);
  await stand.clock.advance(1_000);
  expect((await guess("192.0.2.99", "ana", "anas secret")).status).toBe(303);
  expect((await guess("192.0.2.99", "ana")).status).toBe(422);
  // One address, many names.
  for (let n = 0; n < 10; n++) expect((await guess("198.51.100.1", `name${n}`)).status).toBe(422);
  expect((await guess("198.51.100.1", "name11")).status).toBe(429);
  expect((await guess("198.51.100.2", "name11")).status).toBe(422);
});

test("where nobody has a password, the page says how to make one", async () => {
  await using stand = await openStand();
  for (const [name, user] of stand.users) stand.users.set(name, { ...user, password: null });
  const { text } = await stand.visitor().get("/sign-in");
  expect(text).toContain("simpost hash");
  expect(text).not.toContain('name="password"');
  expect((await stand.visitor().signIn("ana", "")).status).toBe(403);
});

test("the page speaks the browser's language; behind the gate, the user's", async () => {
  await using stand = await openStand();
  const visitor = stand.visitor({ "Accept-Language": "fr, de-CH;q=0.8, en;q=0.5" });
  const { text } = await visitor.get("/sign-in");
  expect(text).toContain('<html lang="de">');
  expect(text).toContain("Anmelden");
  await visitor.signIn("ana");
  expect((await visitor.get("/queue")).text).toContain("Warteschlange");
  const own = stand.users.get("ana");
  if (own) stand.users.set("ana", { ...own, language: "en-GB" });
  expect((await visitor.get("/queue")).text).toContain("What waits");
});

test("every answer keeps others out: pages, files, errors, redirects, events", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const asset = /href="(\/static\/console\.css[^"]*)"/.exec((await ana.get("/queue")).text)?.[1] ?? "";
  for (const path of ["/queue", "/sign-in", asset, "/static/none", "/nothing", "/", "/messages.csv"]) {
    const { headers } = await ana.get(path);
    const policy = headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("same-origin");
    expect(headers.get("Cache-Control")).toMatch(path === asset ? /immutable/ : /^no-store$/);
  }
  const page = (await ana.get("/conversations/new")).text;
  expect(page).not.toMatch(/<script(?! src="\/static\/)|\sstyle=|\son\w+=|javascript:/);
});

test("a page that breaks says so, tells nothing, and is in the log", async () => {
  await using stand = await openStand({
    control: () => {
      throw new Error("the secret of the house");
    },
  });
  const ana = stand.visitor();
  await ana.get("/sign-in");
  await ana.post("/sign-in", { name: "ana", password: "anas secret" });
  const seen = await ana.get("/queue");
  expect(seen.status).toBe(500);
  expect(seen.text).not.toContain("secret of the house");
  expect(seen.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  expect(stand.house.log.of("console failing")).toHaveLength(1);
});
