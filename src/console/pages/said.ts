// What was said in a conversation: texts from and to the phone, each with the copies of it that went to people.
import type { Message } from "../../bridge/message.ts";
import type { Job } from "../../bridge/ports/archive.ts";

/** A text as a bubble. */
export interface Utterance {
  /** Tells it from all others on the page. */
  readonly id: string;
  readonly message: Message;
  /** From the phone. */
  readonly incoming: boolean;
  /** The delivery to the phone; of a text that came in the first one to people. */
  readonly job: Job;
  /** Copies for people. */
  readonly copies: readonly Job[];
}

/** Whether a delivery is of a text that the phone wrote. */
export const isIn = ({ message, thread }: Job): boolean =>
  message.user === null && message.from?.address === thread.phone;

/** Whether a delivery goes to the phone itself. */
export const isToPhone = (job: Job): boolean =>
  !isIn(job) && job.message.notice === null && job.delivery.to.address === job.thread.phone;

/** From newest-first deliveries to utterances, oldest first. Notices are left out: the states tell what they tell. */
export function utterancesOf(jobs: readonly Job[]): readonly Utterance[] {
  const ordered = jobs.toSorted((a, b) => a.delivery.id - b.delivery.id);
  const byMessage = Map.groupBy(ordered, ({ message }) => message.id);
  return [...byMessage.values()]
    .flatMap(speak)
    .toSorted((a, b) => a.message.at - b.message.at || a.job.delivery.id - b.job.delivery.id);
}

function speak(jobs: readonly Job[]): readonly Utterance[] {
  const [first] = jobs;
  if (!first || first.message.notice !== null) return [];
  const { message } = first;
  if (isIn(first)) return [{ id: `in${message.id}`, message, incoming: true, job: first, copies: jobs }];
  const copies = jobs.filter((job) => !isToPhone(job));
  return jobs.filter(isToPhone).map((job, at) => ({
    id: `out${job.delivery.id}`,
    message,
    incoming: false,
    job,
    copies: at === 0 ? copies : [],
  }));
}
