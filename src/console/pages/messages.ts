// Messages: searching all of them, page by page.
import type { Job } from "../../bridge/ports/archive.ts";
import { SEARCH_DEPTH } from "../../bridge/ports/store.ts";
import {
  type Choice,
  field,
  html,
  moment,
  phone,
  quoted,
  select,
  simName,
  stateBadge,
  stateWord,
} from "../pieces.ts";
import type { Markup, Page, Room, Visit } from "../visit.ts";
import { actions } from "./acting.ts";
import { exportMessages } from "./export.ts";
import { isIn } from "./said.ts";
import { asQuery, STATES, searchOf } from "./search.ts";
import { storyPage } from "./story.ts";

const PAGE = 50;

export const messagesRoom: Room = {
  menu: { path: "/messages", title: "console-menu-messages" },
  role: "user",
  routes: [
    { method: "GET", path: "/messages", answer: list },
    { method: "GET", path: "/messages.csv", answer: exportMessages },
    { method: "GET", path: "/messages/:id{[a-z0-9]{1,64}}", answer: storyPage },
    ...actions,
  ],
};

async function list(visit: Visit): Promise<Page> {
  const { control, viewer, words } = visit;
  const search = searchOf(visit);
  const found = await control.messages(viewer, { ...search, limit: PAGE + 1 });
  const shown = found.slice(0, PAGE);
  const last = found.length > PAGE ? shown.at(-1)?.delivery.id : undefined;
  const title = words("console-menu-messages");
  const address = (before: string) => `/messages${asQuery(visit, before)}`;
  return {
    title,
    body: html`<h1>${title}</h1>
${filter(visit)}
<p class="head"><span role="status">${shown.length === 0 ? words("console-none-found") : ""}</span><a href="/messages.csv${asQuery(visit, "")}" download>${words("console-export")}</a></p>
<ul class="list" id="messages">${shown.map((job) => row(visit, job))}</ul>
<p class="acts">${search.before === undefined ? "" : html`<a href="${address("")}">${words("console-newest")}</a>`}${last === undefined ? "" : html`<a href="${address(String(last))}">${words("console-older")}</a>`}</p>
${visit.query("text") === "" ? "" : html`<p><small>${words("console-search-depth", { count: SEARCH_DEPTH })}</small></p>`}`,
  };
}

function filter(visit: Visit): Markup {
  const { words, query, control } = visit;
  const any: Choice = { value: "", label: words("console-any") };
  const gateways = [...new Set(control.ports().map(({ gateway }) => gateway))];
  const input = (name: string, type: string) =>
    html`<input id="${name}" name="${name}" type="${type}" value="${query(name)}" autocomplete="off">`;
  const choose = (name: string, choices: readonly Choice[]) =>
    select(name, name, [any, ...choices], query(name));
  return html`<search><form method="get" action="/messages" class="filter">
${field("number", words("console-number"), input("number", "text"))}
${field("text", words("console-words"), input("text", "search"))}
${field(
  "state",
  words("console-state"),
  choose(
    "state",
    STATES.map((state) => ({ value: state, label: stateWord(words, state) })),
  ),
)}
${field(
  "way",
  words("console-way"),
  choose("way", [
    { value: "in", label: words("console-way-in") },
    { value: "out", label: words("console-way-out") },
  ]),
)}
${field(
  "gateway",
  words("console-gateway"),
  choose(
    "gateway",
    gateways.map((name) => ({ value: name, label: name })),
  ),
)}
${field("since", words("console-since"), input("since", "datetime-local"))}
${field("until", words("console-until"), input("until", "datetime-local"))}
<div class="acts"><button class="main">${words("console-search")}</button><a class="button" href="/messages">${words("console-clear")}</a></div>
</form></search>`;
}

function row(visit: Visit, job: Job): Markup {
  const { control, words } = visit;
  const { delivery, message, thread } = job;
  const incoming = isIn(job);
  const sim = simName(control, delivery.lane ?? thread.lane);
  return html`<li><div class="top"><a href="/messages/${message.id}"><span class="dim">${words(incoming ? "console-from" : "console-towards")}</span> ${phone(control, thread.phone)}</a>${moment(visit, message.at)}</div>
<p class="clip">${quoted((incoming ? message.text : delivery.text).slice(0, 300))}</p>
<p class="meta">${incoming ? html`<span>${words("console-came-in")}</span>` : html`${stateBadge(words, delivery.state)}<span>${words("console-written-by", { name: message.user ?? "–" })}</span>`}${sim === "" ? "" : html`<span>${words("console-sim", { sim })}</span>`}</p></li>`;
}
