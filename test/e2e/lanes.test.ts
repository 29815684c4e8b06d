// Which SIM a text leaves from: the thread's own, the one that was asked for, else the least used one that can.
import { expect, test } from "vitest";
import { openRig, type Rig } from "../support/rig.ts";
import { BOTH } from "../support/rig-config.ts";

const TO = "+491701234567";
const place = (rig: Rig, text: string) => {
  const sms = rig.phones.sent.find((one) => one.text === text);
  return sms && `${sms.device}:${sms.port}`;
};
const gone = { dinstar: { reg: "UNREGISTER" }, synway: { connect: 0 } } as const;
const back = { dinstar: { reg: "REGISTER_OK" }, synway: { connect: 1 } } as const;

function setPort(rig: Rig, port: number, is: "gone" | "back"): void {
  const change = is === "gone" ? gone : back;
  if (rig.names[0] === "synway") rig.devices.synway.setPort(port, change.synway);
  else rig.devices.dinstar.setPort(port, change.dinstar);
}

test.concurrent.each(BOTH)("%s: texts spread over the ports, the least used first", async (device) => {
  await using rig = await openRig({ devices: [device], ports: 4 });
  for (let n = 0; n < 12; n += 1) {
    await rig.send(`+4917100000${10 + n}`, `text ${n}`);
    await rig.sms(`text ${n}`);
  }
  const used = Map.groupBy(rig.phones.sent, (sms) => sms.port);
  expect([...used.values()].map((texts) => texts.length)).toEqual([3, 3, 3, 3]);
});

test.concurrent.each(BOTH)(
  "%s: an answer leaves from the SIM that the phone wrote to, and the next mail to it as well",
  async (device) => {
    await using rig = await openRig({ devices: [device], ports: 4, routes: [{ to: ["ana"] }] });
    const port = rig.port + 2;
    rig.text(TO, "hello", port);
    const mail = await rig.letter("hello");
    await rig.send(mail.parsed.from?.value[0]?.address ?? "", "hi", {
      headers: { "In-Reply-To": mail.parsed.messageId ?? "" },
    });
    await rig.sms("hi");
    for (let n = 0; n < 4; n += 1) await rig.send(TO, `more ${n}`);
    await rig.sms("more 3");
    expect(rig.phones.to(TO).map((sms) => sms.port)).toEqual([port, port, port, port, port]);
  },
);

test.concurrent.each(BOTH)("%s: NUMBER+PORT@ and NUMBER+GATEWAY.PORT@ choose the SIM", async (device) => {
  await using rig = await openRig({ devices: [device], ports: 4 });
  const port = rig.port + 3;
  await rig.send(`${TO}+${port}`, "by port");
  await rig.sms("by port");
  await rig.send(`+491709999999+${device}.${port}`, "by both");
  await rig.sms("by both");
  await rig.send(`+491708888888+${device}`, "by gateway");
  await rig.sms("by gateway");
  expect([place(rig, "by port"), place(rig, "by both")]).toEqual([`${device}:${port}`, `${device}:${port}`]);
  const answer = async (to: string) => (await rig.mail({ to, text: "x" })).rcpt[0]?.slice(0, 9);
  expect(await answer(`${TO}+99`)).toBe("550 5.1.1");
  expect(await answer(`${TO}+nowhere.1`)).toBe("550 5.1.1");
  expect(await answer(`${TO}+${device}.99`)).toBe("550 5.1.1");
});

test.concurrent.each(BOTH)(
  "%s: an unregistered port is passed over, and comes back by itself",
  async (device) => {
    await using rig = await openRig({ devices: [device], ports: 2 });
    setPort(rig, rig.port, "gone");
    await rig.logged("port down");
    for (let n = 0; n < 4; n += 1) await rig.send(`+491710000${100 + n}`, `text ${n}`);
    await rig.until("four", () => rig.phones.total === 4);
    expect(new Set(rig.phones.sent.map((sms) => sms.port))).toEqual(new Set([rig.port + 1]));
    setPort(rig, rig.port, "back");
    await rig.until(
      "back",
      () => rig.log.of("port up").filter((line) => line.fields.port === rig.port).length === 2,
    );
    await rig.send("+491710000999", "on the port that is back");
    await rig.sms("on the port that is back");
    expect(place(rig, "on the port that is back")).toBe(`${device}:${rig.port}`);
  },
);

