// "What shall I send to …?": a phone was named, by a command or as a contact; its text is still to come.
import { escapeHtml } from "../html.ts";
import { ask, askedHere, type Request } from "./notes.ts";
import { refuse } from "./refusal.ts";
import { tell } from "./say.ts";
import { called, type Scene } from "./scene.ts";
import { check } from "./submit.ts";

/** A request without its text. */
export const bare = (to: string, gateway: string | null = null, port: number | null = null): Request => ({
  to,
  gateway,
  port,
  text: "",
  ref: "",
  refs: [],
  way: "send",
  replaces: null,
});

/** Asks for the text, if this person may write there; else says why not. */
export async function askForText(scene: Scene, request: Request): Promise<void> {
  let phone: string;
  try {
    ({ phone } = await check(scene, request));
  } catch (error) {
    return refuse(scene, error, request);
  }
  const before = await askedHere(scene);
  // Asked already: the update is given again.
  if (before && before.question > scene.post && before.to === request.to) return;
  const question = await tell(scene, {
    html: escapeHtml(scene.words("tg-send-ask-text", { phone: called(scene.room, phone) })),
    question: true,
  });
  if (question === null) return;
  await ask(scene, { to: request.to, gateway: request.gateway, port: request.port, question });
}
