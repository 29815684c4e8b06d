// A group that became another chat is followed: noted, and called there.
import { type Places, Refused } from "./parts.ts";

/** Calls with the chat's id as Telegram has it now; if the chat moved meanwhile, once more with the new one. `chat`: as the config names it. */
export async function followed<T>(
  places: Pick<Places, "now" | "moved">,
  chat: string,
  call: (id: string) => Promise<T>,
): Promise<T> {
  const before = places.now(chat);
  try {
    return await call(before);
  } catch (error) {
    if (!(error instanceof Refused) || error.kind !== "moved" || error.movedTo === undefined) throw error;
    await places.moved(before, error.movedTo);
    return call(error.movedTo);
  }
}
