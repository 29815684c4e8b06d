// A store that can't be written: clear answers, no loss, no doubling, and it goes on by itself. Reloads and restarts.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { Store } from "../../src/bridge/ports/store.ts";
import { startDaemon } from "../../src/daemon.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { BOTH, PEOPLE } from "../support/rig-config.ts";
import { dial } from "../support/transcript.ts";

const PHONE = "+491701234567";

/** A disk that is full, or read-only, while `failing` is true. */
function disk() {
  const state = { failing: false, refused: 0 };
  const guard =
    <Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      if (!state.failing) return work(...args);
      state.refused += 1;
      return Promise.reject(new Error("The store can't be used: there is no room left on the disk"));
    };
  const store = (real: Store): Store => ({
    ...real,
    accept: guard((entry) => real.accept(entry)),
    claim: guard((query) => real.claim(query)),
    report: guard((news) => real.report(news)),
    receive: guard((haul) => real.receive(haul)),
    keep: guard((gateway, raw, at) => real.keep(gateway, raw, at)),
    lease: guard((name, node, until, now) => real.lease(name, node, until, now)),
    prune: guard((before, limit) => real.prune(before, limit)),
    probe: guard(() => real.probe()),
  });
  return { state, store };
}

const ready = async (rig: Rig) => {
  const response = await fetch(`http://${rig.daemon.http}/readyz`);
  const body: unknown = await response.json();
  return { status: response.status, body };
};

test.concurrent.each(BOTH)(
  "%s: a full disk: 451 4.3.0, nothing lost either way, and it goes on when there is room",
  async (device) => {
    const { state, store } = disk();
    await using rig = await openRig({ devices: [device], store });
    await rig.send("+491709999999", "before");
    await rig.sms("before");
    await rig.settled();
    state.failing = true;
    const refused = await rig.mail({ to: PHONE, text: "during", id: "during@client.example" });
    expect([...refused.rcpt, refused.data].at(-1)).toMatch(/^451 4\.3\.0 /);
    rig.text(PHONE, "in, during");
    await rig.logged("store failing");
    await rig.until("more refusals", () => state.refused > 6);
    expect(await ready(rig)).toMatchObject({ status: 200, body: { store: "down" } });
    expect(rig.mailbox.total).toBe(0);
    state.failing = false;
    await rig.send(PHONE, "during", { id: "during@client.example" });
    await rig.sms("during");
    await rig.letter("in, during");
    await rig.settled();
    expect(rig.texts).toEqual(["before", "during"]);
    expect(rig.mailbox.total).toBe(1);
    expect(await ready(rig)).toMatchObject({ status: 200, body: { store: "up" } });
  },
);

test.concurrent.each(BOTH)(
  "%s: the disk fills up while a text is on its way: exactly one SMS",
  async (device) => {
    const { state, store } = disk();
    await using rig = await openRig({ devices: [device], store, timing: { unknown: "30s" } });
    rig.phones.onSms(() => {
      state.failing = true;
    });
    await rig.send(PHONE, "once");
    await rig.sms("once");
    const before = state.refused;
    await rig.until("refusals", () => state.refused > before + 3);
    state.failing = false;
    await rig.until("its end", async () => (await rig.jobs())[0]?.delivery.state === "delivered");
    expect(rig.texts).toEqual(["once"]);
    expect(rig.notices).toEqual([]);
  },
);

test.concurrent("a mail that the relay took while the disk was full is not sent a second time", async () => {
  const { state, store } = disk();
  await using rig = await openRig({ store });
  rig.mailbox.onSource(() => {
    state.failing = true;
  });
  rig.text(PHONE, "once");
  await rig.letter("once");
  const before = state.refused;
  await rig.until("refusals", () => state.refused > before + 3);
  state.failing = false;
  await rig.settled();
  expect(rig.mailbox.total).toBe(1);
});

