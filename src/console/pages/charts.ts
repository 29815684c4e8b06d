// Charts: what went through each gateway by the hour, as lines and as a table with the same figures.
import { html } from "../pieces.ts";
import type { Markup, Page, Room, Visit } from "../visit.ts";
import { dayOf, hourOf, type Row, rowsOf, seriesOf } from "./charts-series.ts";

const DAY = 24 * 3_600_000;

/** `by`: what the table sums up. */
const RANGES = {
  day: { span: DAY, by: hourOf },
  week: { span: 7 * DAY, by: dayOf },
  month: { span: 30 * DAY, by: dayOf },
} as const;
type Range = keyof typeof RANGES;

const CHARTS = ["sent", "received", "failed", "latency", "parts"] as const;

export const chartsRoom: Room = {
  menu: { path: "/charts", title: "panel-menu-charts" },
  role: "operator",
  routes: [
    { method: "GET", path: "/charts", answer: chartsPage },
    { method: "GET", path: "/charts/figures", answer: figures },
  ],
};

const rangeOf = (visit: Visit): Range => {
  const asked = visit.query("range");
  return asked === "week" || asked === "month" ? asked : "day";
};

/** The last hours that are whole, and the one that is not over. */
const sinceOf = ({ now }: Visit, range: Range): number => hourOf(now - RANGES[range].span) + 3_600_000;

async function figures(visit: Visit): Promise<Response> {
  const { control, now } = visit;
  const since = sinceOf(visit, rangeOf(visit));
  const [found, { gateways }] = await Promise.all([control.figures(since, now), control.standing()]);
  return Response.json(
    seriesOf(
      found,
      since,
      now,
      gateways.map(({ name }) => name),
    ),
  );
}

async function chartsPage(visit: Visit): Promise<Page> {
  const { control, words, times, now } = visit;
  const range = rangeOf(visit);
  const rows = rowsOf(await control.figures(sinceOf(visit, range), now), RANGES[range].by);
  const title = words("panel-menu-charts");
  const chart = (name: (typeof CHARTS)[number]): Markup =>
    html`<figure data-chart="${name}"><figcaption><h2>${words(`panel-chart-${name}`)}</h2></figcaption><div aria-hidden="true"></div></figure>`;
  return {
    title,
    assets: ["charts.css", "uplot.js", "charts.js"],
    body: html`<h1>${title}</h1>
<nav aria-label="${words("panel-range")}"><ul>${Object.keys(RANGES).map((name) => rangeLink(visit, name as Range, range))}</ul></nav>
<p id="charts-none">${words("panel-no-script")}</p>
<div id="charts" class="charts" hidden data-figures="/charts/figures?range=${range}" data-time="${words("panel-time")}" data-zone="${times.zone}">${CHARTS.map(chart)}</div>
<h2 id="figures-head">${words("panel-table")}</h2>
<div class="scroll" id="figures" data-live="message delivery" tabindex="0" role="region" aria-labelledby="figures-head">${table(visit, rows, range)}</div>`,
  };
}

const rangeLink = ({ words }: Visit, name: Range, shown: Range): Markup =>
  html`<li><a href="/charts?range=${name}"${name === shown ? html` aria-current="page"` : ""}>${words(`panel-range-${name}`)}</a></li>`;

function table({ words, times, language }: Visit, rows: readonly Row[], range: Range): Markup {
  if (rows.length === 0) return html`<p>${words("panel-no-figures")}</p>`;
  const began = (at: number): string => (range === "day" ? times.full(at) : times.day(at));
  const heads = [
    words("panel-sent"),
    words("panel-delivered"),
    words("panel-received"),
    words("panel-failed"),
    words("panel-parts"),
    words("panel-latency"),
  ];
  const locale = (value: number | null): string => (value === null ? "–" : value.toLocaleString(language));
  return html`<table><thead><tr><th scope="col">${words("panel-since")}</th><th scope="col">${words("console-gateway")}</th>${heads.map((head) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ since, gateway, sent, delivered, received, failed, parts, latency }) =>
      html`<tr><th scope="row"><time datetime="${new Date(since).toISOString()}">${began(since)}</time></th><td>${gateway}</td>${[sent, delivered, received, failed, parts].map((figure) => html`<td class="number">${figure}</td>`)}<td class="number">${locale(latency)}</td></tr>`,
  )}</tbody></table>`;
}