test.concurrent.each(BOTH)(
  "%s: nobody knows yet that a port is gone: its texts leave from the other one",
  async (device) => {
    await using rig = await openRig({ devices: [device], ports: 2, synway: { searchTimeout: 500 } });
    setPort(rig, rig.port, "gone");
    for (let n = 0; n < 6; n += 1) await rig.send(`+491710000${100 + n}`, `text ${n}`);
    // A Synway may take a text for a port that is gone, and say after a while that it failed.
    await rig.until("six", () => rig.phones.total + rig.notices.length === 6);
    await rig.settled();
    expect(new Set(rig.phones.sent.map((sms) => sms.port))).toEqual(new Set([rig.port + 1]));
    expect(rig.phones.total + rig.notices.length).toBe(6);
    expect(rig.phones.total).toBeGreaterThanOrEqual(device === "synway" ? 3 : 6);
  },
);

test.concurrent.each(BOTH)(
  "%s: with all ports gone a text waits, and leaves when one is back",
  async (device) => {
    await using rig = await openRig({ devices: [device], ports: 2 });
    setPort(rig, rig.port, "gone");
    setPort(rig, rig.port + 1, "gone");
    await rig.until("both down", () => rig.log.of("port down").length >= 2);
    await rig.send(TO, "patience");
    setPort(rig, rig.port + 1, "back");
    await rig.sms("patience");
    await rig.settled();
    expect(rig.texts).toEqual(["patience"]);
    expect(place(rig, "patience")).toBe(`${device}:${rig.port + 1}`);
  },
);

test.concurrent.each([
  ["dinstar", "synway"],
  ["synway", "dinstar"],
] as const)(
  "%s is down: texts leave through %s; a thread that lives on its SIM waits until it is back",
  async (down, up) => {
    await using rig = await openRig({ devices: [down, up], routes: [{ to: ["ana"] }] });
    rig.text(TO, "hello", rig.port);
    await rig.letter("hello");
    await rig.devices[down].unplug();
    await rig.send(TO, "tied");
    await rig.send("+491709999999", "free");
    await rig.sms("free");
    expect(place(rig, "free")).toMatch(new RegExp(`^${up}:`));
    expect(rig.texts).toEqual(["free"]);
    await rig.devices[down].plug();
    await rig.sms("tied");
    await rig.settled();
    expect(place(rig, "tied")).toBe(`${down}:${rig.port}`);
    expect(rig.texts).toEqual(["free", "tied"]);
  },
);

test.concurrent("a thread that is tied to a gateway that stays down fails at its validity, and says so", async () => {
  await using rig = await openRig({
    devices: ["dinstar", "synway"],
    routes: [{ to: ["ana"] }],
    timing: { validity: "2s" },
  });
  rig.text(TO, "hello", 0);
  await rig.letter("hello");
  await rig.devices.dinstar.unplug();
  await rig.send(TO, "tied");
  expect((await rig.notice("failed")).parsed.text).toContain(TO);
  expect(rig.texts).toEqual([]);
});

test.concurrent("a user's gateways", async () => {
  const ana = { email: ["ana@example.org"], send: { allow: ["*"], gateways: ["synway"] } };
  await using rig = await openRig({ devices: ["dinstar", "synway"], users: { ana } });
  for (let n = 0; n < 4; n += 1) await rig.send(`+491710000${100 + n}`, `text ${n}`);
  await rig.until("four", () => rig.phones.total === 4);
  expect(new Set(rig.phones.sent.map((sms) => sms.device))).toEqual(new Set(["synway"]));
  expect((await rig.mail({ to: `${TO}+dinstar.0`, text: "x" })).rcpt[0]).toMatch(/^550 5\.1\.1/);
});
