// Conversations: the list, the last active first; and beginning a new one.
import type { Conversation } from "../../bridge/ports/archive.ts";
import { field, form, html, moment, phone, problem, quoted, select, simName, stateBadge } from "../pieces.ts";
import type { Answer, Markup, Page, Room, Visit } from "../visit.ts";
import { type Draft, isDraft, laneOf, partsText, sendForm, simChoices, textField } from "./compose.ts";
import { answerThere, conversationPage, nameThere } from "./conversation.ts";
import { isIn } from "./said.ts";

const PAGE = 50;

export const conversationsRoom: Room = {
  menu: { path: "/conversations", title: "console-menu-conversations" },
  role: "user",
  routes: [
    { method: "GET", path: "/conversations", answer: list },
    { method: "GET", path: "/conversations/new", answer: (visit) => newPage(visit) },
    { method: "POST", path: "/conversations/new", answer: begin },
    { method: "GET", path: "/conversations/:id{[0-9]{1,15}}", answer: (visit) => conversationPage(visit) },
    { method: "POST", path: "/conversations/:id{[0-9]{1,15}}", answer: answerThere },
    { method: "POST", path: "/conversations/:id{[0-9]{1,15}}/name", answer: nameThere },
    {
      method: "POST",
      path: "/parts",
      answer: (visit) =>
        new Response(partsText(visit, visit.field("text")), {
          headers: { "Content-Type": "text/plain; charset=utf-8" },
        }),
    },
  ],
};

async function list(visit: Visit): Promise<Page> {
  const { control, viewer, words } = visit;
  const before = beforeOf(visit.query("before"));
  const all = await control.conversations(viewer, before, PAGE + 1);
  const shown = all.slice(0, PAGE);
  const last = all.length > PAGE ? shown.at(-1) : undefined;
  const title = words("console-menu-conversations");
  const older = last && `/conversations?before=${last.active}-${last.thread.id}`;
  return {
    title,
    body: html`<div class="head"><h1>${title}</h1><a class="button main" href="/conversations/new">${words("console-new")}</a></div>
${before ? html`<p><a href="/conversations">${words("console-newest")}</a></p>` : ""}
<ul class="list" id="conversations"${before ? "" : html` data-live="message delivery"`}>${shown.map((one) => row(visit, one))}</ul>
${shown.length === 0 ? html`<p>${words("console-no-conversations")}</p>` : ""}
${older ? html`<p><a href="${older}">${words("console-older")}</a></p>` : ""}`,
  };
}

function row(visit: Visit, { thread, active, last }: Conversation): Markup {
  const { control, words } = visit;
  const sim = simName(control, thread.lane);
  const said = last && (isIn(last) ? last.message.text : last.delivery.text);
  return html`<li id="c${thread.id}"><div class="top"><a href="/conversations/${thread.id}">${phone(control, thread.phone)}</a>${moment(visit, active)}</div>
${said ? html`<p class="clip">${quoted(said.slice(0, 300))}</p>` : ""}
<p class="meta">${last && !isIn(last) ? html`<span>${words("console-written-by", { name: last.message.user ?? "–" })}</span>${stateBadge(words, last.delivery.state)}` : html`<span>${words("console-came-in")}</span>`}${sim === "" ? "" : html`<span>${words("console-sim", { sim })}</span>`}</p></li>`;
}

function beforeOf(written: string): { readonly active: number; readonly thread: number } | null {
  const [, active, thread] = /^(\d{1,15})-(\d{1,15})$/.exec(written) ?? [];
  return active === undefined ? null : { active: Number(active), thread: Number(thread) };
}

function newPage(visit: Visit, draft: Draft | null = null): Page {
  const { words } = visit;
  const to = draft ? visit.field("to") : visit.query("to");
  const title = words("console-new");
  const fields = html`${field("to", words("console-to"), html`<input id="to" name="to" value="${to}" required autocomplete="off" inputmode="text" aria-describedby="to-hint" maxlength="2000">`, words("console-to-hint"))}
${field("sim", words("console-from-sim"), select("sim", "sim", simChoices(visit, words("console-any-sim")), visit.field("sim")))}
${textField(visit, draft?.text ?? "", html`<button class="main">${words("console-send")}</button>`, false)}`;
  return {
    title,
    status: draft ? 422 : 200,
    body: html`<h1>${title}</h1>${draft ? problem(draft.problem) : ""}${form(visit, "/conversations/new", fields, "write")}`,
  };
}

async function begin(visit: Visit): Promise<Answer> {
  const to = visit
    .field("to")
    .split(/[,;\n]/)
    .map((number) => number.trim())
    .filter((number) => number !== "");
  const lane = laneOf(visit.field("sim"));
  const sent = await sendForm(visit, to, lane ? { lane } : {});
  if (isDraft(sent)) return newPage(visit, sent);
  const threads = new Set((await visit.control.message(sent.id))?.deliveries.map(({ thread }) => thread));
  const [thread] = threads;
  const there = threads.size === 1 && thread !== undefined ? `/conversations/${thread}` : "/conversations";
  return { to: there, say: sent.cut ? "console-said-shortened" : "console-said-sent" };
}
