// Marks on disk and in memory: by post, and by the text's message id. They are kept for some days.
import type { Mark, TelegramOptions } from "./parts.ts";

/** Milliseconds. */
const KEPT = 3 * 24 * 3_600_000;
const NOTE = "mark:";

export interface Shelf {
  load(): Promise<void>;
  /** On disk when it resolves. A mark of the same post makes room. */
  put(mark: Mark): Promise<void>;
  of(chat: string, post: number): Mark | null;
  for(message: string): Mark | null;
  all(): Iterable<Mark>;
  /** Forgets those that are too old. */
  sweep(): Promise<void>;
}

export const keyOf = ({ chat, post }: Pick<Mark, "chat" | "post">): string => `${chat}/${post}`;

export function createShelf({
  name: via,
  ledger,
  clock,
}: Pick<TelegramOptions, "name" | "ledger" | "clock">): Shelf {
  const byPost = new Map<string, Mark>();
  const byMessage = new Map<string, string>();

  const hold = (mark: Mark): void => {
    const key = keyOf(mark);
    const before = byPost.get(key);
    if (before && before.message !== mark.message) byMessage.delete(before.message);
    byPost.set(key, mark);
    byMessage.set(mark.message, key);
  };

  return {
    async load() {
      for (const { value } of await ledger.notes(via, NOTE)) hold(JSON.parse(value) as Mark);
    },

    async put(mark) {
      await ledger.note(via, [{ key: `${NOTE}${keyOf(mark)}`, value: JSON.stringify(mark) }]);
      hold(mark);
    },

    of: (chat, post) => byPost.get(keyOf({ chat, post })) ?? null,
    for: (message) => byPost.get(byMessage.get(message) ?? "") ?? null,
    all: () => byPost.values(),

    async sweep() {
      const old = [...byPost].filter(([, mark]) => mark.at < clock.now() - KEPT);
      if (old.length === 0) return;
      await ledger.note(
        via,
        old.map(([key]) => ({ key: `${NOTE}${key}`, value: null })),
      );
      for (const [key, mark] of old) {
        byPost.delete(key);
        if (byMessage.get(mark.message) === key) byMessage.delete(mark.message);
      }
    },
  };
}
