// Gateways: every SIM as its device describes it, what it did today, why a gateway is not there; pausing, and USSD codes.
import type { Figure, Job } from "../../bridge/ports/archive.ts";
import type { PortView, Standing } from "../../bridge/ports/desk.ts";
import { reasonText } from "../../words/reason.ts";
import { html, moment, phone, press, quoted, simName, stateBadge } from "../pieces.ts";
import { type Markup, mayAs, type Page, type Room, type Visit } from "../visit.ts";
import { dialForm, isCode, type Refused, ussdRoutes } from "./gateways-ussd.ts";

const DAY = 24 * 3_600_000;
/** Of deliveries that a gateway has, so many are looked through for codes. */
const MOST = 200;

export const gatewaysRoom: Room = {
  menu: { path: "/gateways", title: "panel-menu-gateways" },
  role: "operator",
  routes: [
    { method: "GET", path: "/gateways", answer: (visit) => gatewaysPage(visit) },
    { method: "POST", path: "/gateways/pause", answer: (visit) => pause(visit, true) },
    { method: "POST", path: "/gateways/resume", answer: (visit) => pause(visit, false) },
    ...ussdRoutes((visit, refused) => gatewaysPage(visit, refused)),
  ],
};

type Gateway = Standing["gateways"][number];

async function gatewaysPage(visit: Visit, refused: Refused | null = null): Promise<Page> {
  const { control, viewer, words, now } = visit;
  const [{ gateways }, figures, open] = await Promise.all([
    control.standing(),
    control.figures(now - DAY, now),
    // Mails stay accepted for ever: without an end in time all of them would be looked through.
    control.messages(viewer, { state: "accepted", way: "out", since: now - DAY, limit: MOST }),
  ]);
  const title = words("panel-menu-gateways");
  const codes = open.filter(({ thread }) => isCode(thread.phone));
  return {
    title,
    status: refused ? 422 : 200,
    body: html`<h1>${title}</h1>
${gateways.length === 0 ? html`<p>${words("panel-no-gateways")}</p>` : ""}
${gateways.map((gateway) => gatewayPart(visit, gateway, figures, refused))}
<h2 id="codes-head">${words("panel-dialling")}</h2>
<div id="codes-none" data-live="message delivery">${codes.length === 0 ? words("panel-dialling-none") : ""}</div>
<ul class="list" id="codes" aria-labelledby="codes-head" data-live="message delivery">${codes.map((job) => codeRow(visit, job))}</ul>`,
  };
}

function gatewayPart(
  visit: Visit,
  gateway: Gateway,
  figures: readonly Figure[],
  refused: Refused | null,
): Markup {
  const { control, words } = visit;
  const { name } = gateway;
  const ports = control.ports().filter((port) => port.gateway === name);
  return html`<section aria-labelledby="g-${name}">
<h2 id="g-${name}">${name}</h2>
<div id="g-state-${name}" data-live="gateway delivery message">${stateOf(visit, gateway, figures)}</div>
<ul class="list" id="g-ports-${name}" aria-label="${words("panel-ports", { gateway: name })}" data-live="gateway delivery message">${ports.map((port) => portRow(visit, port))}</ul>
${ports.length === 0 ? html`<p>${words("panel-no-ports")}</p>` : dialForm(visit, name, ports, refused)}
</section>`;
}

/** How a gateway stands, with what can be done about it. */
function stateOf(visit: Visit, { name, up, error }: Gateway, figures: readonly Figure[]): Markup {
  const { control, words } = visit;
  const paused = control.paused().some(({ gateway, port }) => gateway === name && port === null);
  const own = figures.filter(({ gateway }) => gateway === name);
  const sum = (what: "sent" | "received" | "failed"): number =>
    own.reduce((total, figure) => total + figure[what], 0);
  const day = { sent: sum("sent"), received: sum("received"), failed: sum("failed") };
  const badge = up ? "up" : error === null ? "waking" : "down";
  return html`<div class="head"><div><p><span class="state ${badge}">${words(`panel-${badge}`)}</span>${paused ? html` <span class="state paused">${words("panel-paused")}</span>` : ""}</p>
${up || error === null ? "" : html`<p>${quoted(reasonText(words, error))}</p>`}
<p class="meta">${words("panel-by-day", day)}</p></div>
<div class="acts">${pauseButton(visit, name, "", paused)}</div></div>`;
}

