// A text of a person on its way in: checked, priced, stored, marked. Whatever is repeated is one text.
import { Rejected } from "../../../bridge/errors.ts";
import { PRIORITY } from "../../../bridge/message.ts";
import { readRecipient } from "../../../bridge/phone.ts";
import type { Accepted, Recipient, Submission } from "../../../bridge/ports/channel.ts";
import { escapeHtml } from "../html.ts";
import { editOf, noteEdit, type Request } from "./notes.ts";
import { offer } from "./offer.ts";
import { neverLeft } from "./phones.ts";
import { refuse } from "./refusal.ts";
import { mention, unsay } from "./say.ts";
import { called, type Scene } from "./scene.ts";

export interface Handed {
  readonly recipient: Recipient;
  readonly accepted: Accepted;
}

/** The id by which the house knows what was written as `post`. */
export const refOf = (chat: string, post: number): string => `${chat}/${post}`;

/** May this person write there? A conversation whose gateway is not in the config any more goes on from another one. Throws Rejected. */
export async function check(scene: Scene, request: Request): Promise<Recipient> {
  try {
    return await ask(scene, request, request.gateway, request.port);
  } catch (error) {
    const begun = request.way === "topic" || request.way === "reply";
    if (!(error instanceof Rejected) || error.code !== "no-such-sim" || !begun) throw error;
    const { gateways } = await scene.room.desk.standing();
    if (gateways.some(({ name }) => name === request.gateway)) throw error;
    return ask(scene, request, null, null);
  }
}

const ask = (
  { room, chat, user }: Scene,
  { to }: Request,
  gateway: string | null,
  port: number | null,
): Promise<Recipient> =>
  room.inbox.check({
    user,
    from: { via: room.options.name, address: chat },
    to,
    before: [],
    ...(gateway === null ? {} : { gateway }),
    ...(port === null ? {} : { port }),
  });

/**
 * Hands in a text. Null: it was not taken now, and the person was told why, or was asked (`mayAsk`) whether so long a text shall go.
 * Rejects while the store is away, or the person can't be told.
 */
export async function submit(scene: Scene, request: Request, mayAsk = true): Promise<Handed | null> {
  try {
    const recipient = await recipientOf(scene, request);
    const { parts } = scene.room.desk.price(request.text);
    if (mayAsk && recipient.kind !== "ussd" && parts > scene.room.options.askOver) {
      await offer(scene, request, false);
      return null;
    }
    const accepted = await hand(scene, request, recipient);
    if (accepted === null) {
      await mention(scene, { html: escapeHtml(scene.words("tg-edit-late")) });
      return null;
    }
    await mark(scene, request, recipient, accepted);
    return { recipient, accepted };
  } catch (error) {
    await refuse(scene, error, request);
    return null;
  }
}

/** An edit is no further text: that the day's texts are used up says nothing against it. Throws Rejected. */
async function recipientOf(scene: Scene, request: Request): Promise<Recipient> {
  try {
    return await check(scene, request);
  } catch (error) {
    const { to, gateway, port, replaces } = request;
    if (replaces === null || !(error instanceof Rejected) || error.code !== "over-quota") throw error;
    const { phone, kind } = readRecipient(to, scene.room.options.region);
    const pin = gateway === null ? null : { gateway, port };
    return { phone, kind, pin, raw: to, notify: ["failure", "delay"] };
  }
}

async function hand(scene: Scene, request: Request, recipient: Recipient): Promise<Accepted | null> {
  const { room, chat, post, thread, user, name } = scene;
  const submission: Submission = {
    user,
    from: { via: room.options.name, address: chat },
    to: [recipient],
    text: request.text,
    ref: request.ref,
    refs: request.refs,
    priority: PRIORITY.normal,
    origin: { chat, post: String(post), ...(thread === null ? {} : { topic: String(thread) }), name },
  };
  const { inbox } = room;
  if (request.replaces === null) return inbox.accept(submission);
  const repeated = (await editOf(scene)) === scene.update;
  if (!repeated) await noteEdit(scene, scene.update);
  const replaced = await inbox.replace(request.replaces, submission);
  if (replaced || !repeated || !(await neverLeft(room, request.replaces))) return replaced;
  // It had been replaced before this update was given again: accepted anew, it is found to be there.
  return inbox.accept(submission);
}

/** From now on its state is shown; what was shown of a text that it replaces goes. */
async function mark(scene: Scene, request: Request, recipient: Recipient, accepted: Accepted): Promise<void> {
  const { room, chat, post, thread, user } = scene;
  const before = room.marks.of(chat, post);
  await room.marks.keep({
    chat,
    post,
    message: accepted.id,
    phone: recipient.phone,
    user,
    topic: thread,
    at: room.options.clock.now(),
    waiting: null,
    shown: "",
    final: false,
  });
  if (before && before.waiting !== null && before.message !== accepted.id) await unsay(scene, before.waiting);
  if (request.replaces !== null) await noteEdit(scene, null);
}

/** Says what became of a text that was handed in, where that is not seen anyway. */
export async function announce(scene: Scene, request: Request, handed: Handed): Promise<void> {
  const lines = announcement(scene, request, handed);
  if (lines.length > 0) await mention(scene, { html: escapeHtml(lines.join("\n")) });
}

/** Plain text, by lines; none where the reaction says enough. */
export function announcement(
  { words, room }: Scene,
  request: Request,
  { recipient, accepted }: Handed,
): readonly string[] {
  const { parts, cut } = accepted;
  const phone = called(room, recipient.phone);
  const shortened = cut ? [words("tg-shortened", { parts })] : [];
  if (request.way === "send") {
    if (recipient.kind === "ussd") return [words("tg-ussd-sent", { code: recipient.phone })];
    return [words("tg-accepted", { phone, parts }), ...shortened];
  }
  if (request.way === "dial") return [words("tg-ussd-sent", { code: recipient.phone })];
  return shortened;
}
