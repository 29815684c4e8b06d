// Rows of the database and the bridge's types: each is turned into the other here, and nowhere else.
import type {
  Delivery,
  Lane,
  Message,
  NoticeKind,
  Notify,
  Priority,
  State,
  Thread,
} from "../../bridge/message.ts";
import type { Job } from "../../bridge/ports/store.ts";
import { APPEND } from "./history.ts";
import type { Row, Value } from "./statement.ts";

/** Where a delivery stands: its state, and for a queued one what it waits for. See migrations/0001.sql. */
export const STAGE = {
  ready: 0,
  delayed: 1,
  behind: 2,
  sending: 3,
  unsure: 4,
  accepted: 5,
  settled: 6,
  sent: 7,
  delivered: 8,
  failed: 9,
} as const;

/** The state of each stage. */
const STATES: readonly State[] = [
  "queued",
  "queued",
  "queued",
  "sending",
  "unsure",
  "accepted",
  "accepted",
  "sent",
  "delivered",
  "failed",
];

/** The stages that `state` may have, first and last. */
export const stagesOf = (state: State): readonly [number, number] => [
  STATES.indexOf(state),
  STATES.lastIndexOf(state),
];

/** The stage of a delivery that has left the queue. */
export function stageOf(delivery: Delivery): number {
  const [first, last] = stagesOf(delivery.state);
  const open = delivery.due !== null || delivery.deadline !== null;
  return delivery.state === "accepted" && open ? first : last;
}

/** A delivery with what the store itself needs to know of it. */
export interface Held {
  readonly delivery: Delivery;
  readonly stage: number;
  readonly pool: string;
  readonly line: string | null;
  /** Its pool follows its thread's SIM. */
  readonly follows: boolean;
  readonly pin: Lane | null;
}

const MESSAGE = [
  "id",
  "at",
  "via",
  "address",
  "user",
  "text",
  "ref",
  "origin",
  "notice",
  "notice_of",
  "about",
];
const THREAD = ["id", "phone", "gateway", "port", "wrote_via", "wrote_address", "wrote_user", "wrote_at"];
const DELIVERY = [
  ...["id", "message", "thread", "via", "address", "text", "parts", "priority", "stage", "attempts", "due"],
  ...["deadline", "expires", "gateway", "port", "sent_at", "track", "ref", "error", "warned", "notify"],
];
const HELD = [...DELIVERY, "pool", "line", "follows", "pin_gateway", "pin_port"];

const list = (table: string, columns: readonly string[]): string =>
  columns.map((column) => `${table}.${column}`).join(", ");

/** Columns to select, in the order in which the functions below read them. */
export const MESSAGE_COLUMNS = list("message", MESSAGE);
export const THREAD_COLUMNS = list("thread", THREAD);
export const DELIVERY_COLUMNS = list("delivery", DELIVERY);
export const HELD_COLUMNS = list("delivery", HELD);
/** How many columns a thread and a delivery take, for those selected behind them. */
export const THREAD_WIDTH = THREAD.length;
export const DELIVERY_WIDTH = DELIVERY.length;
export const HELD_WIDTH = HELD.length;

/** Where HELD_COLUMNS has the line; the pool is the column before it. */
export const LINE_AT = DELIVERY.length + 1;

/** Selects jobs: deliveries (by `where`) first, then what belongs to each. */
export const jobs = (where: string, index = ""): string =>
  `SELECT ${HELD_COLUMNS}, ${MESSAGE_COLUMNS}, ${THREAD_COLUMNS} FROM delivery ${index && `INDEXED BY ${index}`}
   CROSS JOIN message ON message.id = delivery.message CROSS JOIN thread ON thread.id = delivery.thread WHERE ${where}`;

/** The pool of a SIM. */
export const poolOf = (lane: Lane): string =>
  lane.port === null ? lane.gateway : `${lane.gateway}:${lane.port}`;

export const sameLane = (a: Lane | null, b: Lane | null): boolean =>
  a === b || (a !== null && b !== null && a.gateway === b.gateway && a.port === b.port);

const lane = (row: Row, at: number): Lane | null => {
  const gateway = row[at] as string | null;
  return gateway === null ? null : { gateway, port: row[at + 1] as number | null };
};

