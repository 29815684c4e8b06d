// The commands, one by one.
import type { Message as Post } from "grammy/types";
import type { Lane } from "../../../bridge/message.ts";
import { escapeHtml } from "../html.ts";
import { openTopic } from "../topics.ts";
import { askForText, bare } from "./ask.ts";
import { takeBack } from "./cancel.ts";
import { type Command, readDial } from "./command.ts";
import { find, ports, status } from "./look.ts";
import { askedHere, type Request, unask } from "./notes.ts";
import { readHeading } from "./number.ts";
import { ifThere, mention, tell } from "./say.ts";
import type { Scene } from "./scene.ts";
import { announce, type Handed, refOf, submit } from "./submit.ts";

/** Does what a user commands. `reply`: the message that the command answers. */
export async function run(scene: Scene, command: Command, reply: Post | null): Promise<void> {
  const { words } = scene;
  const say = async (line: string): Promise<void> => {
    await tell(scene, { html: escapeHtml(line) });
  };
  switch (command.name) {
    case "start":
      return say(words("tg-welcome", { name: scene.name }));
    case "help":
      return say(words("tg-help"));
    case "send":
      return send(scene, command.rest);
    case "ussd":
      return dial(scene, command.rest);
    case "cancel":
      return cancel(scene, reply);
    case "ports":
      return ports(scene);
    case "status":
      return status(scene);
    case "find":
      return find(scene, command.rest.trim());
    default:
      // In a group it may be another bot's.
      if (scene.private || scene.topic || command.bot !== null) await say(words("tg-unknown-command"));
  }
}

/** `/send NUMBER text`; null: no number was written, or no text, or it is not clear where the number ends. */
export function sendRequest({ room, chat, post }: Scene, rest: string): Request | null {
  const heading = readHeading(rest, room.options.region);
  if (heading.kind !== "number" || heading.text === "") return null;
  const { to, gateway, port, text } = heading;
  return { ...bare(to, gateway, port), text, ref: refOf(chat, post) };
}

async function send(scene: Scene, rest: string): Promise<void> {
  const { words, room } = scene;
  const heading = readHeading(rest, room.options.region);
  if (heading.kind === "none") {
    await tell(scene, { html: escapeHtml(words("tg-send-usage")) });
    return;
  }
  if (heading.kind === "unclear") {
    const { first, second } = heading;
    await tell(scene, { html: escapeHtml(words("tg-number-unclear", { first, second })) });
    return;
  }
  const code = readDial(heading.to);
  if (code && heading.text === "") return dialOut(scene, heading.to, heading.gateway, heading.port);
  const request = sendRequest(scene, rest);
  if (!request) return askForText(scene, bare(heading.to, heading.gateway, heading.port));
  const handed = await submit(scene, request);
  if (!handed) return;
  await announce(scene, request, handed);
  await showThere(scene, request.text, handed);
}

/** In a group with topics the conversation goes on in the phone's own, which is opened for it, and what was sent is to be seen there. */
export async function showThere(scene: Scene, text: string, { recipient }: Handed): Promise<void> {
  const { room, chat, name, words, signal } = scene;
  if (recipient.kind === "ussd") return;
  const topic = await ifThere(scene, async () =>
    (await room.places.hasTopics(chat))
      ? openTopic(room, chat, recipient.phone, laneOf(recipient), signal)
      : null,
  );
  if (topic === null || topic.id === scene.thread) return;
  const html = `<b>${escapeHtml(words("tg-wrote", { name }))}</b>\n${escapeHtml(text)}`;
  await mention(scene, { html, thread: topic.id });
}

/** The SIM, if it is known which. */
const laneOf = ({ pin }: Handed["recipient"]): Lane | null => (pin && pin.port !== null ? pin : null);

async function dial(scene: Scene, rest: string): Promise<void> {
  const read = readDial(rest);
  if (read) return dialOut(scene, read.code, read.gateway, read.port);
  await tell(scene, { html: escapeHtml(scene.words("tg-ussd-usage")) });
}

async function dialOut(
  scene: Scene,
  code: string,
  gateway: string | null,
  port: number | null,
): Promise<void> {
  const ref = refOf(scene.chat, scene.post);
  const request: Request = { ...bare(code, gateway, port), text: code, ref, way: "dial" };
  const handed = await submit(scene, request);
  if (handed) await announce(scene, request, handed);
}

/** `/cancel` takes back the text that it answers; alone, the question that the bot asked. */
async function cancel(scene: Scene, reply: Post | null): Promise<void> {
  const { words, room, chat } = scene;
  const mark = reply && room.marks.of(chat, reply.message_id);
  if (mark) {
    const gone = await takeBack(scene, mark.message);
    await tell(scene, { html: escapeHtml(words(gone ? "tg-cancelled" : "tg-cancel-late")) });
    return;
  }
  const asked = await askedHere(scene);
  if (asked) await unask(scene);
  await tell(scene, { html: escapeHtml(words(asked ? "tg-cancelled" : "tg-cancel-usage")) });
}
