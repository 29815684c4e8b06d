// The texts of a message, apart from its copies for people.
import type { Delivery } from "../../../bridge/message.ts";
import { NOBODY } from "../../../bridge/message.ts";
import type { Room } from "./scene.ts";

/** Those of `deliveries` that go to phones. */
export async function toPhones(
  { desk }: Pick<Room, "desk">,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  const channels = (await desk.standing()).channels.map(({ name }) => name);
  return deliveries.filter(({ to }) => to.via !== NOBODY && !channels.includes(to.via));
}

/** Whether it is certain that nothing of a message left, nor will: it was taken back, or failed before. */
export async function neverLeft(room: Pick<Room, "desk">, message: string): Promise<boolean> {
  const found = await room.desk.message(message);
  const texts = found ? await toPhones(room, found.deliveries) : [];
  return texts.length > 0 && texts.every(({ state, sentAt }) => state === "failed" && sentAt === null);
}
