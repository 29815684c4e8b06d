// "No" in a chat: what a person reads when a text was not taken.
import { Rejected } from "../../../bridge/errors.ts";
import { refusalText as inWords } from "../../../words/refusal.ts";
import { escapeHtml } from "../html.ts";
import type { Request } from "./notes.ts";
import { tell } from "./say.ts";
import type { Scene } from "./scene.ts";

/** While the store is away, the person hears of it once, milliseconds. */
const ONCE = 10 * 60_000;

/** Whether it was refused for now only. */
export const isForNow = ({ code }: Rejected): boolean => code === "store" || code === "busy";

/** Plain text: why the text was not taken. */
export function refusalText(scene: Scene, error: Rejected, request: Request): string {
  const { words, room } = scene;
  if (error.code === "not-a-number" && (request.way === "topic" || request.way === "reply"))
    return words("tg-reply-odd", { phone: request.to });
  const sim = [request.gateway ?? "", request.port ?? ""].filter((part) => part !== "").join(":");
  const price = room.desk.price(request.text);
  const asked = { to: request.to, sim, dialled: request.way === "dial", price };
  return inWords(words, error, asked, room.options.clock.now());
}

/**
 * Tells the person why not. What was refused for now only is thrown again, so that the update is given again: the person hears once that it waits.
 * What is no Rejected is thrown as it is.
 */
export async function refuse(scene: Scene, error: unknown, request: Request): Promise<void> {
  if (!(error instanceof Rejected)) throw error;
  const { room, chat, post } = scene;
  const { log, name, clock } = room.options;
  if (isForNow(error)) {
    const key = `store ${chat}/${post}`;
    if (!room.told.has(key, clock.now())) {
      room.told.note(key, ONCE, clock.now());
      await tell(scene, { html: escapeHtml(scene.words("tg-store-later")) });
    }
    throw error;
  }
  log.info("rejected", { via: name, user: scene.user, code: error.code });
  await tell(scene, { html: escapeHtml(refusalText(scene, error, request)) });
}
