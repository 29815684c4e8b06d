// Taking back a text that has not left.
import { neverLeft } from "./phones.ts";
import { unsay } from "./say.ts";
import type { Scene } from "./scene.ts";

/** Takes back a text, if nothing of it has left; what an edit put in its place counts as it. True: it does not leave. Throws Rejected while the store is away. */
export async function takeBack(scene: Scene, message: string): Promise<boolean> {
  const { room, user, post } = scene;
  const found = await room.desk.message(message);
  const mark = room.marks.for(message) ?? markOfPost(scene, found?.message.origin ?? {});
  const now = mark?.message ?? message;
  // First of all, so that its line and its reaction are left to us.
  if (mark && !mark.final) await room.marks.keep({ ...mark, waiting: null, final: true });
  // A press that is given again finds it taken back already.
  const gone = (await room.inbox.withdraw(now, user)) || (await neverLeft(room, now));
  const line = mark?.waiting ?? null;
  if (line !== null && line !== post) await unsay(scene, line);
  if (!gone && mark) await room.marks.keep({ ...mark, waiting: null });
  return gone;
}

function markOfPost({ room, chat }: Scene, origin: Readonly<Record<string, string>>) {
  const post = Number(origin.post);
  return origin.chat === chat && Number.isSafeInteger(post) ? room.marks.of(chat, post) : null;
}
