// Deliveries to people, made up for tests of channels.
import {
  type Delivery,
  type Message,
  type NoticeKind,
  PRIORITY,
  type Thread,
} from "../../src/bridge/message.ts";
import type { Post } from "../../src/bridge/ports/channel.ts";

export const AT = Date.UTC(2026, 10, 22, 12, 30, 5);
const PHONE = "+4915112345678";

export function delivery(over: Partial<Delivery> = {}): Delivery {
  return {
    id: 77,
    message: "m0abc",
    thread: 3,
    to: { via: "email", address: "ana@example.org" },
    text: "Hello from a phone",
    parts: 0,
    priority: PRIORITY.normal,
    state: "sending",
    attempts: 1,
    due: null,
    deadline: null,
    expires: AT + 86_400_000,
    lane: null,
    sentAt: null,
    track: null,
    ref: null,
    error: null,
    warned: false,
    notify: [],
    ...over,
  };
}

export function message(over: Partial<Message> = {}): Message {
  return {
    id: "m0abc",
    at: AT,
    from: { via: "office", address: PHONE },
    user: null,
    text: "Hello from a phone",
    ref: null,
    origin: {},
    notice: null,
    ...over,
  };
}

export function thread(over: Partial<Thread> = {}): Thread {
  return { id: 3, phone: PHONE, lane: { gateway: "office", port: 0 }, wrote: null, ...over };
}

/** A text from a phone to a person. */
export function textPost(
  text: string,
  over: Partial<Omit<Post, "message" | "thread" | "delivery">> & {
    message?: Partial<Message>;
    thread?: Partial<Thread>;
    delivery?: Partial<Delivery>;
  } = {},
): Post {
  return {
    refs: [],
    name: null,
    about: null,
    ...over,
    message: message({ text, ...over.message }),
    thread: thread(over.thread),
    delivery: delivery({ text, ...over.delivery }),
  };
}

/** A notice about deliveries to phones. */
export function noticePost(
  kind: NoticeKind,
  deliveries: readonly Partial<Delivery>[],
  over: {
    readonly origin?: Record<string, string>;
    readonly text?: string;
    readonly refs?: readonly string[];
  } = {},
): Post {
  const original = message({
    id: "m0original",
    at: AT - 3_600_000,
    from: { via: "email", address: "ana@example.org" },
    user: "ana",
    text: "Please call back",
    ref: "mail-1@client.example",
    origin: over.origin ?? {},
  });
  const about = deliveries.map((one, n) =>
    delivery({
      id: 10 + n,
      message: original.id,
      to: { via: "*", address: PHONE },
      text: original.text,
      ...one,
    }),
  );
  const text = over.text ?? "Your text could not be delivered:\n\n  it was refused\n";
  return {
    refs: over.refs ?? [],
    name: null,
    about: { message: original, deliveries: about },
    message: message({
      id: "m0notice",
      from: null,
      text,
      notice: { kind, message: original.id, about: about.map((one) => one.id) },
    }),
    thread: thread(),
    delivery: delivery({ id: 78, message: "m0notice", text }),
  };
}
