// A message's story: every step of each of its deliveries, with times and the gateway's own words.
import type { Job, Step } from "../../bridge/ports/archive.ts";
import { reasonText } from "../../words/reason.ts";
import { called, html, phone, press, quoted, simName, stateBadge, wholeMoment } from "../pieces.ts";
import type { Markup, Page, Visit } from "../visit.ts";
import { nobody } from "./nobody.ts";
import { otherSim } from "./queue.ts";
import { isIn, isToPhone } from "./said.ts";

export async function storyPage(visit: Visit): Promise<Page> {
  const { control, viewer, words } = visit;
  const found = await control.story(viewer, visit.param("id"));
  const [first] = found?.jobs ?? [];
  if (!found || !first) return nobody(visit);
  const { message, thread } = first;
  const incoming = isIn(first);
  const number = phone(control, thread.phone);
  const head = words(incoming ? "console-story-in" : "console-story-out");
  const writer = message.from
    ? html`${message.user ?? ""} <span class="dim">${quoted(message.from.address)} (${message.from.via})</span>`
    : words("console-simpost");
  return {
    title: `${head} ${called(control, thread.phone)}`,
    body: html`<h1>${head} ${number}</h1>
<p class="meta"><a href="/conversations/${thread.id}">${words("console-to-conversation")}</a></p>
<article class="bubble${incoming ? "" : " out"}"><p class="text" dir="auto">${message.text}</p></article>
<dl><dt>${words("console-writer")}</dt><dd>${writer}</dd><dt>${words("console-taken")}</dt><dd>${wholeMoment(visit, message.at)}</dd><dt>${words("console-id")}</dt><dd><code>${message.id}</code></dd></dl>
${acts(visit, found.jobs)}
<div id="deliveries" data-live="delivery message" data-thread="${thread.id}">${found.jobs.map((job) => deliveryPart(visit, job, found.steps.get(job.delivery.id) ?? []))}</div>`,
  };
}

/** What can be done about it now. */
function acts(visit: Visit, jobs: readonly Job[]): Markup {
  const { words } = visit;
  const own = jobs.filter(isToPhone);
  const failed = own.find(({ delivery }) => delivery.state === "failed");
  const waits =
    own.length > 0 && own.every(({ delivery }) => delivery.state === "queued") ? own[0] : undefined;
  const buttons = failed
    ? otherSim(
        visit,
        failed,
        `/messages/${failed.message.id}/again`,
        words("console-again"),
        words("console-any-sim"),
      )
    : waits
      ? html`${press(visit, `/messages/${waits.message.id}/cancel`, words("console-cancel"))}${otherSim(visit, waits, `/messages/${waits.message.id}/reroute`, words("console-reroute"), words("console-choose-sim"))}`
      : "";
  return html`<div class="acts" id="acts" data-live="delivery message">${buttons}</div>`;
}

function deliveryPart(visit: Visit, job: Job, steps: readonly Step[]): Markup {
  const { control, words } = visit;
  const { delivery, message } = job;
  const name = isToPhone(job)
    ? quoted(delivery.to.address)
    : delivery.to.via === "-"
      ? words("console-nobody")
      : html`${quoted(control.userOf(delivery.to) ?? delivery.to.address)} <span class="dim">${delivery.to.via}</span>`;
  const changed =
    isToPhone(job) && delivery.text !== message.text
      ? html`<p>${words("console-really-sent")} ${quoted(delivery.text)}</p>`
      : "";
  return html`<section id="s${delivery.id}"><h2>${name} ${stateBadge(words, delivery.state)}</h2>
<p class="meta">${delivery.parts > 0 ? html`<span>${words("console-part-count", { parts: delivery.parts })}</span>` : ""}<span>${words("console-attempts", { count: delivery.attempts })}</span><span>${words("console-number-of", { id: delivery.id })}</span></p>${changed}
<ol class="list" aria-label="${words("console-steps")}">${steps.map((step) => stepRow(visit, step))}</ol></section>`;
}

function stepRow(visit: Visit, { at, state, lane, error }: Step): Markup {
  const { control, words } = visit;
  const meant = error === null ? "" : reasonText(words, error);
  const own =
    error === null || meant === error ? "" : html`<p class="meta"><code lang="en">${error}</code></p>`;
  const sim = simName(control, lane);
  return html`<li><div class="top">${stateBadge(words, state)}${wholeMoment(visit, at)}</div>${sim === "" ? "" : html`<p class="meta"><span>${words("console-sim", { sim })}</span></p>`}${meant === "" ? "" : html`<p>${meant}</p>`}${own}</li>`;
}
