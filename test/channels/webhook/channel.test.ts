// Webhooks over real sockets: what is sent, what answers mean, and one URL's trouble beside another's peace.
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { SendError } from "../../../src/bridge/errors.ts";
import type { Post } from "../../../src/bridge/ports/channel.ts";
import { type Receiver, startReceiver, verified } from "./receiver.ts";
import { channelTo, postTo, SECRET } from "./setup.ts";

const open: Receiver[] = [];
const receiver = async (): Promise<Receiver> => {
  const one = await startReceiver();
  open.push(one);
  return one;
};
afterEach(async () => {
  for (const one of open.splice(0)) {
    one.release();
    await one.close();
  }
});

const never = (): AbortSignal => new AbortController().signal;
type Sender = ReturnType<typeof channelTo>["channel"];
async function failure(channel: Sender, post: Post, signal = never()): Promise<SendError> {
  const error: unknown = await channel.send(post, signal).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SendError) return error;
  throw new Error(`expected a SendError, got ${String(error)}`);
}

test("one POST: JSON, the three headers, a signature that holds, for every secret", async () => {
  const other = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
  const to = await receiver();
  const url = `${to.url}/hooks/sms?team=1`;
  const { channel, clock } = channelTo([url], { secrets: [SECRET, other] });
  expect(await channel.send(postTo(url), never())).toEqual({ ref: "msg_m1_1" });
  const [taken] = to.taken;
  if (!taken) throw new Error("nothing came");
  expect(taken.path).toBe("/hooks/sms?team=1");
  expect(taken.headers).toMatchObject({
    "content-type": "application/json",
    "user-agent": "simpost",
    "webhook-id": "msg_m1_1",
    "webhook-timestamp": String(clock.now() / 1_000),
  });
  expect(JSON.parse(taken.body)).toMatchObject({ type: "text.received", data: { id: "m1", text: "text 1" } });
  expect([SECRET, other].map((secret) => verified(taken, secret))).toEqual([true, true]);
  expect(verified(taken, `whsec_${Buffer.alloc(32, 8).toString("base64")}`)).toBe(false);
  expect(verified({ ...taken, body: taken.body.replace("text 1", "text 2") }, SECRET)).toBe(false);
  await channel.stop();
});

test("a repetition has the same id and body, and a time of its own", async () => {
  const to = await receiver();
  const { channel, clock } = channelTo([to.url]);
  to.answer({ status: 503 });
  await failure(channel, postTo(to.url));
  to.answer({ status: 200 });
  await clock.advance(60_000);
  await channel.send(postTo(to.url), never());
  const [first, second] = to.requests;
  if (!first || !second) throw new Error("two were to come");
  expect(second.body).toBe(first.body);
  expect(second.headers["webhook-id"]).toBe(first.headers["webhook-id"]);
  const times = [first, second].map(({ headers }) => Number(headers["webhook-timestamp"]));
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(60);
  expect([first, second].every((one) => verified(one, SECRET))).toBe(true);
  await channel.stop();
});

test.each([200, 201, 202, 204, 299])("%i is taken", async (status) => {
  const to = await receiver();
  const { channel } = channelTo([to.url]);
  to.answer({ status });
  await expect(channel.send(postTo(to.url), never())).resolves.toEqual({ ref: "msg_m1_1" });
  await channel.stop();
});

test.each([
  [301, {}, "temporary", undefined],
  [307, {}, "temporary", undefined],
  [400, {}, "temporary", undefined],
  [401, {}, "temporary", undefined],
  [404, {}, "temporary", undefined],
  [410, {}, "permanent", undefined],
  [429, {}, "temporary", 30_000],
  [429, { "retry-after": "7" }, "temporary", 7_000],
  [429, { "retry-after": "0" }, "temporary", 1_000],
  [429, { "retry-after": "99999999" }, "temporary", 3_600_000],
  [429, { "retry-after": "soon" }, "temporary", 30_000],
  [503, { "retry-after": "Sun, 22 Nov 2026 12:02:00 GMT" }, "temporary", 120_000],
  [500, {}, "temporary", undefined],
])("%i %j is %s, and waits %s ms", async (status, headers, kind, retryAfter) => {
  const to = await receiver();
  const { channel } = channelTo([to.url]);
  to.answer({ status, headers });
  const error = await failure(channel, postTo(to.url));
  expect([error.kind, error.scope, error.retryAfter]).toEqual([kind, "message", retryAfter]);
  expect(error.message).toContain(String(status));
  await channel.stop();
});

test("a redirect is not followed", async () => {
  const [to, elsewhere] = [await receiver(), await receiver()];
  const { channel } = channelTo([to.url]);
  to.answer({ status: 308, headers: { location: elsewhere.url } });
  expect((await failure(channel, postTo(to.url))).message).toContain("redirects are not followed");
  expect(elsewhere.requests).toEqual([]);
  await channel.stop();
});

