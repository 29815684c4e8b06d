// One conversation: bubbles with their states, days between them, and a place to answer.
import type { Job } from "../../bridge/ports/archive.ts";
import { reasonText } from "../../words/reason.ts";
import { called, field, form, html, phone, press, problem, quoted, simName, stateBadge } from "../pieces.ts";
import { unguessable } from "../sessions.ts";
import type { Answer, Markup, Page, Visit } from "../visit.ts";
import { type Draft, isDraft, sendForm, textField } from "./compose.ts";
import { nobody } from "./nobody.ts";
import { type Utterance, utterancesOf } from "./said.ts";

/** Deliveries looked at for one page. */
const PAGE = 200;
/** Longest name of a phone, characters. */
const NAME = 60;

export async function conversationPage(visit: Visit, draft: Draft | null = null): Promise<Page> {
  const { control, viewer, words, times } = visit;
  const id = Number(visit.param("id"));
  const asked = Number(visit.query("before"));
  const before = Number.isSafeInteger(asked) && asked > 0 ? asked : null;
  const jobs = await control.conversation(viewer, id, before, PAGE);
  const [newest] = jobs ?? [];
  if (!jobs || !newest) return nobody(visit);
  const { thread } = newest;
  const { shown, older } = wholeMessages(jobs);
  const name = called(control, thread.phone);
  const sim = simName(control, thread.lane);
  let day = "";
  const bubbles = utterancesOf(shown).map((one) => {
    const its = times.day(one.message.at);
    const separator =
      its === day ? "" : html`<h2 class="day" id="d${times.local(one.message.at).slice(0, 10)}">${its}</h2>`;
    day = its;
    return html`${separator}${bubble(visit, one)}`;
  });
  const here = `/conversations/${id}`;
  return {
    title: words("console-conversation", { name }),
    status: draft ? 422 : 200,
    body: html`<h1>${phone(control, thread.phone)}</h1>
<p class="meta"><a href="/conversations">${words("console-menu-conversations")}</a>${sim === "" ? "" : html`<span>${words("console-sim", { sim })}</span>`}<a href="/messages?number=${encodeURIComponent(thread.phone)}">${words("console-all-messages")}</a></p>
${naming(visit, thread.phone, here)}
${older === null ? "" : html`<p><a href="${here}?before=${older}">${words("console-older")}</a></p>`}
<div class="log" id="log" role="log" aria-label="${words("console-log")}"${before === null ? html` data-bottom data-live="message delivery" data-thread="${id}"` : ""}>${bubbles}</div>
${before === null ? composer(visit, thread.phone, here, draft) : html`<p><a href="${here}">${words("console-newest")}</a></p>`}`,
  };
}

/** Of a full page, the oldest message may not be whole: it begins the next one. */
function wholeMessages(jobs: readonly Job[]): {
  readonly shown: readonly Job[];
  readonly older: number | null;
} {
  if (jobs.length < PAGE) return { shown: jobs, older: null };
  const oldest = jobs.at(-1)?.message.id;
  const shown = jobs.filter(({ message }) => message.id !== oldest);
  // One message with more deliveries than a page holds: then it is cut.
  const kept = shown.length === 0 ? jobs : shown;
  return { shown: kept, older: Math.min(...kept.map(({ delivery }) => delivery.id)) };
}

