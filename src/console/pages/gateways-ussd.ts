// USSD codes on the page of the gateways: a form for each of them, sending, ending a session.
import { Rejected } from "../../bridge/errors.ts";
import { readRecipient } from "../../bridge/phone.ts";
import type { PortView } from "../../bridge/ports/desk.ts";
import { field, form, hidden, html, problem, select } from "../pieces.ts";
import { refusalText } from "../refusal.ts";
import { unguessable } from "../sessions.ts";
import type { Answer, Markup, Page, Route, Visit } from "../visit.ts";
import { laneOf } from "./compose.ts";

/** A code that was not taken, and why: shown in the form of its gateway. */
export interface Refused {
  readonly gateway: string;
  readonly problem: string;
}

type Show = (visit: Visit, refused: Refused) => Promise<Page>;

/** Longest code with what people may write around it. */
const LONGEST = 200;

export const isCode = (phone: string): boolean => /^[*#]/.test(phone);

/** `show`: makes the page again, with what is wrong on it. */
export const ussdRoutes = (show: Show): readonly Route[] => [
  { method: "POST", path: "/gateways/ussd", answer: (visit) => dial(visit, show) },
  {
    method: "POST",
    path: "/gateways/hang-up/:id{[a-z0-9]{1,64}}",
    async answer(visit) {
      const ended = await visit.control.hangUp(visit.viewer, visit.param("id"));
      return { to: "/gateways", say: ended ? "panel-said-ended" : "panel-said-over" };
    },
  },
];

export function dialForm(
  visit: Visit,
  gateway: string,
  ports: readonly PortView[],
  refused: Refused | null,
): Markup {
  const { words } = visit;
  const here = refused?.gateway === gateway ? refused : null;
  const written = here ? visit.field("code").slice(0, LONGEST) : "";
  const choices = ports.map(({ port, label, number }) => {
    const name = label ?? number;
    const place = words("panel-port", { port });
    return { value: `${gateway}:${port}`, label: name === null ? place : `${place}: ${name}` };
  });
  const [sim, code] = [`sim-${gateway}`, `code-${gateway}`];
  const fields = html`${hidden("key", unguessable())}
${field(sim, words("console-which-sim"), select(sim, "sim", choices, here ? visit.field("sim") : ""))}
${field(code, words("panel-code"), html`<input id="${code}" name="code" value="${written}" required maxlength="${LONGEST}" autocomplete="off" aria-describedby="${code}-hint">`, words("panel-code-hint"))}
<button>${words("console-send")}<span class="heard"> ${gateway}</span></button>`;
  return html`<details${here ? html` open` : ""}><summary>${words("panel-dial")}<span class="heard"> ${gateway}</span></summary>
${here ? problem(here.problem) : ""}${form(visit, "/gateways/ussd", fields, "write")}</details>`;
}

async function dial(visit: Visit, show: Show): Promise<Answer> {
  const { control, viewer, words } = visit;
  const lane = laneOf(visit.field("sim"));
  if (!lane) return { to: "/gateways", say: "panel-said-no-sim" };
  const code = codeOf(visit);
  if (code === null) return show(visit, { gateway: lane.gateway, problem: words("panel-no-code") });
  const key = visit.field("key").slice(0, 100);
  const order = { user: viewer.user, to: [code], text: code, lane };
  try {
    const sent = await control.send({ ...order, ...(key === "" ? {} : { key }) });
    const thread = (await control.message(sent.id))?.deliveries[0]?.thread;
    return {
      to: thread === undefined ? "/gateways" : `/conversations/${thread}`,
      say: "panel-said-dialled",
    };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const asked = { to: code, text: code, sim: visit.field("sim") };
    return show(visit, { gateway: lane.gateway, problem: refusalText(visit, error, asked) });
  }
}

/** The code as dialled; null: what was written is none. A number must never get here: it would be a text. */
function codeOf(visit: Visit): string | null {
  try {
    const { phone, kind } = readRecipient(visit.field("code"), visit.region);
    return kind === "ussd" ? phone : null;
  } catch {
    return null;
  }
}