test.concurrent("another program locks the file for a while: 451, then 250", async () => {
  await using rig = await openRig();
  const other = new DatabaseSync(join(rig.folder, "simpost.db"));
  other.exec("BEGIN IMMEDIATE");
  const refused = await rig.mail({ to: PHONE, text: "hello" });
  expect([...refused.rcpt, refused.data].at(-1)).toMatch(/^451 4\.3\.0 /);
  other.exec("ROLLBACK");
  other.close();
  await rig.send(PHONE, "hello");
  await rig.sms("hello");
});

test.concurrent("a second daemon on the same store is refused", async () => {
  await using rig = await openRig();
  await expect(startDaemon({ config: rig.config(), log: rig.log })).rejects.toThrow(
    /already using the store/,
  );
  await rig.send(PHONE, "still here");
  await rig.sms("still here");
});

test.concurrent.each(BOTH)(
  "%s: a restart in the middle: what was accepted leaves, once, and what was read is not read again",
  async (device) => {
    await using rig = await openRig({ devices: [device] });
    rig.text(PHONE, "in");
    await rig.letter("in");
    await rig.device.unplug();
    for (let n = 0; n < 5; n += 1) await rig.send(`+4917100000${10 + n}`, `out ${n}`);
    await rig.stop();
    await rig.device.plug();
    await rig.start();
    await rig.until("five", () => rig.phones.total === 5);
    await rig.settled();
    await rig.asked(device === "dinstar" ? "query_incoming_sms" : "queryrxsms", 2);
    expect(rig.texts.toSorted()).toEqual(["out 0", "out 1", "out 2", "out 3", "out 4"]);
    expect(rig.mailbox.total).toBe(1);
  },
);

test.concurrent("a reload takes another config, and a bad one leaves the old one in force", async () => {
  await using rig = await openRig();
  const users = { ...PEOPLE, dora: { email: ["dora@example.org"], send: { allow: ["*"] } } };
  await rig.daemon.reload(rig.config({ users }));
  await rig.send(PHONE, "hello", { from: "dora@example.org" });
  await rig.sms("hello");
  const taken = await fetch(`http://${rig.daemon.http}/healthz`);
  expect(taken.status).toBe(200);
  const listen = [{ address: "127.0.0.1", port: Number(rig.daemon.http.split(":")[1]) }];
  const relay = rig.mailbox.url;
  const bad = rig.config({ channels: { email: { driver: "email", relay, listen } } });
  await expect(rig.daemon.reload(bad)).rejects.toThrow(/EADDRINUSE|in use/);
  await rig.send(PHONE, "still dora", { from: "dora@example.org" });
  await rig.sms("still dora");
  rig.text(PHONE, "and in");
  await rig.letter("and in");
});

test.concurrent("connections.perAddress: strangers from one address are counted, those on trusted networks are not", async () => {
  await using rig = await openRig({ trust: ["127.0.0.1/32"], channel: { connections: { perAddress: 2 } } });
  const strangers = [await dial(rig.smtp, "127.0.0.2"), await dial(rig.smtp, "127.0.0.2")];
  for (const stranger of strangers) expect(await stranger.reply()).toMatch(/^220 /);
  const third = await dial(rig.smtp, "127.0.0.2");
  expect(await third.reply()).toMatch(/^421 /);
  const another = await dial(rig.smtp, "127.0.0.3");
  expect(await another.reply()).toMatch(/^220 /);
  await Promise.all(Array.from({ length: 5 }, (_, n) => rig.send(PHONE, `trusted ${n}`)));
  for (const client of [...strangers, third, another]) client.close();
});

test.concurrent("idleTimeout: a client that says nothing is let go", async () => {
  await using rig = await openRig({ channel: { idleTimeout: "300ms" } });
  const client = await dial(rig.smtp);
  expect(await client.reply()).toMatch(/^220 /);
  expect(await client.reply()).toMatch(/^421 /);
  await client.closed();
});
