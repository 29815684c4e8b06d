// What the console's pages are made of: rooms with their routes, who visits one, what it answers.
import type { HtmlEscapedString } from "hono/utils/html";
import type { Control, Role } from "../bridge/ports/control.ts";
import type { Clock, Log } from "../bridge/ports/system.ts";
import type { MessageId, Words } from "../words/index.ts";
import type { Language } from "../words/languages.ts";
import type { Times } from "./times.ts";

/** What hono's `html` makes: everything put into it is escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Somebody who is signed in. */
export interface VisitorUser {
  readonly user: string;
  readonly role: Role;
}

/** One request to a page, by somebody who may see it. */
export interface Visit {
  /** Hand it to Control. */
  readonly viewer: VisitorUser;
  readonly control: Control;
  readonly words: Words;
  readonly language: Language;
  readonly times: Times;
  /** UTC milliseconds. */
  readonly now: number;
  readonly url: URL;
  /** A piece of the path: `:id` in the route. "" if there is none. */
  readonly param: (name: string) => string;
  /** What the address asks for, trimmed; "" if it does not. */
  readonly query: (name: string) => string;
  /** A field of the form that was posted, as it came; "" if there is none. */
  readonly field: (name: string) => string;
  /** The session's token, for `form`. */
  readonly token: string;
  /** How numbers without a country code are read (ISO 3166). */
  readonly region: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** A page, put into the layout by the frame. */
export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Default 200. */
  readonly status?: 200 | 403 | 404 | 409 | 422;
  /** Names of further scripts and styles (see static/index.ts). */
  readonly assets?: readonly string[];
}

/** To another page (303), that says `say` at its top. */
export interface Turn {
  readonly to: string;
  readonly say?: Said;
}

/** What a page may be told to say by its address: nothing but these. */
export type Said = Extract<MessageId, `console-said-${string}` | `panel-said-${string}`>;

export type Answer = Page | Turn | Response;

export interface Route {
  readonly method: "GET" | "POST";
  /** As hono writes paths: "/messages/:id". */
  readonly path: string;
  /** The least role that may come here; left out: the room's. */
  readonly role?: Role;
  answer(visit: Visit): Promise<Answer> | Answer;
}

/** Some pages that belong together, with their place in the menu. */
export interface Room {
  readonly menu: { readonly path: string; readonly title: MessageId };
  /** The least role that may see it. */
  readonly role: Role;
  readonly routes: readonly Route[];
}

const RANK: Readonly<Record<Role, number>> = { user: 0, operator: 1, admin: 2 };

/** Whether somebody of `role` may do what needs `least`. */
export const mayAs = (role: Role, least: Role): boolean => RANK[role] >= RANK[least];
