// The log's lines: their form, and what never gets into them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { Rejected, SendError, Unreadable } from "../../src/bridge/errors.ts";
import { masked } from "../../src/bridge/phone.ts";
import { createLog, type LogOptions } from "../../src/operation/log.ts";

type Line = Record<string, unknown>;

function memory(options: Partial<LogOptions> = {}) {
  const raw: string[] = [];
  const log = createLog({
    level: "info",
    numbers: "masked",
    mask: masked,
    to: {
      write: (line: string) => {
        raw.push(line);
      },
    },
    ...options,
  });
  return { log, raw, lines: () => raw.map((line) => JSON.parse(line) as Line) };
}

test("a line is one JSON object with level, time and event", () => {
  const { log, raw, lines } = memory();
  log.info("accepted", { id: "abc", parts: 2 });
  log.warn("port down", { gateway: "office", port: 0 });
  log.error("bug");
  expect(raw.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1)).toBe(true);
  expect(lines()).toEqual([
    { level: "info", time: expect.stringMatching(/^\d{4}-.*Z$/), event: "accepted", id: "abc", parts: 2 },
    { level: "warn", time: expect.any(String), event: "port down", gateway: "office", port: 0 },
    { level: "error", time: expect.any(String), event: "bug" },
  ]);
});

test("levels below the configured one are not written; a reload changes it", () => {
  const { log, lines } = memory({ level: "warn" });
  log.info("accepted");
  log.warn("retrying");
  log.set({ level: "silent", numbers: "masked" });
  log.error("bug");
  log.set({ level: "info", numbers: "full" });
  log.info("accepted", { to: "+491701234567" });
  expect(lines().map((line) => line.event)).toEqual(["retrying", "accepted"]);
  expect(lines()[1]?.to).toBe("+491701234567");
});

test("numbers are masked in the fields that hold them, however they are nested", () => {
  const { log, raw, lines } = memory();
  log.info("accepted", {
    phone: "+491701234567",
    to: ["+491701234567", "72273"],
    from: { via: "office", address: "+491701234567" },
    recipients: [{ phone: "+491701234567", raw: "01701234567" }],
    sender: "<+491701234567@sms.example.org>",
    address: "192.168.100.200",
    message_id: "x.491701234567@sms.example.org",
  });
  expect(raw.join("")).not.toContain("1701234567");
  expect(lines()[0]).toMatchObject({
    phone: "+4917…67",
    to: ["+4917…67", "72273"],
    from: { via: "office", address: "+4917…67" },
    sender: "<…@sms.example.org>",
    address: "192.168.100.200",
    message_id: "x.49170…67@sms.example.org",
  });
});

test("numbers inside other words are masked too; ids, ports and times are not", () => {
  const { log, lines } = memory();
  const at = new Date(0);
  log.warn("retrying", {
    detail: "no answer for 491701234567, task 12",
    id: "1234567890123",
    track: "77:1234567",
    delivery: 2_147_483_647,
    listen: "127.0.0.1:8080",
    at,
  });
  expect(lines()[0]).toMatchObject({
    detail: "no answer for 49170…67, task 12",
    id: "1234567890123",
    track: "77:1234567",
    delivery: 2_147_483_647,
    listen: "127.0.0.1:8080",
    at: at.toISOString(),
  });
});

test("of a program's URL only the host is written: its path or query may be a secret", () => {
  for (const numbers of ["masked", "full"] as const) {
    const { log, raw, lines } = memory({ numbers });
    log.info("moved", {
      via: "webhook",
      to: "https://ana:hunter2@hooks.example.org:8443/hunter2/1234567?t=hunter2",
    });
    log.info("moved", { to: ["HTTP://hooks.example.org", "https://"] });
    expect(raw.join("")).not.toMatch(/hunter2|1234567/);
    expect(lines().map(({ to }) => to)).toEqual([
      "https://hooks.example.org:8443/…",
      ["http://hooks.example.org/…", "/…"],
    ]);
  }
});

test("numbers: full writes them", () => {
  const { log, lines } = memory({ numbers: "full" });
  log.info("accepted", { to: "+491701234567", detail: "for +491701234567" });
  expect(lines()[0]).toMatchObject({ to: "+491701234567", detail: "for +491701234567" });
});

test("secrets and message text are left out, whatever the spelling or depth", () => {
  const { log, raw } = memory({ numbers: "full" });
  log.error("bug", {
    password: "hush",
    Authorization: "hush",
    gateway: { name: "office", token: "hush", nested: [{ secret: "hush", text: "hush", Body: "hush" }] },
    url: "http://admin:hush@10.0.0.1/api",
    api: "https://api.example.org/bot123:hush/send",
    error: new Error("GET http://admin:hush@10.0.0.1/ failed", {
      cause: new Error("https://api.example.org/bot123:hush/x"),
    }),
  });
  expect(raw.join("")).not.toContain("hush");
  expect(raw.join("")).toContain('"url":"http://10.0.0.1/api"');
});

