// Pieces that pages are put together from: forms, moments, states, phones.
import { html } from "hono/html";
import type { Lane, State } from "../bridge/message.ts";
import type { Control } from "../bridge/ports/control.ts";
import type { Words } from "../words/index.ts";
import type { Markup, Visit } from "./visit.ts";

export { html } from "hono/html";

/** A form that posts to `action`, with the session's token. */
export const form = (visit: Visit, action: string, content: Markup, style = ""): Markup =>
  html`<form method="post" action="${action}" class="${style}">${hidden("token", visit.token)}${content}</form>`;

export const hidden = (name: string, value: string): Markup =>
  html`<input type="hidden" name="${name}" value="${value}">`;

/** A button that posts to `action`. `about`: what tells it from its like in other rows, for those who hear it. */
export const press = (
  visit: Visit,
  action: string,
  label: string,
  about = "",
  fields: Readonly<Record<string, string>> = {},
): Markup =>
  form(
    visit,
    action,
    html`${Object.entries(fields).map(([name, value]) => hidden(name, value))}<button>${label}${about && html`<span class="heard"> ${about}</span>`}</button>`,
    "press",
  );

/** A moment, short; whole when pointed at. */
export const moment = ({ times, now }: Visit, at: number): Markup =>
  html`<time datetime="${new Date(at).toISOString()}" title="${times.full(at)}">${times.short(at, now)}</time>`;

/** A moment with date, to the second. */
export const wholeMoment = ({ times }: Visit, at: number): Markup =>
  html`<time datetime="${new Date(at).toISOString()}">${times.full(at)}</time>`;

export const stateWord = (words: Words, state: State): string => words(`console-state-${state}`);

/** A state as word and colour. */
export const stateBadge = (words: Words, state: State): Markup =>
  html`<span class="state ${state}">${stateWord(words, state)}</span>`;

/** What people wrote: kept apart from what stands beside it, whatever its direction. */
export const quoted = (text: string): Markup => html`<bdi>${text}</bdi>`;

/** The name of a phone, with its number; or the number alone. */
export function phone(control: Control, number: string): Markup {
  const name = control.nameOf(number);
  return name === null ? quoted(number) : html`${quoted(name)} <span class="dim">${quoted(number)}</span>`;
}

/** How a phone is called, as plain text. */
export const called = (control: Control, number: string): string => control.nameOf(number) ?? number;

/** A SIM as people know it: its label, else gateway and port. */
export function simName(control: Control, lane: Lane | null): string {
  if (!lane) return "";
  const label = control
    .ports()
    .find(({ gateway, port }) => gateway === lane.gateway && port === lane.port)?.label;
  return label ?? (lane.port === null ? lane.gateway : `${lane.gateway}:${lane.port}`);
}

/** A line of a form: a label with its field. `id` names both. */
export const field = (id: string, label: string, input: Markup, hint = ""): Markup =>
  html`<div class="field"><label for="${id}">${label}</label>${input}${hint && html`<small id="${id}-hint">${hint}</small>`}</div>`;

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export const select = (id: string, name: string, choices: readonly Choice[], chosen: string): Markup =>
  html`<select id="${id}" name="${name}">${choices.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === chosen ? html` selected` : ""}>${label}</option>`,
  )}</select>`;

/** What went wrong with what was just tried; read out at once. */
export const problem = (text: string): Markup => html`<p class="problem" role="alert">${text}</p>`;