function portRow(visit: Visit, view: PortView): Markup {
  const { control, words } = visit;
  const { gateway, port, label, number, sim } = view;
  const title = words("panel-port", { port });
  // The whole gateway's pause is not the port's own.
  const paused = control.paused().some((lane) => lane.gateway === gateway && lane.port === port);
  const facts = [
    ...(label === null && number === null ? [] : [html`<span>${title}</span>`]),
    html`<span>${words("panel-used", { count: view.used })}</span>`,
    ...(view.inHand === 0 ? [] : [html`<span>${words("panel-in-hand", { count: view.inHand })}</span>`]),
    html`<span>${quoted(words("panel-device-says", { state: view.state }))}</span>`,
  ];
  const card = [
    ["IMSI", sim.imsi],
    ["ICCID", sim.iccid],
    ["IMEI", sim.imei],
    ["", sim.type],
  ].flatMap(([what, value]) => (value ? [html`<span>${what} ${quoted(value)}</span>`] : []));
  return html`<li id="p-${gateway}-${port}"><div class="top"><strong>${quoted(label ?? number ?? title)}${label !== null && number !== null ? html` <span class="dim">${quoted(number)}</span>` : ""}</strong>${badges(visit, view)}</div>
<div class="head"><div><p class="meta">${facts}</p>
${card.length === 0 ? "" : html`<p class="meta">${card}</p>`}
${view.restsUntil === null ? "" : html`<p class="meta">${words("panel-rests-until")} ${moment(visit, view.restsUntil)}</p>`}</div>
<div class="acts">${pauseButton(visit, gateway, String(port), paused)}</div></div></li>`;
}

function badges({ words }: Visit, { registered, paused, restsUntil, up }: PortView): Markup {
  const network = registered
    ? html`<span class="state ${up ? "up" : "waking"}">${words("panel-registered")}</span>`
    : html`<span class="state down">${words("panel-unregistered")}</span>`;
  return html`<span>${network}${paused ? html` <span class="state paused">${words("panel-paused")}</span>` : ""}${restsUntil === null ? "" : html` <span class="state resting">${words("panel-resting")}</span>`}</span>`;
}

/** `port` "": the whole gateway. */
function pauseButton(visit: Visit, gateway: string, port: string, paused: boolean): Markup {
  if (!mayAs(visit.viewer.role, "operator")) return html``;
  const label = visit.words(
    `panel-${paused ? "resume" : "pause"}${port === "" ? "-all" : ""}` as "panel-pause",
  );
  const about = port === "" ? gateway : `${gateway} ${visit.words("panel-port", { port })}`;
  return press(visit, `/gateways/${paused ? "resume" : "pause"}`, label, about, { gateway, port });
}

function codeRow(visit: Visit, { delivery, message, thread }: Job): Markup {
  const { control, words } = visit;
  const sim = simName(control, delivery.lane ?? thread.lane);
  return html`<li id="u${delivery.id}"><div class="top"><a href="/conversations/${thread.id}">${phone(control, thread.phone)}</a>${moment(visit, message.at)}</div>
<p class="meta">${stateBadge(words, delivery.state)}<span>${words("console-written-by", { name: message.user ?? "–" })}</span>${sim === "" ? "" : html`<span>${words("console-sim", { sim })}</span>`}</p>
<div class="acts">${press(visit, `/gateways/hang-up/${message.id}`, words("panel-hang-up"), thread.phone)}</div></li>`;
}

async function pause(visit: Visit, paused: boolean) {
  const gateway = visit.field("gateway");
  const port = visit.field("port");
  if (!/^\d{0,3}$/.test(port)) return { to: "/gateways", say: "panel-said-no-sim" } as const;
  const lane = { gateway, port: port === "" ? null : Number(port) };
  const found = await visit.control.pause(lane, paused, visit.viewer.user);
  const say = found ? (paused ? "panel-said-paused" : "panel-said-resumed") : "panel-said-no-sim";
  return { to: `/gateways${found ? `#g-${gateway}` : ""}`, say } as const;
}
