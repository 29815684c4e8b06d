// The stores there are, by the name that the config gives them: one line each.
import type { Copies } from "../bridge/ports/copies.ts";
import { save } from "./sqlite/backup.ts";
import { openRemote } from "./sqlite/remote.ts";
import { prepare } from "./sqlite/restore.ts";
import { openSqlite } from "./sqlite/store.ts";

export const stores = {
  sqlite: openSqlite,
} as const;

/** How the daemon opens each: beside its own work. */
export const beside = {
  sqlite: openRemote,
} as const;

/** How each is backed up and restored. */
export const copies: Readonly<Record<keyof typeof stores, Copies>> = {
  sqlite: { save, prepare },
};
