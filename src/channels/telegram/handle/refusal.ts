// "No" in a chat: what a person reads when a text was not taken.
import { Rejected } from "../../../bridge/errors.ts";
import { escapeHtml } from "../html.ts";
import type { Request } from "./notes.ts";
import { tell } from "./say.ts";
import type { Scene } from "./scene.ts";

/** What was written for a number may be anything. */
const SHOWN = 40;
/** While the store is away, the person hears of it once, milliseconds. */
const ONCE = 10 * 60_000;

/** Whether it was refused for now only. */
export const isForNow = ({ code }: Rejected): boolean => code === "store" || code === "busy";

/** Plain text: why the text was not taken. */
export function refusalText(scene: Scene, error: Rejected, request: Request): string {
  const { words, room } = scene;
  const phone = request.to.slice(0, SHOWN);
  switch (error.code) {
    case "not-allowed":
      return words(error.answersOnly ? "rejected-no-begin" : "rejected-not-allowed", { phone });
    case "over-quota":
      return words("rejected-over-quota", { when: new Date(error.retryAt ?? room.options.clock.now()) });
    case "not-a-number":
      return request.way === "topic" || request.way === "reply"
        ? words("tg-reply-odd", { phone })
        : words("rejected-not-a-number", { what: phone });
    case "no-such-sim": {
      const sim = [request.gateway ?? "", request.port ?? ""].filter((part) => part !== "").join(":");
      if (sim !== "") return words("rejected-no-such-sim", { sim });
      return words(request.way === "dial" ? "rejected-no-ussd" : "rejected-no-sim");
    }
    case "too-long": {
      const { parts, maxParts } = room.desk.price(request.text);
      return parts > maxParts
        ? words("rejected-too-long", { parts, max: maxParts })
        : words("rejected-too-long-plain");
    }
    case "automatic":
      return words("rejected-automatic");
    case "nothing-to-send":
      return words("rejected-nothing-to-send");
    case "store":
      return words("rejected-store");
    case "busy":
      return words("rejected-busy");
  }
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
