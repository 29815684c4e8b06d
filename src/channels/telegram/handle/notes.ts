// What the bot waits for in a chat, kept on disk: the text for a phone that was named, the press on a button below a text.
import { z } from "zod";
import type { Scene } from "./scene.ts";

/** A question holds for any text for this long, milliseconds; afterwards only for a reply to it. */
const PATIENCE = 10 * 60_000;
/** What nobody came back to is forgotten after this long, milliseconds. */
const KEPT = 3 * 24 * 60 * 60_000;

const where = { to: z.string(), gateway: z.string().nullable(), port: z.number().nullable() };

const asked = z.object({ ...where, question: z.number(), at: z.number() });

const request = z.object({
  ...where,
  text: z.string(),
  /** Its own id in the conversation; see `Submission.ref`. */
  ref: z.string(),
  refs: z.array(z.string()),
  /** How the phone was named: by the topic, by a reply, by a command, by a command for codes. */
  way: z.enum(["topic", "reply", "send", "dial"]),
  /** The message in whose place it comes. */
  replaces: z.string().nullable(),
});

const pending = z.object({ request, question: z.number().nullable(), at: z.number() });

/** `/send NUMBER` was written; the text is to come. */
export type Asked = Readonly<z.infer<typeof asked>>;
/** A text for a phone, as a person wrote it. */
export type Request = Readonly<z.infer<typeof request>>;
/** A text that waits for a press on Send. `question`: the line with the buttons, once it stands. */
export type Pending = Readonly<z.infer<typeof pending>>;

const askedKey = ({ chat, person }: Pick<Scene, "chat" | "person">): string => `asked:${chat}/${person}`;
const pendingKey = ({ chat }: Pick<Scene, "chat">, post: number): string => `long:${chat}/${post}`;

async function read<T>({ room }: Scene, key: string, shape: z.ZodType<T>): Promise<T | null> {
  const { ledger, name } = room.options;
  const note = (await ledger.notes(name, key)).find((one) => one.key === key);
  return note === undefined ? null : (shape.safeParse(JSON.parse(note.value)).data ?? null);
}

const write = ({ room }: Scene, key: string, value: object | null): Promise<void> =>
  room.options.ledger.note(room.options.name, [
    { key, value: value === null ? null : JSON.stringify(value) },
  ]);

/** What was asked of this person here; null: nothing, or too long ago. */
export async function askedHere(scene: Scene): Promise<Asked | null> {
  const found = await read(scene, askedKey(scene), asked);
  return found && scene.room.options.clock.now() - found.at < KEPT ? found : null;
}

/** Whether a text that is no reply is meant by the question. */
export const isFresh = (scene: Scene, { at, question }: Asked): boolean =>
  scene.room.options.clock.now() - at < PATIENCE && scene.post > question;

export const ask = (scene: Scene, question: Omit<Asked, "at">): Promise<void> =>
  write(scene, askedKey(scene), { ...question, at: scene.room.options.clock.now() });

/** The question is answered, or not to be answered. */
export const unask = (scene: Scene): Promise<void> => write(scene, askedKey(scene), null);

/** The text of `post` that waits for a press; null: none. */
export const pendingOf = (scene: Scene, post: number): Promise<Pending | null> =>
  read(scene, pendingKey(scene, post), pending);

/** Keeps it, and forgets those of this chat that nobody came back to. */
export async function keepPending(scene: Scene, post: number, value: Omit<Pending, "at">): Promise<void> {
  const { ledger, name, clock } = scene.room.options;
  const now = clock.now();
  const old = (await ledger.notes(name, `long:${scene.chat}/`)).filter(
    (note) => (pending.safeParse(JSON.parse(note.value)).data?.at ?? 0) < now - KEPT,
  );
  await ledger.note(name, [
    ...old.map(({ key }) => ({ key, value: null })),
    { key: pendingKey(scene, post), value: JSON.stringify({ ...value, at: now }) },
  ]);
}

export const forgetPending = (scene: Scene, post: number): Promise<void> =>
  write(scene, pendingKey(scene, post), null);

/** The update that puts another text in the place of this one, while that is under way; null: none. */
export async function editOf({ room, chat, post }: Scene): Promise<number | null> {
  const key = `edit:${chat}/${post}`;
  const note = (await room.options.ledger.notes(room.options.name, key)).find((one) => one.key === key);
  return note === undefined ? null : Number(note.value);
}

export const noteEdit = ({ room, chat, post }: Scene, update: number | null): Promise<void> =>
  room.options.ledger.note(room.options.name, [
    { key: `edit:${chat}/${post}`, value: update === null ? null : String(update) },
  ]);
