// How the house stands, over the API: status, ports, figures, people; and what each role may know of it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openRig, type Rig } from "../support/rig.ts";
import { Client, refusal, USERS } from "./client.ts";

let rig: Rig;
let root: Client;
let ana: Client;
beforeAll(async () => {
  rig = await openRig({ users: USERS });
  root = await Client.local(rig);
  ana = await root.made({ user: "ana", scopes: ["read", "send"] });
});
afterAll(() => rig[Symbol.asyncDispose]());

test("the status", async () => {
  const { body } = await root.get("/status");
  expect(body).toMatchObject({
    depth: { queued: 0, failed: 0 },
    gateways: [{ name: "dinstar", up: true, error: null, paused: false }],
    channels: [{ name: "email", up: true }],
    paused: [],
  });
  expect((await ana.get("/status")).body).toMatchObject({
    depth: null,
    gateways: [{ name: "dinstar", up: true }],
  });
});

test("a gateway that is down says why to operators, and only to them", async () => {
  await using other = await openRig({ users: USERS });
  const boss = await Client.local(other);
  await other.device.stop();
  const Status = z.object({ gateways: z.array(z.object({ up: z.boolean(), error: z.string().nullable() })) });
  const down = await other.until("down", async () => {
    const [gateway] = (await boss.took("GET", "/status", undefined, Status)).gateways;
    return gateway?.up === false ? gateway : null;
  });
  expect(down.error).not.toBeNull();
  const user = await boss.made({ user: "ana", scopes: ["read"] });
  expect((await user.took("GET", "/status", undefined, Status)).gateways).toEqual([
    { up: false, error: null },
  ]);
});

test("the ports, and a SIM's own numbers for operators", async () => {
  const Port = z.object({
    gateway: z.string(),
    port: z.number(),
    registered: z.boolean(),
    sim: z.object({ imsi: z.string().nullable() }).nullable(),
  });
  const ports = await root.list("/ports", Port);
  expect(ports).toMatchObject([
    { gateway: "dinstar", port: 0, registered: true },
    { gateway: "dinstar", port: 1, registered: true },
  ]);
  expect(ports[0]?.sim).not.toBeNull();
  expect((await ana.list("/ports", Port)).map(({ sim }) => sim)).toEqual([null, null]);
});

test("the figures of the last day, or of another time", async () => {
  await ana.send("+4915111110001", "counted");
  await rig.sms("counted");
  await rig.settled();
  const Figure = z.object({ hour: z.string(), gateway: z.string(), sent: z.number(), delivered: z.number() });
  const figures = await rig.until("the figures", async () => {
    const found = await root.list("/figures", Figure);
    return found.length > 0 ? found : null;
  });
  expect(figures.reduce((sum, { sent }) => sum + sent, 0)).toBe(1);
  expect(figures[0]?.gateway).toBe("dinstar");
  expect(await root.list("/figures?since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z", Figure)).toEqual(
    [],
  );
  expect(refusal(await ana.get("/figures"))).toBe("403 forbidden");
});

test("the people, and what they used of their day", async () => {
  const ben = await root.made({ user: "ben", scopes: ["send"] });
  await ben.send("+4915111110002", "one of my two");
  const User = z.object({
    name: z.string(),
    role: z.string(),
    addresses: z.array(z.object({ via: z.string(), address: z.string() })),
    perDay: z.number().nullable(),
    used: z.number(),
    freesAt: z.string().nullable(),
  });
  const people = await root.list("/users", User);
  expect(people.map(({ name, role }) => [name, role])).toEqual([
    ["ana", "user"],
    ["ben", "user"],
    ["cleo", "user"],
    ["olga", "operator"],
    ["root", "admin"],
  ]);
  expect(people[1]).toMatchObject({
    addresses: [{ via: "email", address: "ben@example.org" }],
    perDay: 2,
    used: 1,
  });
  expect(Date.parse(people[1]?.freesAt ?? "")).toBeGreaterThan(Date.now());
  expect(people[2]).toMatchObject({ perDay: null, used: 0, freesAt: null });
  const olga = await root.made({ user: "olga", scopes: ["read"] });
  expect(refusal(await olga.get("/users"))).toBe("403 forbidden");
});
