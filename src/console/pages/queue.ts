// The queue: what waits and why, what failed lately, and what can be done about each.
import type { Job } from "../../bridge/ports/archive.ts";
import type { Waiting } from "../../bridge/ports/control.ts";
import { reasonText } from "../../words/reason.ts";
import {
  called,
  form,
  hidden,
  html,
  moment,
  phone,
  press,
  quoted,
  select,
  simName,
  stateBadge,
} from "../pieces.ts";
import { unguessable } from "../sessions.ts";
import { type Markup, mayAs, type Page, type Room, type Visit } from "../visit.ts";
import { simChoices } from "./compose.ts";
import { isIn } from "./said.ts";

const MOST = 200;
const FAILED = 20;

export const queueRoom: Room = {
  menu: { path: "/queue", title: "console-menu-queue" },
  role: "user",
  routes: [{ method: "GET", path: "/queue", answer: queuePage }],
};

async function queuePage(visit: Visit): Promise<Page> {
  const { control, viewer, words } = visit;
  const [waiting, failed] = await Promise.all([
    control.queue(viewer, MOST),
    control.messages(viewer, { state: "failed", way: "out", limit: FAILED }),
  ]);
  const title = words("console-menu-queue");
  return {
    title,
    body: html`<h1>${title}</h1>
<div id="paused" data-live="gateway">${pausedText(visit)}</div>
<h2 id="waiting-head">${words("console-waiting")}</h2>
<div id="waiting-none" data-live="message delivery">${waiting.length === 0 ? words("console-waiting-none") : waiting.length === MOST ? words("console-waiting-most", { count: MOST }) : ""}</div>
<ul class="list" id="waiting" aria-labelledby="waiting-head" data-live="message delivery gateway">${waiting.map((one) => waitingRow(visit, one))}</ul>
<h2 id="failed-head">${words("console-failed-lately")}</h2>
<div id="failed-none" data-live="message delivery">${failed.length === 0 ? words("console-failed-none") : ""}</div>
<ul class="list" id="failed" aria-labelledby="failed-head" data-live="message delivery">${failed.map((job) => failedRow(visit, job))}</ul>`,
  };
}

/** What is paused, for those who can change it. */
function pausedText(visit: Visit): Markup | "" {
  const { control, words, viewer } = visit;
  const sims = control.paused().map((lane) => simName(control, lane));
  if (sims.length === 0) return "";
  const text = words("console-paused", { sims: sims.join(", ") });
  return mayAs(viewer.role, "operator")
    ? html`<p>${text} <a href="/gateways">${words("console-to-gateways")}</a></p>`
    : html`<p>${text}</p>`;
}

function rowOf(visit: Visit, prefix: string, job: Job, facts: Markup, acts: Markup): Markup {
  const { control, words } = visit;
  const { delivery, message, thread } = job;
  const sim = simName(control, delivery.lane ?? thread.lane);
  return html`<li id="${prefix}${delivery.id}"><div class="top"><a href="/messages/${message.id}">${phone(control, thread.phone)}</a>${moment(visit, message.at)}</div>
<p class="clip">${quoted(delivery.text.slice(0, 300))}</p>
<p class="meta">${facts}${isIn(job) ? html`<span>${words("console-came-in")}</span>` : html`<span>${words("console-written-by", { name: message.user ?? "–" })}</span>`}${sim === "" ? "" : html`<span>${words("console-sim", { sim })}</span>`}${delivery.attempts > 0 ? html`<span>${words("console-attempts", { count: delivery.attempts })}</span>` : ""}</p>
${delivery.error === null ? "" : html`<p class="meta">${reasonText(words, delivery.error)}</p>`}
<div class="acts">${acts}</div></li>`;
}

function waitingRow(visit: Visit, { job, why }: Waiting): Markup {
  const { words, control } = visit;
  const { delivery, message, thread } = job;
  // A text that came in, on its way to people: no SIM has to do with that.
  const reader = isIn(job) ? (control.userOf(delivery.to) ?? delivery.to.address) : null;
  const reason =
    reader === null ? words(`console-why-${why}`) : words("console-why-reader", { name: reader });
  const next = reader !== null || why === "retry" ? delivery.due : null;
  const facts = html`${stateBadge(words, delivery.state)}<span>${reason}</span>${next === null ? "" : html`<span>${words("console-next")} ${moment(visit, next)}</span>`}`;
  const about = called(control, thread.phone);
  const acts =
    reader !== null || delivery.state !== "queued"
      ? html``
      : html`${press(visit, `/messages/${message.id}/cancel`, words("console-cancel"), about, { back: "/queue" })}${otherSim(visit, job, `/messages/${message.id}/reroute`, words("console-reroute"), words("console-choose-sim"))}`;
  return rowOf(visit, "w", job, facts, acts);
}

function failedRow(visit: Visit, job: Job): Markup {
  const { words } = visit;
  const label = words("console-again");
  return rowOf(
    visit,
    "f",
    job,
    stateBadge(words, job.delivery.state),
    otherSim(visit, job, `/messages/${job.message.id}/again`, label, words("console-any-sim")),
  );
}

/** A SIM to choose, and a button that says what happens with it. */
export function otherSim(
  visit: Visit,
  { delivery, thread }: Job,
  action: string,
  label: string,
  none: string,
): Markup {
  const { words } = visit;
  const about = called(visit.control, thread.phone);
  const id = `sim${delivery.id}`;
  const back = visit.url.pathname;
  return form(
    visit,
    action,
    html`${hidden("key", unguessable())}${hidden("back", back)}<label class="heard" for="${id}">${words("console-sim-for", { name: about })}</label>${select(id, "sim", simChoices(visit, none), "")} <button>${label}<span class="heard"> ${about}</span></button>`,
    "press",
  );
}
