// Who takes part in a conversation, written down beside those of about the same age.
import { many, type Prepare } from "./statement.ts";

/** Conversations in a block, as a power of two. See migrations/0003.sql. */
export const PARTS = 8;

/** Notes that those named take part. */
export type Enter = (thread: number, names: readonly string[]) => void;

export function entering(prepare: Prepare): Enter {
  const insert = many(
    prepare,
    (count) =>
      `INSERT OR IGNORE INTO part (block, what, thread) VALUES ${Array(count).fill("(?, ?, ?)").join(", ")}`,
  );
  return (thread, names) => {
    if (names.length > 0)
      insert(names.length).run(...names.flatMap((name) => [thread >> PARTS, name, thread]));
  };
}
