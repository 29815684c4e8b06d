// To which phone something goes that was written in a chat: by the topic it stands in, by what it answers, by what was asked.
import type { Message as Post } from "grammy/types";
import type { Party } from "../../../bridge/message.ts";
import type { Job } from "../../../bridge/ports/store.ts";
import type { Topic } from "../parts.ts";
import { type Asked, askedHere, isFresh, type Request } from "./notes.ts";
import type { Scene } from "./scene.ts";
import { refOf } from "./submit.ts";

export interface Target extends Pick<Request, "to" | "gateway" | "port" | "way"> {
  /** What it answers, by the upstream's ids. */
  readonly refs: readonly string[];
  /** The question that it answers; null: none. */
  readonly asked: Asked | null;
}

/**
 * What is answered on purpose. In a topic everything answers the message that the topic began with, if nothing else; in a group without topics an
 * answer has a thread, too, whose id is that of the message that was answered first.
 */
export function answered(
  message: Pick<Post, "reply_to_message" | "message_thread_id" | "is_topic_message">,
): Post | null {
  const { reply_to_message: reply, message_thread_id: thread, is_topic_message: inTopic = false } = message;
  if (!reply || (inTopic && reply.message_id === thread) || reply.forum_topic_created) return null;
  return reply;
}

/**
 * Which phone is meant; null: none. An answer to the bot's question comes first, then the topic, then the text that is answered,
 * then, in a private chat, a question that was asked a moment ago.
 */
export async function targetOf(scene: Scene, reply: Post | null): Promise<Target | null> {
  const asked = await askedHere(scene);
  if (asked && reply?.message_id === asked.question) return byQuestion(asked);
  const said = reply ? await conversation(scene, reply) : null;
  const { topic } = scene;
  if (topic) {
    const refs = said?.to === topic.phone ? said.refs : await newestOf(scene, topic);
    const { phone: to, lane } = topic;
    return { to, gateway: lane?.gateway ?? null, port: lane?.port ?? null, refs, way: "topic", asked: null };
  }
  if (said) return said;
  if (asked && !reply && scene.private && isFresh(scene, asked)) return byQuestion(asked);
  return null;
}

const byQuestion = (asked: Asked): Target => ({
  to: asked.to,
  gateway: asked.gateway,
  port: asked.port,
  refs: [],
  way: "send",
  asked,
});

/** The conversation that a message belongs to: it was brought from a phone (or says what became of a text), or it became a text itself. */
async function conversation({ room, chat }: Scene, reply: Post): Promise<Target | null> {
  const ref = refOf(chat, reply.message_id);
  const job = await broughtAs(room, ref);
  if (job) {
    const { phone, lane } = job.thread;
    const refs = job.delivery.ref === null ? [ref] : [job.delivery.ref];
    return {
      to: phone,
      gateway: lane?.gateway ?? null,
      port: lane?.port ?? null,
      refs,
      way: "reply",
      asked: null,
    };
  }
  const own = room.marks.of(chat, reply.message_id);
  return own && { to: own.phone, gateway: null, port: null, refs: [ref], way: "reply", asked: null };
}

/** Among so many texts with a phone one is looked for that was said in this chat. */
const NEWEST = 20;

/** What was said last in a topic: the conversation is everybody's here, so it is found by that, and not by who took part in it. */
async function newestOf({ room, chat }: Scene, { phone, lane }: Topic): Promise<readonly string[]> {
  // Codes and names are not found by number.
  if (!/^\+?\d+$/.test(phone)) return [];
  const here = ({ via, address }: Party): boolean =>
    via === room.options.name && room.places.known(address) === chat;
  for (const { delivery, message, thread } of await room.desk.find(null, phone, NEWEST)) {
    if (
      thread.phone !== phone ||
      (lane && (thread.lane?.gateway !== lane.gateway || thread.lane.port !== lane.port))
    )
      continue;
    const ref = here(delivery.to) ? delivery.ref : message.from && here(message.from) ? message.ref : null;
    if (ref !== null) return [ref];
  }
  return [];
}

/** By the message that it was posted as; a long text was posted as several. */
async function broughtAs({ desk, options }: Scene["room"], ref: string): Promise<Job | null> {
  const job = await desk.said(options.name, ref);
  if (job) return job;
  const key = `also:${ref}`;
  const also = (await options.ledger.notes(options.name, key)).find((note) => note.key === key);
  return also === undefined ? null : desk.said(options.name, also.value);
}
