// The devices as a process of their own: real children, real orders.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { dinstarClient, synwayClient } from "./raw.ts";

const SERVE = fileURLToPath(new URL("../../src/demo/devices/serve.ts", import.meta.url));

let child: ChildProcess | undefined;
afterEach(async () => {
  if (!child || child.exitCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
});

test("it says where it listens, what left, and obeys", async () => {
  const options = ["--dinstar", "0", "--synway", "0", "--ports", "2", "--username", "u", "--password", "p"];
  child = spawn(
    process.execPath,
    [SERVE, ...options, "--synway-options", '{"echo":"digits","json":"proper"}'],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (!child.stdout) throw new Error("no stdout");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => JSON.parse((await lines.next()).value ?? "null");
  const ready = await line();
  expect(ready).toMatchObject({ event: "ready", dinstar: /^http:/.exec(ready.dinstar)?.input });
  const order = async (body: object): Promise<unknown> => {
    const response = await fetch(ready.control, { method: "POST", body: JSON.stringify(body) });
    return response.json();
  };
  const dinstar = dinstarClient({ url: ready.dinstar, username: "u", password: "p" });
  const synway = synwayClient({ url: ready.synway, username: "u", password: "p" });
  const text = { text: "#param#", param: [{ number: "+491", text_param: ["x"], user_id: 7 }] };

  expect(await order({ do: "behave", number: "+491", as: { answer: "thanks" } })).toEqual({});
  await dinstar.post("/api/send_sms", text);
  expect(await line()).toMatchObject({
    event: "sms",
    device: "dinstar",
    to: "+491",
    text: "x",
    correlation: "7",
  });
  expect((await dinstar.get("/api/query_incoming_sms?flag=all")).sms).toMatchObject([
    { number: "+491", text: "thanks" },
  ]);

  await order({ do: "text", from: "+492", to: { device: "synway", port: 1 }, text: "no #", count: 3 });
  expect((await synway.query({ event: "queryrxsms" })).content).toMatch(/^total:3;.*no 3\|E$/);

  await order({ do: "fault", device: "dinstar", fault: { kind: "error", times: "always" } });
  expect((await dinstar.send("GET", "/api/query_sms_in_queue")).status).toBe(500);
  await order({ do: "clear-faults", device: "dinstar" });

  await order({ do: "send-time", device: "dinstar", ms: "never" });
  await order({ do: "port", device: "dinstar", port: 1, set: { reg: "NO_SIM" } });
  await dinstar.post("/api/send_sms", text);
  await dinstar.post("/api/send_sms", text);
  expect(await order({ do: "stats" })).toMatchObject({
    sent: 1,
    dinstar: { waiting: 1, queued: 1 },
    synway: { inbox: 3 },
  });
  await order({ do: "finish", device: "dinstar" });
  expect(await order({ do: "sent", since: 1 })).toMatchObject({ total: 2, sent: [{ correlation: "7" }] });

  await order({ do: "reboot", device: "dinstar", downtime: 10, inbox: "wipe" });
  expect(await order({ do: "stats" })).toMatchObject({ dinstar: { waiting: 0, inbox: 0 } });
  await order({ do: "unplug", device: "synway" });
  await expect(synway.query({ event: "getportinfo" })).rejects.toThrow("ECONNREFUSED");
  await order({ do: "plug", device: "synway" });
  expect(await order({ do: "wipe-inbox", device: "synway" })).toEqual({});
  expect(await order({ do: "hold", device: "synway", on: true })).toEqual({});
  expect(await order({ do: "jump", device: "synway", ms: 1000 })).toEqual({});
  expect(await order({ do: "requests", device: "synway" })).toMatchObject({
    requests: [{ endpoint: "queryrxsms" }],
  });
  expect(await order({ do: "forget" })).toEqual({});
  expect(await order({ do: "reboot", device: "toaster" })).toEqual({ error: "no device toaster" });
  expect(await order({ do: "dance" })).toEqual({ error: "unknown order" });
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});
