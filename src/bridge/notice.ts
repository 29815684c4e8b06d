// What a sender is told, and when: that a text failed, still waits, or arrived. How it is said, the channel knows. A notice never causes a notice.
import { type Message, type NoticeKind, PRIORITY } from "./message.ts";
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
