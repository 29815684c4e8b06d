// Lists in pieces that fit into one query.
import { MAX_QUERIED } from "./limits.ts";

export function chunks<T>(list: readonly T[], size: number = MAX_QUERIED): readonly (readonly T[])[] {
  const found: (readonly T[])[] = [];
  for (let at = 0; at < list.length; at += size) found.push(list.slice(at, at + size));
  return found;
}