test("only to URLs of the config", async () => {
  const to = await receiver();
  const { channel } = channelTo([`${to.url}/a`]);
  const error = await failure(channel, postTo(`${to.url}/secret-path`));
  expect([error.kind, error.scope]).toEqual(["permanent", "message"]);
  expect(error.message).not.toContain("secret-path");
  expect(to.requests).toEqual([]);
  await channel.stop();
});

test("no answer in time: it may have been taken, so it is tried again", async () => {
  const to = await receiver();
  const { channel } = channelTo([to.url], { timeout: 150 });
  to.answer("hang");
  const error = await failure(channel, postTo(to.url));
  expect([error.kind, error.scope]).toEqual(["unsure", "message"]);
  expect(error.message).toContain("did not answer in time");
  await channel.stop();
});

test("a connection that ends without an answer", async () => {
  const server = createServer((socket) => socket.once("data", () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  const url = `http://127.0.0.1:${typeof at === "object" && at ? at.port : 0}/hooks/secret-path`;
  const { channel, log } = channelTo([url]);
  const error = await failure(channel, postTo(url));
  expect([error.kind, error.scope]).toEqual(["unsure", "message"]);
  expect(JSON.stringify([error.message, ...log.lines.map(({ fields }) => fields)])).not.toContain(
    "secret-path",
  );
  await channel.stop();
  server.close();
});

test("an endless answer is not read, and its status counts", async () => {
  const to = await receiver();
  const { channel } = channelTo([to.url]);
  to.answer({ status: 200, body: "x".repeat(5_000_000) });
  await expect(channel.send(postTo(to.url), never())).resolves.toEqual({ ref: "msg_m1_1" });
  await expect(channel.send(postTo(to.url, 2), never())).resolves.toEqual({ ref: "msg_m2_2" });
  await channel.stop();
});

test("a URL that hangs keeps one place at most, and others have the rest", async () => {
  const to = await receiver();
  const [bad, good] = [`${to.url}/bad`, `${to.url}/good`];
  const { channel, clock, log } = channelTo([bad, good]);
  to.answer({ status: 500 }, "/bad");
  await failure(channel, postTo(bad, 1));
  to.answer("hang", "/bad");
  const probe = channel.send(postTo(bad, 2), never());
  await to.came(2);
  const behind = await failure(channel, postTo(bad, 3));
  expect([behind.kind, behind.scope]).toEqual(["temporary", "message"]);
  expect(behind.retryAfter).toBeGreaterThanOrEqual(1_000);
  for (let n = 10; n < 40; n += 1) await channel.send(postTo(good, n), never());
  expect(to.requests.filter(({ path }) => path === "/bad")).toHaveLength(2);
  to.release();
  await probe;
  expect(log.lines.map(({ event }) => event)).toEqual(["webhook down", "webhook up"]);
  to.answer({ status: 200 }, "/bad");
  await clock.advance(0);
  await Promise.all([4, 5, 6].map((n) => channel.send(postTo(bad, n), never())));
  await channel.stop();
});

test("a URL that goes on failing is tried ever less often, five minutes at most, and told of once", async () => {
  const to = await receiver();
  const { channel, clock, log } = channelTo([to.url]);
  to.answer({ status: 500 });
  const pauses: number[] = [];
  for (let n = 0; n < 14; n += 1) {
    const { retryAfter = 0 } = await failure(channel, postTo(to.url));
    pauses.push(retryAfter);
    await clock.advance(retryAfter);
  }
  expect(pauses.slice(0, 5)).toEqual([0, 1_000, 2_000, 4_000, 8_000]);
  expect(Math.max(...pauses)).toBe(300_000);
  expect(log.of("webhook down")).toHaveLength(1);
  expect(to.requests).toHaveLength(pauses.length);
  const { retryAfter = 0 } = await failure(channel, postTo(to.url));
  const early = await failure(channel, postTo(to.url, 2));
  expect([early.retryAfter, to.requests.length]).toEqual([retryAfter, pauses.length + 1]);
  await clock.advance(retryAfter);
  to.answer({ status: 200 });
  await channel.send(postTo(to.url), never());
  expect(log.of("webhook up")).toHaveLength(1);
  await channel.stop();
});

test("a stop of ours says nothing of the URL", async () => {
  const to = await receiver();
  const { channel, log } = channelTo([to.url]);
  to.answer("hang");
  const stop = new AbortController();
  const sending = failure(channel, postTo(to.url), stop.signal);
  await to.came(1);
  stop.abort();
  expect((await sending).kind).toBe("unsure");
  expect(log.lines).toEqual([]);
  await channel.stop();
});

test("a secret that is none makes no channel", () => {
  expect(() => channelTo([], { secrets: ["hunter2"] })).toThrow(/^must be whsec_/);
});
