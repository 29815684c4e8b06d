// A message was edited: what still waits changes, what left does not.
import { readRecipient } from "../../../bridge/phone.ts";
import { escapeHtml } from "../html.ts";
import { readCommand, readDial } from "./command.ts";
import { sendRequest } from "./commands.ts";
import type { Content } from "./content.ts";
import { editOf, forgetPending, type Pending, pendingOf, type Request } from "./notes.ts";
import { offer, withdrawOffer } from "./offer.ts";
import { neverLeft, toPhones } from "./phones.ts";
import { refuse } from "./refusal.ts";
import { mention, tell } from "./say.ts";
import type { Scene } from "./scene.ts";
import { announce, announcement, refOf, submit } from "./submit.ts";

/** Handles an edited message of a user; one that never became a text is none of our business. */
export async function onEdited(scene: Scene, content: Content): Promise<void> {
  if (content.kind === "contact") return;
  const text = content.kind === "text" ? content.text : content.caption;
  if (text === null) return;
  const waits = await pendingOf(scene, scene.post);
  if (waits) return ofPending(scene, waits, text, content.kind === "media");
  return ofText(scene, text);
}

/** It waits for a press on Send: that will send the new text. */
async function ofPending(scene: Scene, waits: Pending, text: string, caption: boolean): Promise<void> {
  const command = readCommand(text);
  const said = command === null ? { text } : sendRequest(scene, command.rest);
  if (said === null || (command && command.name !== "send")) return;
  const { ref, replaces, refs } = waits.request;
  const request: Request = { ...waits.request, ...said, ref, replaces, refs };
  if (request.text === waits.request.text && request.to === waits.request.to) return;
  if (caption) return offer(scene, request, true);
  const handed = await submit(scene, request);
  if (!handed) return;
  await forgetPending(scene, scene.post);
  await withdrawOffer(scene, waits.question);
  await announce(scene, request, handed);
}

async function ofText(scene: Scene, text: string): Promise<void> {
  const { room, chat, post, words, update } = scene;
  const mark = room.marks.of(chat, post);
  const before = mark && (await room.desk.message(mark.message));
  if (!mark || !before) return;
  const said = saidIn(scene, text);
  const same = said?.text === before.message.text;
  if (same && said.to === null) return;
  const unchanged = async (): Promise<void> => {
    await tell(scene, { html: escapeHtml(words("rejected-edit")) });
  };
  if (said === null) return unchanged();
  if (/^[*#]/.test(mark.phone)) return same ? undefined : unchanged();
  // What was taken back, or failed, is over; unless this very edit took it back before it was given again.
  if (!same && (await editOf(scene)) !== update && (await neverLeft(room, mark.message))) return unchanged();
  const [delivery] = await toPhones(room, before.deliveries);
  const request: Request = {
    to: mark.phone,
    gateway: delivery?.lane?.gateway ?? null,
    port: delivery?.lane?.port ?? null,
    way: "reply",
    text: said.text,
    // Not the post's own: a text that is changed back is no repetition of the first one.
    ref: `${refOf(chat, post)}/${update}`,
    refs: [before.message.ref ?? refOf(chat, post)],
    replaces: mark.message,
  };
  if (said.to !== null) {
    const named = { ...request, to: said.to, way: "send" } as const;
    try {
      if (readRecipient(said.to, room.options.region).phone !== mark.phone) return await unchanged();
    } catch (error) {
      return refuse(scene, error, named);
    }
    if (same) return;
  }
  const handed = await submit(scene, request);
  if (!handed) return;
  const lines = [words("tg-edited"), ...announcement(scene, request, handed)];
  await mention(scene, { html: escapeHtml(lines.join("\n")) });
}

/** The text in what was written, and the phone if it was named; null: there is none. */
function saidIn(scene: Scene, written: string): { readonly text: string; readonly to: string | null } | null {
  const command = readCommand(written);
  if (command === null) return { text: written, to: null };
  if (command.name === "ussd") {
    const dial = readDial(command.rest);
    return dial && { text: dial.code, to: dial.code };
  }
  return command.name === "send" ? sendRequest(scene, command.rest) : null;
}
