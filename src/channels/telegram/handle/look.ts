// What people look up: the SIM cards, how things are, texts.
import { ANY_GATEWAY } from "../../../bridge/message.ts";
import type { PortView } from "../../../bridge/ports/desk.ts";
import type { Job } from "../../../bridge/ports/store.ts";
import type { Words } from "../../../words/index.ts";
import { escapeHtml, MESSAGE_MAX, pages } from "../html.ts";
import { tell } from "./say.ts";
import { called, type Scene } from "./scene.ts";

/** A table is cut between lines, with room for its frame. */
const TABLE_MAX = MESSAGE_MAX - 200;
/** How many texts a search shows. */
const FOUND_MAX = 10;
/** Of each as much, characters. */
const EXCERPT = 200;

/** `/ports`: a table of the SIM cards. */
export async function ports(scene: Scene): Promise<void> {
  const { room, words } = scene;
  const all = room.desk.ports();
  if (all.length === 0) {
    await tell(scene, { html: escapeHtml(words("tg-ports-none")) });
    return;
  }
  const lines = table(all.map((port) => row(words, port)));
  const head = escapeHtml(words("tg-ports-head"));
  for (const [at, piece] of chunks(lines, TABLE_MAX).entries())
    await tell(scene, { html: `${at === 0 ? `${head}\n` : ""}<pre>${escapeHtml(piece)}</pre>` });
}

const row = (words: Words, port: PortView): readonly string[] => [
  `${port.gateway}:${port.port}`,
  [port.label, port.number].filter((part) => part !== null).join(" ") || "-",
  stateOf(words, port),
  String(port.used),
];

function stateOf(words: Words, { up, registered, paused, state, restsUntil, sim }: PortView): string {
  if (paused) return words("tg-port-paused");
  if (!up || restsUntil !== null) return words("tg-port-failing");
  if (registered) return words("tg-port-registered");
  return /no.?sim|not.?insert/i.test(state) && sim.iccid === null
    ? words("tg-port-no-sim")
    : words("tg-port-unregistered");
}

/** Columns as wide as they must be. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => Array.from(cells[column] ?? "").length)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - Array.from(cell).length)))
      .join("  ")
      .trimEnd(),
  );
}

/** Lines joined to pieces of at most `max` characters. */
function chunks(lines: readonly string[], max: number): readonly string[] {
  const pieces: string[] = [];
  for (const line of lines) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + line.length + 1 <= max) pieces.splice(-1, 1, `${last}\n${line}`);
    else pieces.push(line.slice(0, max));
  }
  return pieces;
}

/** `/status`: the queue, gateways, channels that are not there. */
export async function status(scene: Scene): Promise<void> {
  const { room, words } = scene;
  const { depth, gateways, channels } = await room.desk.standing();
  const { queued, sending, unsure } = depth;
  const lines = [
    words("tg-status-queue", { queued, sending, unsure }),
    ...gateways.map(({ name, up, error }) =>
      up
        ? words("tg-status-gateway-up", { gateway: name })
        : words("tg-status-gateway-down", { gateway: name, why: error ?? "?" }),
    ),
    ...channels.filter(({ up }) => !up).map(({ name }) => words("tg-status-channel-down", { channel: name })),
  ];
  for (const html of pages([{ text: lines.join("\n") }])) await tell(scene, { html });
}

/** `/find what`: the newest texts of the user's conversations with it in number or text. */
export async function find(scene: Scene, what: string): Promise<void> {
  const { room, words, user } = scene;
  if (what === "") {
    await tell(scene, { html: escapeHtml(words("tg-find-usage")) });
    return;
  }
  const shown = what.slice(0, EXCERPT);
  const jobs = await room.desk.find(user, what, FOUND_MAX);
  if (jobs.length === 0) {
    await tell(scene, { html: escapeHtml(words("tg-find-none", { what: shown })) });
    return;
  }
  const gateways = new Set((await room.desk.standing()).gateways.map(({ name }) => name));
  const head = words("tg-find-head", { what: shown, count: jobs.length });
  const runs = jobs.flatMap((job) => [
    { text: "\n\n" },
    { text: heading(scene, gateways, job), tag: "b" as const },
    { text: `\n${excerpt(job.delivery.text)}` },
  ]);
  for (const html of pages([{ text: head }, ...runs])) await tell(scene, { html });
}

/** Who to whom, and when: an arrow to the phone for what people wrote, from it for what it wrote. */
function heading({ room }: Scene, gateways: ReadonlySet<string>, { delivery, thread, message }: Job): string {
  const out = delivery.to.via === ANY_GATEWAY || gateways.has(delivery.to.via);
  return `${out ? "→" : "←"} ${called(room, thread.phone)}, ${moment(message.at)}`;
}

/** `2026-11-22 14:05` in this machine's time zone. */
const moment = (at: number): string =>
  new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" }).format(at);

function excerpt(text: string): string {
  const points = Array.from(text.slice(0, (EXCERPT + 1) * 2));
  return points.length <= EXCERPT ? text : `${points.slice(0, EXCERPT).join("")} …`;
}
