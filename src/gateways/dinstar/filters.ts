// Queries with optional filters: a device that does not know a filter may refuse the whole request, so the best one that it takes is used.
import type { Api, Reply } from "./api.ts";
import type { Fields } from "./parse.ts";

/** "Request format is not valid" (sections 3.3, 4.3): perhaps for a filter that the firmware does not know. */
const REFUSED = 400;

/** After a device refused a filter, the better ones are tried again once in so many queries: it may have been something else. */
const RECONSIDER = 64;

/** A query on `path` that tries `filters` in order, best first; the last one should be harmless. Throws as `Api.read`. */
export function createQuery<T>(
  api: Api,
  path: string,
  filters: readonly ((about: T) => Fields)[],
): (about: T, signal: AbortSignal) => Promise<Reply> {
  let best = 0;
  let used = 0;
  return async (about, signal) => {
    used += 1;
    const from = used % RECONSIDER === 0 ? 0 : best;
    for (const [at, filter] of filters.entries()) {
      if (at < from || at === filters.length - 1) continue;
      const reply = await api.read(path, signal, filter(about), [REFUSED]);
      if (reply.code === REFUSED) continue;
      best = at;
      return reply;
    }
    const reply = await api.read(path, signal, filters.at(-1)?.(about) ?? {});
    best = filters.length - 1;
    return reply;
  };
}
