// Writing: the fields of a text, its parts counted, from which SIM, and sending it.
import { Rejected } from "../../bridge/errors.ts";
import type { Lane } from "../../bridge/message.ts";
import type { Accepted } from "../../bridge/ports/channel.ts";
import { type Choice, hidden, html } from "../pieces.ts";
import { refusalText } from "../refusal.ts";
import { unguessable } from "../sessions.ts";
import type { Markup, Visit } from "../visit.ts";

/** Longest text that is taken from a form, characters: far more than `maxParts` will ever let through. */
const LONGEST = 20_000;

/** What was written and not taken, to be shown again with why. */
export interface Draft {
  readonly text: string;
  readonly problem: string;
}

/** The field for a text, with a counter beside which stands `more`. `draft`: what was written before. */
export function textField(visit: Visit, draft: string, more: Markup, focus: boolean): Markup {
  const { words } = visit;
  return html`<label for="text" class="heard">${words("console-text")}</label>
<textarea id="text" name="text" rows="2" required maxlength="${LONGEST}" dir="auto" data-count="parts" aria-describedby="parts" placeholder="${words("console-text")}"${focus ? html` autofocus` : ""}>
${draft}</textarea>
${hidden("key", unguessable())}
<div class="foot"><small id="parts" aria-live="polite">${draft === "" ? "" : partsText(visit, draft)}</small>${more}</div>`;
}

/** What a text costs, as it is written. */
export function partsText({ control, words }: Visit, text: string): string {
  const { units, parts, maxParts, encoding } = control.price(text);
  if (parts > maxParts) return words("console-parts-over", { parts, max: maxParts });
  return words(encoding === "ucs2" ? "console-parts-special" : "console-parts", { parts, units });
}

/** SIMs to send from, as choices; the first is `none`. */
export const simChoices = ({ control }: Visit, none: string): readonly Choice[] => [
  { value: "", label: none },
  ...control.ports().map(({ gateway, port, label, number }) => {
    const sim = `${gateway}:${port}`;
    const name = label ?? number;
    return { value: sim, label: name === null ? sim : `${name} (${sim})` };
  }),
];

/** A SIM as `simChoices` names it; null: none is named. */
export function laneOf(value: string): Lane | null {
  const [, gateway, port] = /^(.+):(\d{1,3})$/.exec(value) ?? [];
  return gateway === undefined || port === undefined ? null : { gateway, port: Number(port) };
}

/** Sends what the form holds. What is refused comes back as a draft. */
export async function sendForm(
  visit: Visit,
  to: readonly string[],
  more: { readonly thread?: number; readonly lane?: Lane } = {},
): Promise<Accepted | Draft> {
  const text = visit.field("text").slice(0, LONGEST).replaceAll("\r\n", "\n");
  const key = visit.field("key").slice(0, 100);
  const { user } = visit.viewer;
  try {
    return await visit.control.send({ user, to, text, ...more, ...(key === "" ? {} : { key }) });
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const sim = visit.field("sim");
    const asked = { to: to.join(", "), text, ...(sim === "" ? {} : { sim }) };
    return { text, problem: refusalText(visit, error, asked) };
  }
}

export const isDraft = (sent: Accepted | Draft): sent is Draft => "problem" in sent;
