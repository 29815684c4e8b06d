// Presses on buttons below the bot's lines. What a button carries may be forged: everything is looked up again.
import type { CallbackQuery } from "grammy/types";
import { Rejected } from "../../../bridge/errors.ts";
import { escapeHtml } from "../html.ts";
import { again, listOthers } from "./again.ts";
import { askForText, bare } from "./ask.ts";
import { takeBack } from "./cancel.ts";
import { showThere } from "./commands.ts";
import { forgetPending, pendingOf } from "./notes.ts";
import { shorten } from "./offer.ts";
import { isOurs, type Note } from "./press.ts";
import { ifThere, mention, rebutton, reword } from "./say.ts";
import type { Room, Scene } from "./scene.ts";
import { announcement, submit } from "./submit.ts";
import { placeOf, sceneOf, userOf } from "./who.ts";

/** Characters of a note (answerCallbackQuery, `text`). */
const NOTE_MAX = 200;

/** Handles a press; it is always answered, so that the button does not hang. */
export async function onPress(
  room: Room,
  update: number,
  query: CallbackQuery,
  signal: AbortSignal,
): Promise<void> {
  const { message, data, from } = query;
  if (!message || data === undefined) return;
  const thread =
    "is_topic_message" in message && message.is_topic_message ? (message.message_thread_id ?? null) : null;
  const deed = { room, signal, update, chat: message.chat, from, post: message.message_id, thread };
  const scene = sceneOf(deed);
  const place = scene ?? placeOf(deed, userOf(room, from));
  const note = scene
    ? await press(scene, data)
    : ({
        text: place.private
          ? place.words("tg-stranger", { id: String(from.id) })
          : place.words("tg-group-only-users"),
        alert: true,
      } as const);
  await ifThere(place, () =>
    room.bot.call(
      "answerCallbackQuery",
      {
        callback_query_id: query.id,
        ...(note ? { text: note.text.slice(0, NOTE_MAX), show_alert: note.alert === true } : {}),
      },
      signal,
    ),
  );
}

/** Does what the button says. The scene's post is the line that it stands below. */
async function press(scene: Scene, data: string): Promise<Note> {
  const [verb = "", first = "", ...rest] = data.split(":");
  switch (verb) {
    case "cancel":
      return cancel(scene, first);
    case "again":
      return again(scene, first, null);
    case "other":
      return listOthers(scene, first);
    case "sim": {
      const [gateway = "", port = ""] = rest;
      if (!/^\d{1,3}$/.test(port)) return null;
      return again(scene, first, { gateway, port: Number(port) });
    }
    case "long":
      return go(scene, first === "cut", Number(rest[0]));
    case "write":
      await askForText(scene, bare(first));
      return null;
    default:
      return null;
  }
}

async function cancel(scene: Scene, message: string): Promise<Note> {
  const { room, chat, words, post } = scene;
  const found = await room.desk.message(message);
  if (!found || !isOurs(scene, found.message.from)) return { text: words("tg-forgotten") };
  let gone: boolean;
  try {
    gone = await takeBack(scene, message);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    room.options.log.warn("update failed", { via: room.options.name, chat, why: error.message });
    return { text: words("rejected-store"), alert: true };
  }
  const line = words(gone ? "tg-cancelled" : "tg-cancel-late");
  if (!(await reword(scene, post, escapeHtml(line)))) await mention(scene, { html: escapeHtml(line) });
  return null;
}

/** Send or Shorten was pressed below the question about the text of `of`. */
async function go(scene: Scene, cut: boolean, of: number): Promise<Note> {
  const { room, words } = scene;
  const waits = Number.isSafeInteger(of) ? await pendingOf(scene, of) : null;
  if (!waits) {
    await rebutton(scene, scene.post);
    return room.marks.of(scene.chat, of) ? null : { text: words("tg-forgotten") };
  }
  const { askOver } = room.options;
  const text = cut ? shorten(room.desk, waits.request.text, Math.max(1, askOver)) : waits.request.text;
  const request = { ...waits.request, text };
  const written: Scene = { ...scene, post: of };
  const handed = await submit(written, request, false);
  if (!handed) return null;
  await forgetPending(scene, of);
  const said = announcement(written, { ...request, way: "send" }, handed);
  const lines = cut ? [words("tg-shortened", { parts: handed.accepted.parts }), ...said] : said;
  await reword(scene, scene.post, escapeHtml(lines.join("\n")));
  if (request.way === "send") await showThere(written, text, handed);
  return null;
}