export function toDelivery(row: Row): Delivery {
  const notify = row[20] as string;
  return {
    id: row[0] as number,
    message: row[1] as string,
    thread: row[2] as number,
    to: { via: row[3] as string, address: row[4] as string },
    text: row[5] as string,
    parts: row[6] as number,
    priority: row[7] as Priority,
    state: STATES[row[8] as number] ?? "failed",
    attempts: row[9] as number,
    due: row[10] as number | null,
    deadline: row[11] as number | null,
    expires: row[12] as number,
    lane: lane(row, 13),
    sentAt: row[15] as number | null,
    track: row[16] as string | null,
    ref: row[17] as string | null,
    error: row[18] as string | null,
    warned: row[19] === 1,
    notify: notify === "" ? [] : (notify.split(",") as Notify[]),
  };
}

export const toHeld = (row: Row): Held => ({
  delivery: toDelivery(row),
  stage: row[8] as number,
  pool: row[DELIVERY.length] as string,
  line: row[DELIVERY.length + 1] as string | null,
  follows: row[DELIVERY.length + 2] === 1,
  pin: lane(row, DELIVERY.length + 3),
});

export function toMessage(row: Row, at = 0): Message {
  const via = row[at + 2] as string | null;
  const kind = row[at + 8] as NoticeKind | null;
  return {
    id: row[at] as string,
    at: row[at + 1] as number,
    from: via === null ? null : { via, address: row[at + 3] as string },
    user: row[at + 4] as string | null,
    text: row[at + 5] as string,
    ref: row[at + 6] as string | null,
    origin: JSON.parse(row[at + 7] as string) as Record<string, string>,
    notice:
      kind === null
        ? null
        : { kind, message: row[at + 9] as string, about: JSON.parse(row[at + 10] as string) as number[] },
  };
}

export function toThread(row: Row, at = 0): Thread {
  const via = row[at + 4] as string | null;
  return {
    id: row[at] as number,
    phone: row[at + 1] as string,
    lane: lane(row, at + 2),
    wrote:
      via === null
        ? null
        : {
            party: { via, address: row[at + 5] as string },
            user: row[at + 6] as string | null,
            at: row[at + 7] as number,
          },
  };
}

export const toJob = (row: Row): Job => ({
  delivery: toDelivery(row),
  message: toMessage(row, HELD.length),
  thread: toThread(row, HELD.length + MESSAGE.length),
});

/** The values of MESSAGE_COLUMNS. */
export const fromMessage = (message: Message): Value[] => [
  message.id,
  message.at,
  message.from?.via ?? null,
  message.from?.address ?? null,
  message.user,
  message.text,
  message.ref,
  JSON.stringify(message.origin),
  message.notice?.kind ?? null,
  message.notice?.message ?? null,
  message.notice ? JSON.stringify(message.notice.about) : null,
];

/** An INSERT for `count` values. */
export const insert = (table: string, columns: readonly string[]): string =>
  `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;

export const INSERT_MESSAGE = insert("message", MESSAGE);
export const INSERT_DELIVERY = insert("delivery", [...HELD.slice(1), "once", "history"]);

/** The values of INSERT_DELIVERY: all but the id, which the database gives. */
export const fromHeld = (held: Held, once: string | null, step: string): Value[] => [
  held.delivery.message,
  held.delivery.thread,
  held.delivery.to.via,
  held.delivery.to.address,
  held.delivery.text,
  held.delivery.parts,
  held.delivery.priority,
  held.stage,
  ...movable(held.delivery),
  held.delivery.notify.join(","),
  held.pool,
  held.line,
  held.follows ? 1 : 0,
  held.pin?.gateway ?? null,
  held.pin?.port ?? null,
  once,
  step,
];

const movable = (delivery: Delivery): Value[] => [
  delivery.attempts,
  delivery.due,
  delivery.deadline,
  delivery.expires,
  delivery.lane?.gateway ?? null,
  delivery.lane?.port ?? null,
  delivery.sentAt,
  delivery.track,
  delivery.ref,
  delivery.error,
  delivery.warned ? 1 : 0,
];

export const UPDATE_DELIVERY = `UPDATE delivery SET stage = ?, attempts = ?, due = ?, deadline = ?, expires = ?, gateway = ?, port = ?,
  sent_at = ?, track = ?, ref = ?, error = ?, warned = ?, pool = ?, ${APPEND} WHERE id = ?`;

/** The values of UPDATE_DELIVERY. */
export const fromMoved = (held: Held, step: string): Value[] => [
  held.stage,
  ...movable(held.delivery),
  held.pool,
  step,
  held.delivery.id,
];
