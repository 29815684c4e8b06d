// What a sender is told, and when: that a text failed, still waits, or arrived. A notice never causes a notice.
import { type Delivery, type Message, type NoticeKind, PRIORITY } from "./message.ts";
import type { Entry, Job, News, Store } from "./ports/store.ts";

/** A notice that can't be handed over is tried for this long, milliseconds. */
export const PATIENCE = 5 * 24 * 3_600_000;

/** What the sender must be told of this delivery, as entries to be stored with the news; empty: nothing. */
export function notices(kind: NoticeKind, job: Job, id: string, now: number): readonly Entry[] {
  const { delivery, message } = job;
  if (message.from === null || message.user === null) return [];
  const wanted = { failed: "failure", delayed: "delay", delivered: "success" } as const;
  if (!delivery.notify.includes(wanted[kind])) return [];
  const notice: Message = {
    id,
    at: now,
    from: null,
    user: null,
    text: "",
    ref: null,
    origin: {},
    notice: { kind, message: message.id, about: [delivery.id] },
  };
  return [
    {
      message: notice,
      deliveries: [
        {
          thread: { way: "id", id: delivery.thread },
          to: message.from,
          text: "",
          parts: 0,
          priority: PRIORITY.normal,
          expires: now + PATIENCE,
          deadline: now + PATIENCE,
          pool: message.from.via,
          line: "",
          lane: null,
          once: null,
          notify: [],
        },
      ],
    },
  ];
}

/** Leaves out notices about a phone that the sender was told of already: a text that had to be split fails, or is late, once. */
export async function toldOnce(
  store: Pick<Store, "deliveries">,
  news: readonly News[],
): Promise<readonly News[]> {
  const kept: News[] = [];
  for (const one of news) {
    const notice = one.follow
      ?.map(noticeOf)
      .find((found) => found?.kind === "failed" || found?.kind === "delayed");
    const all = notice ? await store.deliveries(notice.message) : [];
    const own = all.find(({ id }) => id === one.id);
    const told = all.some(
      (other) =>
        other.id !== one.id &&
        other.to.address === own?.to.address &&
        (notice?.kind === "failed" ? other.state === "failed" : other.warned),
    );
    kept.push(told ? { id: one.id, change: one.change, ...(one.bind ? { bind: one.bind } : {}) } : one);
  }
  return kept;
}

const noticeOf = ({ message }: Entry): Message["notice"] =>
  typeof message === "string" ? null : message.notice;

/** The words of a notice, for whichever channel carries it. `original`: the message it is about. */
export function words(
  kind: NoticeKind,
  original: Message,
  about: readonly Delivery[],
  unanswered = "no answer",
): string {
  const lines = new Set(
    about.map((delivery) => `  ${delivery.to.address}: ${fate(kind, delivery, unanswered)}`),
  );
  const many = new Set(about.map((delivery) => delivery.to.address)).size !== 1;
  const text = excerpt(original.text);
  const head = {
    failed: many ? "Your text could not be delivered to these numbers:" : "Your text could not be delivered:",
    delayed: "Your text has not left yet. It is still being tried, you need not send it again:",
    delivered: many ? "Your text was handed over to these numbers:" : "Your text was handed over:",
  }[kind];
  return [
    head,
    "",
    ...lines,
    "",
    "Your text was:",
    "",
    ...text.split("\n").map((line) => `  ${line}`),
    "",
  ].join("\n");
}

function fate(kind: NoticeKind, delivery: Delivery, unanswered: string): string {
  if (kind === "delayed") return `waiting${delivery.error ? ` (${delivery.error})` : ""}`;
  if (kind === "delivered")
    return delivery.state === "delivered"
      ? "delivered to the phone"
      : "taken by the network, which sent no delivery report";
  return delivery.error ?? unanswered;
}

/** The sender knows his text: enough of it to recognise it by. */
const EXCERPT = 300;

function excerpt(text: string): string {
  const points = Array.from(text.slice(0, EXCERPT * 2));
  return points.length <= EXCERPT ? text : `${points.slice(0, EXCERPT).join("")} …`;
}
