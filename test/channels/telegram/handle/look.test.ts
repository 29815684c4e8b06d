// /ports, /status, /find.
import { expect, test } from "vitest";
import type { PortView } from "../../../../src/bridge/ports/desk.ts";
import { delivery, message } from "../../../support/posts.ts";
import { PHONE, stage } from "./stage.ts";

const port = (number: number, over: Partial<PortView> = {}): PortView => ({
  gateway: "office",
  up: true,
  port: number,
  label: null,
  number: null,
  registered: true,
  state: "REGISTER_OK",
  used: 0,
  inHand: 0,
  restsUntil: null,
  paused: false,
  sim: { imsi: null, iccid: null, imei: null, type: null },
  ...over,
});

test("/ports is a table", async () => {
  const { ana, settle, last, words, desk } = await stage();
  desk.shown = [
    port(0, { label: "sales & co", number: "+4915112345678", used: 12 }),
    port(1, { registered: false, state: "NO_SIM" }),
    port(2, { registered: false, state: "REGISTERING" }),
    port(10, { up: false }),
    port(11, { paused: true }),
  ];
  ana.says(ana.chat, "/ports");
  await settle();
  const { text, entities } = last(ana.chat);
  expect(text.split("\n")).toEqual([
    words("tg-ports-head"),
    `office:0   sales & co +4915112345678  ${words("tg-port-registered").padEnd(18)}  12`,
    `office:1   -                          ${words("tg-port-no-sim").padEnd(18)}  0`,
    `office:2   -                          ${words("tg-port-unregistered").padEnd(18)}  0`,
    `office:10  -                          ${words("tg-port-failing").padEnd(18)}  0`,
    `office:11  -                          ${words("tg-port-paused").padEnd(18)}  0`,
  ]);
  expect(entities.map(({ type }) => type)).toEqual(["pre"]);
});

test("/ports of many gateways takes several posts, none is cut in a line", async () => {
  const { ana, settle, said, desk } = await stage();
  desk.shown = Array.from({ length: 256 }, (_, at) => port(at, { label: `desk <${at}>` }));
  ana.says(ana.chat, "/ports");
  await settle();
  const lines = said(ana.chat)
    .slice(1)
    .flatMap((text) => text.split("\n"));
  expect(lines).toHaveLength(257);
  expect(lines.filter((line) => /^office:\d+ +desk <\d+> .* 0$/.test(line))).toHaveLength(256);
});

test("/ports where there are none", async () => {
  const { ana, settle, last, words } = await stage();
  ana.says(ana.chat, "/ports");
  await settle();
  expect(last(ana.chat).text).toBe(words("tg-ports-none"));
});

test("/status tells what waits and what is down", async () => {
  const { ana, settle, last, words, desk } = await stage();
  desk.stands = {
    depth: { ...desk.stands.depth, queued: 3, sending: 1, unsure: 2 },
    gateways: [
      { name: "office", up: true, error: null },
      { name: "depot", up: false, error: "connect <refused>" },
    ],
    channels: [
      { name: "telegram", up: true },
      { name: "email", up: false },
    ],
  };
  ana.says(ana.chat, "/status");
  await settle();
  expect(last(ana.chat).text.split("\n")).toEqual([
    words("tg-status-queue", { queued: 3, sending: 1, unsure: 2 }),
    words("tg-status-gateway-up", { gateway: "office" }),
    words("tg-status-gateway-down", { gateway: "depot", why: "connect <refused>" }),
    words("tg-status-channel-down", { channel: "email" }),
  ]);
});

test("/find shows the newest texts of the user's conversations", async () => {
  const { ana, settle, last, words, desk } = await stage();
  const thread = { id: 1, phone: PHONE, lane: null, wrote: null };
  const asked: unknown[] = [];
  const find = desk.find.bind(desk);
  desk.find = (user, what, limit) => {
    asked.push([user, what, limit]);
    return find(user, what, limit);
  };
  desk.names.set(PHONE, "Bo & Co");
  desk.found = [
    {
      thread,
      message: message({ text: "Hello <you>" }),
      delivery: delivery({ text: "Hello <you>", to: { via: "telegram", address: "1001" } }),
    },
    {
      thread,
      message: message({ user: "ana", from: { via: "telegram", address: "1001" } }),
      delivery: delivery({ text: "x".repeat(500), to: { via: "office", address: PHONE } }),
    },
  ];
  ana.says(ana.chat, "/find hello you");
  await settle();
  expect(asked).toEqual([["ana", "hello you", 10]]);
  const { text } = last(ana.chat);
  expect(text).toMatch(/\n\n← Bo & Co, 20\d\d-\d\d-\d\d \d\d:\d\d\nHello <you>\n\n→ Bo & Co, .*\nx{200} …$/);
  expect(text.startsWith(words("tg-find-head", { what: "hello you", count: 2 }))).toBe(true);
});

test("/find nothing", async () => {
  const { ana, settle, said, words } = await stage();
  ana.says(ana.chat, "/find");
  ana.says(ana.chat, "/find <b>");
  await settle();
  expect(said(ana.chat).slice(1)).toEqual([words("tg-find-usage"), words("tg-find-none", { what: "<b>" })]);
});