test("errors keep their name, code and causes; those of a day's work have no stack", () => {
  const { log, lines } = memory();
  const socket = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  log.warn("gateway down", {
    error: new SendError("temporary", "no connection for +491701234567", { cause: socket }),
  });
  log.warn("rejected", { error: new Rejected("over-quota", "too many") });
  expect(lines()[0]?.error).toEqual({
    name: "SendError",
    message: "no connection for +4917…67",
    kind: "temporary",
    cause: {
      name: "Error",
      message: "connect ECONNREFUSED",
      code: "ECONNREFUSED",
      stack: expect.stringContaining("log.test.ts"),
    },
  });
  expect(lines()[1]?.error).toEqual({ name: "Rejected", message: "too many", code: "over-quota" });
});

test("an unreadable answer's raw content is not logged", () => {
  const { log, raw, lines } = memory();
  log.error("gateway unreadable", { error: new Unreadable("no JSON", "Meet me at noon") });
  expect(lines()[0]?.error).toEqual({ name: "Unreadable", message: "no JSON" });
  expect(raw.join("")).not.toContain("noon");
});

test("fields named like the log's own keep their place apart", () => {
  const { log, lines } = memory();
  log.info("config", { level: "x", time: 1, event: "y" });
  expect(lines()[0]).toMatchObject({ level: "info", event: "config", level_: "x", time_: 1, event_: "y" });
});

test("odd values don't break a line: cycles, bytes, big numbers, sets, long strings, long lists", () => {
  const { log, lines } = memory();
  const cycle: Record<string, unknown> = { a: 1 };
  cycle.self = cycle;
  const error = new Error("x");
  error.cause = error;
  log.info("config", {
    cycle,
    error,
    bytes: new Uint8Array(9),
    big: 2n ** 70n,
    none: undefined,
    nan: Number.NaN,
    bad: new Date(Number.NaN),
    fn: () => 1,
    set: new Set(["a"]),
    map: new Map([["password", "hush"]]),
    long: "x".repeat(5_000),
    list: Array.from({ length: 500 }, (_, index) => index),
  });
  const [line] = lines();
  expect(line).toMatchObject({
    bytes: "9 bytes",
    big: String(2n ** 70n),
    nan: "NaN",
    bad: null,
    set: ["a"],
    map: {},
  });
  expect(String(line?.long)).toHaveLength(2_001);
  expect(line?.list).toHaveLength(50);
});

test("on standard output every line is there after a flush, and a reader that goes away does not end the process", async () => {
  const program = `
    const { createLog } = await import(${JSON.stringify(new URL("../../src/operation/log.ts", import.meta.url).href)});
    const log = createLog({ level: "info", numbers: "full", mask: (x) => x });
    for (let i = 0; i < 500; i++) log.info("accepted", { i });
    await log.flush();
    process.stdin.once("data", () => {
      for (let i = 0; i < 500; i++) log.info("accepted", { i });
      setImmediate(async () => { await log.flush(); process.exit(7); });
    });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let out = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    out += chunk;
    if (out.split("\n").length > 500) break; // Leaving the loop closes our end of the pipe.
  }
  const lines = out.trim().split("\n");
  expect(lines.slice(0, 500).map((line) => (JSON.parse(line) as Line).i)).toEqual(
    Array.from({ length: 500 }, (_, i) => i),
  );
  child.stdin.end("x");
  const [code] = await once(child, "exit");
  expect(code).toBe(7);
});

test("a reader that never reads costs a second at the end, no more", async () => {
  const program = `
    const { Output } = await import(${JSON.stringify(new URL("../../src/operation/output.ts", import.meta.url).href)});
    const out = new Output(process.stdout);
    for (let i = 0; i < 200; i++) {
      for (let j = 0; j < 1000; j++) out.write("x".repeat(99) + "\\n");
      await new Promise(setImmediate);
    }
    if (process.stdout.writableLength > 9_000_000) throw new Error("it grows");
    const before = performance.now();
    await out.flush();
    process.stderr.write(String(Math.round(performance.now() - before)), () => process.exit(7));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let waited = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    waited += chunk;
  });
  const [code] = await once(child, "exit");
  expect(code).toBe(7);
  expect(Number(waited)).toBeGreaterThanOrEqual(900);
  expect(Number(waited)).toBeLessThan(5_000);
});