function bubble(visit: Visit, { id, message, incoming, job, copies }: Utterance): Markup {
  const { words, times, control } = visit;
  const { delivery, thread } = job;
  const who = incoming ? called(control, thread.phone) : (message.user ?? "–");
  const text = incoming ? message.text : delivery.text;
  const about = quoted(text.slice(0, 40));
  const trouble =
    !incoming && delivery.error !== null && delivery.state !== "sent" && delivery.state !== "delivered"
      ? html`<p class="meta">${reasonText(words, delivery.error)}</p>`
      : "";
  const act =
    !incoming && delivery.state === "failed"
      ? press(visit, `/messages/${message.id}/again`, words("console-again"), text.slice(0, 40), {
          key: unguessable(),
          back: `/conversations/${thread.id}`,
        })
      : !incoming && delivery.state === "queued"
        ? press(visit, `/messages/${message.id}/cancel`, words("console-cancel"), text.slice(0, 40), {
            back: `/conversations/${thread.id}`,
          })
        : "";
  return html`<article class="bubble${incoming ? "" : " out"}" id="${id}"><p class="meta"><strong>${quoted(who)}</strong><time datetime="${new Date(message.at).toISOString()}">${times.clock(message.at)}</time>${incoming ? "" : stateBadge(words, delivery.state)}</p>
<p class="text" dir="auto">${text}</p>${trouble}
<p class="meta">${copiesText(visit, copies, incoming)}<a href="/messages/${message.id}">${words("console-story")}<span class="heard"> ${about}</span></a></p>${act}</article>`;
}

/** To whom a text went besides, by name where they have one. */
function copiesText({ control, words }: Visit, copies: readonly Job[], incoming: boolean): Markup | "" {
  const names = copies
    .filter(
      ({ delivery, message }) => delivery.to.address !== message.from?.address && delivery.to.via !== "-",
    )
    .map(({ delivery: { to, state } }) => {
      const name = control.userOf(to) ?? to.address;
      return state === "failed" ? words("console-copy-failed", { name }) : name;
    });
  if (names.length === 0) return "";
  return html`<span>${words(incoming ? "console-went-to" : "console-copies", { names: [...new Set(names)].join(", ") })}</span>`;
}

function composer(visit: Visit, number: string, here: string, draft: Draft | null): Markup {
  const { words } = visit;
  // A name in letters takes no answers (3GPP TS 23.040, 9.1.2.5).
  if (!/^[+\d*#]/.test(number)) return html`<p>${words("tg-reply-odd", { phone: number })}</p>`;
  const fields = textField(
    visit,
    draft?.text ?? "",
    html`<button class="main">${words("console-send")}</button>`,
    draft !== null || visit.query("said") === "console-said-sent",
  );
  return html`<div class="composer">${draft ? problem(draft.problem) : ""}${form(visit, here, fields)}</div>`;
}

/** What people call the phone, to be changed. */
function naming(visit: Visit, number: string, here: string): Markup {
  const { words, control } = visit;
  const input = html`<input id="name" name="name" value="${control.nameOf(number) ?? ""}" maxlength="${NAME}" autocomplete="off">`;
  return html`<details><summary>${words("console-naming")}</summary>${form(visit, `${here}/name`, html`${field("name", words("console-naming-name"), input)}<button>${words("console-naming-save")}</button>`, "write")}</details>`;
}

/** Calls the phone of the conversation by another name, or by none. */
export async function nameThere(visit: Visit): Promise<Answer> {
  const id = Number(visit.param("id"));
  const [any] = (await visit.control.conversation(visit.viewer, id, null, 1)) ?? [];
  if (!any) return nobody(visit);
  const name = visit
    .field("name")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, NAME);
  await visit.control.call(any.thread.phone, name === "" ? null : name);
  return { to: `/conversations/${id}`, say: "console-said-named" };
}

/** Sends an answer into the conversation. */
export async function answerThere(visit: Visit): Promise<Answer> {
  const id = Number(visit.param("id"));
  const jobs = await visit.control.conversation(visit.viewer, id, null, 1);
  const phoneThere = jobs?.[0]?.thread.phone;
  if (phoneThere === undefined) return nobody(visit);
  const sent = await sendForm(visit, [phoneThere], { thread: id });
  if (isDraft(sent)) return conversationPage(visit, sent);
  const thread =
    (await visit.control.message(sent.id))?.deliveries.find(({ to }) => to.address === phoneThere)?.thread ??
    id;
  return {
    to: `/conversations/${thread}`,
    say: sent.cut ? "console-said-shortened" : "console-said-sent",
  };
}
