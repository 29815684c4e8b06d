// What a user wrote: a text for a phone, a command, or something that no SMS carries.
import type { Contact, Message as Post } from "grammy/types";
import { escapeHtml } from "../html.ts";
import { Refused } from "../parts.ts";
import { bare } from "./ask.ts";
import { readCommand } from "./command.ts";
import { run, sendRequest } from "./commands.ts";
import type { Content } from "./content.ts";
import { askedHere, pendingOf, type Request, unask } from "./notes.ts";
import { offer } from "./offer.ts";
import { refuse } from "./refusal.ts";
import { tell } from "./say.ts";
import type { Scene } from "./scene.ts";
import { announce, check, refOf, submit } from "./submit.ts";
import { answered, type Target, targetOf } from "./target.ts";

/** Of an album's pictures one is answered, milliseconds. */
const ALBUM = 60_000;

/** Handles a new message of a user. */
export async function onWriting(scene: Scene, message: Post, content: Content): Promise<void> {
  const { room, chat, post } = scene;
  if (room.marks.of(chat, post)) return done(scene);
  const waits = await pendingOf(scene, post);
  // Given again while the text waits for a press on Send.
  if (waits) return offer(scene, waits.request, content.kind === "media");
  if (content.kind === "contact") return onContact(scene, content.contact);
  const text = content.kind === "text" ? content.text : content.caption;
  const command = text === null ? null : readCommand(text);
  if (command && command.bot !== null && !isOwn(scene, command.bot)) return;
  const reply = answered(message);
  if (content.kind === "text") {
    if (command) return run(scene, command, reply);
    return onText(scene, content.text, await targetOf(scene, reply), reply);
  }
  return onMedia(scene, content, await targetOf(scene, reply));
}

/** Whether a command is for this bot. Throws Refused while it is not known who that is. */
function isOwn({ room }: Scene, bot: string): boolean {
  const me = room.me();
  if (me === null) throw new Refused("down", "Telegram has not said yet who the bot is");
  return me.username.toLowerCase() === bot.toLowerCase();
}

/** It was handed in before, and the update is given again: what had been asked is answered. */
async function done(scene: Scene): Promise<void> {
  const asked = await askedHere(scene);
  if (asked && asked.question < scene.post) await unask(scene);
}

async function onText(scene: Scene, text: string, target: Target | null, reply: Post | null): Promise<void> {
  const { words } = scene;
  if (!target) {
    // In groups people talk with each other.
    if (!scene.private) return;
    const line = reply ? words("tg-not-in-thread") : words("tg-no-phone-here");
    await tell(scene, { html: escapeHtml(line) });
    return;
  }
  const request = requestOf(scene, text, target);
  const handed = await submit(scene, request);
  // If it waits for a press on Send, the question is answered as well.
  if (target.asked && (handed || (await pendingOf(scene, scene.post)))) await unask(scene);
  if (handed) await announce(scene, request, handed);
}

const requestOf = ({ chat, post }: Scene, text: string, target: Target): Request => ({
  to: target.to,
  gateway: target.gateway,
  port: target.port,
  text,
  ref: refOf(chat, post),
  refs: [...target.refs],
  way: target.way,
  replaces: null,
});

/** A caption is offered as text where it is clear to which phone; the rest can't be sent. */
async function onMedia(
  scene: Scene,
  { caption, album }: Content & { kind: "media" },
  target: Target | null,
): Promise<void> {
  const { room, words, chat } = scene;
  const { clock } = room.options;
  const request = caption === null ? null : captionRequest(scene, caption, target);
  if (request) {
    try {
      await check(scene, request);
    } catch (error) {
      return refuse(scene, error, request);
    }
    await offer(scene, request, true);
    if (target?.asked) await unask(scene);
    return;
  }
  if (!scene.private && !target) return;
  const key = `album ${chat}/${album}`;
  if (album !== null && room.told.has(key, clock.now())) return;
  if (album !== null) room.told.note(key, ALBUM, clock.now());
  await tell(scene, { html: escapeHtml(words("tg-text-only")) });
}

function captionRequest(scene: Scene, caption: string, target: Target | null): Request | null {
  const command = readCommand(caption);
  if (command) return command.name === "send" ? sendRequest(scene, command.rest) : null;
  return target && requestOf(scene, caption, target);
}

/** Buttons carry at most 64 bytes (InlineKeyboardButton, `callback_data`). */
const DATA_MAX = 64;

/** In a private chat a contact is somebody to write to. */
async function onContact(scene: Scene, contact: Contact): Promise<void> {
  const { words } = scene;
  if (!scene.private || scene.topic) {
    if (scene.topic) await tell(scene, { html: escapeHtml(words("tg-text-only")) });
    return;
  }
  const request = bare(contact.phone_number);
  let phone: string;
  try {
    ({ phone } = await check(scene, request));
  } catch (error) {
    return refuse(scene, error, request);
  }
  const name = [contact.first_name, contact.last_name ?? ""].join(" ").trim();
  const data = `write:${phone}`.slice(0, DATA_MAX);
  await tell(scene, {
    html: escapeHtml(words("tg-contact-offer", { name: name === "" ? phone : name, phone })),
    buttons: [[{ text: words("tg-button-write"), data }]],
  });
}
