// Texts that are asked about before they go: long ones, captions of pictures. The text is on disk while the person thinks.

import type { Desk } from "../../../bridge/ports/desk.ts";
import { fit } from "../../../bridge/text.ts";
import { escapeHtml } from "../html.ts";
import { keepPending, pendingOf, type Request } from "./notes.ts";
import { type Button, reword, tell, unsay } from "./say.ts";
import type { Scene } from "./scene.ts";

/** Of a caption as much is shown as surely fits, characters. */
const SHOWN = 1_000;

/** Asks whether `request` shall go, with buttons. `caption`: because it stood below something that can't be sent. Said once for one text; another text of the same post takes its place. */
export async function offer(scene: Scene, request: Request, caption: boolean): Promise<void> {
  const { post } = scene;
  const before = await pendingOf(scene, post);
  const line = { html: escapeHtml(question(scene, request, caption)), buttons: buttons(scene, request) };
  if (before !== null && before.question !== null) {
    if (before.request.text === request.text) return;
    await keepPending(scene, post, { request, question: before.question });
    if (await reword(scene, before.question, line.html, line.buttons)) return;
  }
  await keepPending(scene, post, { request, question: null });
  const said = await tell(scene, line);
  await keepPending(scene, post, { request, question: said });
}

/** The question is not to be answered any more. */
export async function withdrawOffer(scene: Scene, question: number | null): Promise<void> {
  if (question !== null) await unsay(scene, question);
}

function question({ words, room }: Scene, request: Request, caption: boolean): string {
  const { parts, encoding } = room.desk.price(request.text);
  const { askOver } = room.options;
  const long = parts > askOver ? [words("tg-long", { parts, limit: askOver, encoding })] : [];
  const shown = Array.from(request.text.slice(0, SHOWN * 2));
  const text = shown.length > SHOWN ? `${shown.slice(0, SHOWN).join("")} …` : shown.join("");
  return [...(caption ? [words("tg-caption-offer", { text })] : []), ...long].join("\n\n");
}

function buttons({ words, room, post }: Scene, request: Request): readonly (readonly Button[])[] {
  const send = { text: words("tg-button-send"), data: `long:send:${post}` };
  const cut = { text: words("tg-button-shorten"), data: `long:cut:${post}` };
  return [room.desk.price(request.text).parts > room.options.askOver ? [send, cut] : [send]];
}

/** The SMS of one number may have so many parts (3GPP TS 23.040, 9.2.3.24.1): no other limit is meant where this stands. */
const ALL_PARTS = 255;

/** The beginning of a text that takes at most `parts` parts as it would be sent, with an ellipsis. Throws Rejected if not even one character fits. */
export function shorten(desk: Pick<Desk, "price">, text: string, parts: number): string {
  const fitted = fit(text, {
    maxParts: ALL_PARTS,
    tooLong: "truncate",
    transliterate: false,
    fits: (some) => desk.price(some).parts <= parts,
  });
  return fitted.texts[0]?.text ?? text;
}
