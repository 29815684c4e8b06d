// May this user send this, there, now? Pure: what it needs to know is passed in.
import type { Party } from "./message.ts";
import { matches } from "./phone.ts";

/** A person named in the config. */
export interface User {
  readonly name: string;
  /** All addresses of hers on all channels, in the config's order. */
  readonly parties: readonly Party[];
  /** Of these, where texts for her go: one mailbox, every chat. */
  readonly reach: readonly Party[];
  /** Null: may answer open threads, may not begin one. */
  readonly send: SendRights | null;
  /** How long a text of hers may wait before it fails, milliseconds; null: as the config says for all. */
  readonly validity: number | null;
  /** The language that she wants to be spoken to in, as a tag (`de`); null: she did not say. */
  readonly language: string | null;
}

export interface SendRights {
  /** Patterns of phones that she may write to first; see phone.ts `matches`. */
  readonly allow: readonly string[];
  /** Patterns of phones that she may never write to. Also holds for answers. */
  readonly deny: readonly string[];
  /** Texts in 24 hours; null: no limit. Also holds for answers. */
  readonly perDay: number | null;
  /** Gateways that her texts may leave through; null: all. */
  readonly gateways: readonly string[] | null;
}

/** `send`: may begin a conversation. `answer`: only if the phone's thread is open. `no`: never. */
export type Right = "send" | "answer" | "no";

/** What `user` may do towards `phone` (E.164, short code, or USSD code as dialled). */
export function right(user: User, phone: string): Right {
  const rights = user.send;
  if (!rights) return "answer";
  if (rights.deny.some((pattern) => matches(pattern, phone))) return "no";
  return rights.allow.some((pattern) => matches(pattern, phone)) ? "send" : "answer";
}

/** Of `gateways`, those that the user's texts may leave through. */
export function mayUse(user: User, gateways: readonly string[]): readonly string[] {
  const allowed = user.send?.gateways;
  return allowed ? gateways.filter((name) => allowed.includes(name)) : gateways;
}

/** The names by which threads remember the user: her own, and all her addresses. */
export const namesOf = (user: User): readonly string[] => [
  user.name,
  ...user.parties.map((party) => `${party.via}:${party.address}`),
];
