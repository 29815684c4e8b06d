// Trying again what failed: from the same SIM, or from another. A text is tried again once; what fails then has buttons of its own.
import { Rejected } from "../../../bridge/errors.ts";
import { type Delivery, type Lane, type Message, PRIORITY } from "../../../bridge/message.ts";
import type { Accepted, Recipient } from "../../../bridge/ports/channel.ts";
import type { PortView } from "../../../bridge/ports/desk.ts";
import type { Request } from "./notes.ts";
import { toPhones } from "./phones.ts";
import { isOurs, type Note } from "./press.ts";
import { refusalText } from "./refusal.ts";
import { type Button, rebutton } from "./say.ts";
import type { Scene } from "./scene.ts";

/** Buttons of one line. */
const SIMS_MAX = 24;
const IN_A_ROW = 2;

interface Failed {
  readonly message: Message;
  /** The texts that failed, all to one phone: a message from here has one recipient. */
  readonly phone: string;
  readonly deliveries: readonly Delivery[];
  /** Nothing of it arrived: it is written anew as it was. */
  readonly whole: boolean;
}

async function failedOf(scene: Scene, id: string): Promise<Failed | null> {
  const found = await scene.room.desk.message(id);
  if (!found || !isOurs(scene, found.message.from)) return null;
  const texts = await toPhones(scene.room, found.deliveries);
  const deliveries = texts.filter(({ state }) => state === "failed");
  const [first] = deliveries;
  if (!first) return null;
  return {
    message: found.message,
    phone: first.to.address,
    deliveries,
    whole: deliveries.length === texts.length,
  };
}

const requestOf = ({ phone, message }: Failed, lane: Lane | null): Request => ({
  to: phone,
  gateway: lane?.gateway ?? null,
  port: lane?.port ?? null,
  text: message.text,
  ref: `again:${message.id}`,
  // A conversation stays with its SIM: another SIM begins another one.
  refs: lane === null && message.ref !== null ? [message.ref] : [],
  way: "send",
  replaces: null,
});

/** Writes what failed anew; `lane`: from that SIM. */
export async function again(scene: Scene, id: string, lane: Lane | null): Promise<Note> {
  const { words, post } = scene;
  const failed = await failedOf(scene, id);
  if (!failed) return { text: words("tg-forgotten") };
  const request = requestOf(failed, lane);
  try {
    const recipient = await ask(scene, request);
    const accepted = await hand(scene, failed, request, recipient);
    await mark(scene, failed, recipient, accepted);
  } catch (error) {
    return no(scene, error, request);
  }
  await rebutton(scene, post);
  return { text: words("tg-retried") };
}

const ask = ({ room, chat, user }: Scene, { to, gateway, port }: Request): Promise<Recipient> =>
  room.inbox.check({
    user,
    from: { via: room.options.name, address: chat },
    to,
    before: [],
    ...(gateway === null ? {} : { gateway }),
    ...(port === null ? {} : { port }),
  });

/** Of a text that was split, only the pieces that failed go again. */
async function hand(
  { room, chat, user }: Scene,
  { message, deliveries, whole }: Failed,
  request: Request,
  recipient: Recipient,
): Promise<Accepted> {
  const handIn = (text: string, ref: string): Promise<Accepted> =>
    room.inbox.accept({
      user,
      from: { via: room.options.name, address: chat },
      to: [recipient],
      text,
      ref,
      refs: request.refs,
      priority: PRIORITY.normal,
      origin: message.origin,
    });
  const [first, ...others] = whole ? [message.text] : deliveries.map(({ text }) => text);
  // The same id for every press: however often and on whichever button, it goes once.
  let accepted = await handIn(first ?? message.text, request.ref);
  for (const [at, text] of others.entries()) accepted = await handIn(text, `${request.ref}/${at + 1}`);
  return accepted;
}

/** The post that it began with shows how it fares now. */
async function mark(
  { room, chat, user }: Scene,
  { message: { origin } }: Failed,
  { phone }: Recipient,
  { id }: Accepted,
): Promise<void> {
  const post = Number(origin.post);
  const before = Number.isSafeInteger(post) && post > 0 ? room.marks.of(chat, post) : null;
  if (!Number.isSafeInteger(post) || post <= 0 || before?.message === id) return;
  const topic = Number(origin.topic ?? Number.NaN);
  await room.marks.keep({
    chat,
    post,
    message: id,
    phone,
    user,
    topic: Number.isSafeInteger(topic) ? topic : null,
    at: room.options.clock.now(),
    waiting: null,
    shown: before?.shown ?? "",
    final: false,
  });
}

function no(scene: Scene, error: unknown, request: Request): Note {
  if (!(error instanceof Rejected)) throw error;
  const { log, name } = scene.room.options;
  log.info("rejected", { via: name, user: scene.user, code: error.code });
  return { text: refusalText(scene, error, request), alert: true };
}

/** Shows the other SIMs as buttons: those in the network, on gateways that this user may send through. */
export async function listOthers(scene: Scene, id: string): Promise<Note> {
  const { room, words, post } = scene;
  const failed = await failedOf(scene, id);
  if (!failed) return { text: words("tg-forgotten") };
  const used = failed.deliveries.map(({ lane }) => lane);
  const others = room.desk
    .ports()
    .filter(({ up, registered, paused }) => up && registered && !paused)
    .filter((sim) => !used.some((lane) => lane?.gateway === sim.gateway && lane.port === sim.port));
  const allowed = new Map<string, boolean>();
  for (const { gateway, port } of others) {
    if (allowed.has(gateway)) continue;
    const request = requestOf(failed, { gateway, port });
    try {
      await ask(scene, request);
      allowed.set(gateway, true);
    } catch (error) {
      if (!(error instanceof Rejected) || error.code !== "no-such-sim") return no(scene, error, request);
      allowed.set(gateway, false);
    }
  }
  const buttons = others
    .filter(({ gateway }) => allowed.get(gateway))
    .slice(0, SIMS_MAX)
    .map((sim): Button => ({ text: simName(sim), data: `sim:${id}:${sim.gateway}:${sim.port}` }));
  if (buttons.length === 0) return { text: words("tg-no-other-sim"), alert: true };
  const rows = Array.from({ length: Math.ceil(buttons.length / IN_A_ROW) }, (_, at) =>
    buttons.slice(at * IN_A_ROW, (at + 1) * IN_A_ROW),
  );
  await rebutton(scene, post, [...rows, [{ text: words("tg-button-retry"), data: `again:${id}` }]]);
  return null;
}

const simName = ({ label, number, gateway, port }: PortView): string =>
  label ?? number ?? `${gateway}:${port}`;
