// The stores there are, by the name that the config gives them: one line each.
import { openSqlite } from "./sqlite/store.ts";

export const stores = {
  sqlite: openSqlite,
} as const;
