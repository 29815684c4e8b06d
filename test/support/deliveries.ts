// Deliveries, messages and threads to test with, all fields filled in.
import type { Delivery, Message, Thread } from "../../src/bridge/message.ts";
import type { PortInfo } from "../../src/bridge/ports/gateway.ts";
import type { Job } from "../../src/bridge/ports/store.ts";

export const NOW = Date.UTC(2026, 10, 22, 12);

export const delivery = (change: Partial<Delivery> = {}): Delivery => ({
  id: 1,
  message: "m1",
  thread: 1,
  to: { via: "*", address: "+4915112345678" },
  text: "hello",
  parts: 1,
  priority: 1,
  state: "queued",
  attempts: 0,
  due: NOW,
  deadline: NOW + 60_000,
  expires: NOW + 3_600_000,
  lane: null,
  sentAt: null,
  track: null,
  ref: null,
  error: null,
  warned: false,
  notify: ["failure", "delay"],
  ...change,
});

export const message = (change: Partial<Message> = {}): Message => ({
  id: "m1",
  at: NOW,
  from: { via: "email", address: "ana@example.org" },
  user: "ana",
  text: "hello",
  ref: "1@example.org",
  origin: {},
  notice: null,
  ...change,
});

export const thread = (change: Partial<Thread> = {}): Thread => ({
  id: 1,
  phone: "+4915112345678",
  lane: null,
  wrote: null,
  ...change,
});

export const job = (
  change: { delivery?: Partial<Delivery>; message?: Partial<Message>; thread?: Partial<Thread> } = {},
): Job => ({
  delivery: delivery(change.delivery),
  message: message(change.message),
  thread: thread(change.thread),
});

export const port = (change: Partial<PortInfo> = {}): PortInfo => ({
  port: 0,
  registered: true,
  state: "REGISTER_OK",
  busy: false,
  ...change,
});
