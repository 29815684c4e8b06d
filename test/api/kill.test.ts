// The daemon is killed while it takes a text over the API: the client asks again with the same key, and one SMS leaves.
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { World } from "../support/world/world.ts";

const Made = z.object({ token: z.string() });
const Taken = z.object({ id: z.string(), repeated: z.boolean() });
const TO = "+4915111110001";

/** Where the daemon of this moment listens. */
function place(world: World): string {
  const line = world.daemon?.log.find((one) => one.includes('"event":"http listening"')) ?? "{}";
  return `http://${z.object({ listen: z.string() }).parse(JSON.parse(line)).listen}/api/v1`;
}

async function post<S extends z.ZodType>(
  world: World,
  path: string,
  token: string,
  body: object,
  shape: S,
): Promise<z.output<S>> {
  const response = await fetch(place(world) + path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      "Idempotency-Key": "the-same",
    },
  });
  return shape.parse(await response.json());
}

test.each(["before accept", "after accept", "after send"])("killed %s", async (point) => {
  const world = await World.open({ gateways: ["dinstar"] });
  onTestFinished(() => world.close());
  await world.start();
  await world.listening();
  const key = readFileSync(`${world.store}.key`, "utf8").trim();
  const { token } = await post(world, "/tokens", key, { name: "t", user: "ana", scopes: ["send"] }, Made);
  await world.crash("SIGTERM");

  await world.start(`${point}:1`);
  const body = { to: TO, text: `killed ${point}` };
  const first = await post(world, "/messages", token, body, Taken).catch(() => null);
  expect((await world.daemon?.exited)?.signal).toBe("SIGKILL");
  await world.start();
  const again = await post(world, "/messages", token, body, Taken);
  expect(again.repeated).toBe(point !== "before accept");
  expect(first?.id ?? again.id).toBe(again.id);
  await world.settled();
  const sent = await world.devices.sent();
  expect(sent.map(({ to, text }) => [to, text])).toEqual([[TO, body.text]]);
  expect((await post(world, "/messages", token, body, Taken)).id).toBe(again.id);
});
