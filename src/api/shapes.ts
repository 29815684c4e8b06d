// What the API speaks: the shapes of its answers. From the same schemas the published description is made.
import { z } from "zod";
import type { State } from "../bridge/message.ts";
import type { Role, Waiting } from "../bridge/ports/control.ts";

const ROLES = ["admin", "operator", "user"] as const satisfies readonly Role[];
const STATES = [
  "queued",
  "sending",
  "accepted",
  "sent",
  "delivered",
  "unsure",
  "failed",
] as const satisfies readonly State[];
const WHYS = [
  "paused",
  "behind",
  "down",
  "retry",
  "turn",
  "asked",
] as const satisfies readonly Waiting["why"][];

/** What a token may be used for. */
export const SCOPES = ["read", "send", "steer", "tokens"] as const;
export type Scope = (typeof SCOPES)[number];

export const role = z.enum(ROLES);
export const scope = z.enum(SCOPES);
export const state = z.enum(STATES).meta({
  id: "State",
  description:
    "queued and sending: it waits here; accepted: the gateway took it; sent: the network took it; delivered: the phone's report; unsure: the request left and no answer came; failed",
});

const time = z.iso.datetime();
const name = z.string();

/** UTC milliseconds as RFC 3339. */
export const stamp = (ms: number): string => new Date(ms).toISOString();
export const stampOrNull = (ms: number | null): string | null => (ms === null ? null : stamp(ms));

export const sim = z
  .object({ gateway: name, port: z.int().nullable().describe("null: any port of it, or not known") })
  .meta({ id: "Sim", description: "A SIM: a port of a gateway" });

const party = z
  .object({
    via: name.describe("the channel"),
    address: z.string().nullable().describe("null: not yours to see"),
    user: name.nullable(),
  })
  .meta({ id: "Person", description: "Where a person is reached" });

const KIND =
  "in: a phone wrote; out: to a phone; copy: what somebody wrote to the phone, for the others in the conversation; notice: simpost's own word on what became of a text";

export const text = z
  .object({
    id: z.string().describe("the message; one message to several phones is there once for each"),
    delivery: z.int().describe("this message to this party"),
    kind: z.enum(["in", "out", "copy", "notice"]).describe(KIND),
    thread: z.int().describe("the conversation"),
    phone: z.string().describe("+ and country code; a short code; a sender in letters; a USSD code"),
    name: name.nullable().describe("what people call the phone"),
    text: z.string(),
    parts: z.int().describe("SMS parts; 0: it is no SMS"),
    state,
    sim: sim.nullable(),
    user: name.nullable().describe("who wrote it"),
    to: party.nullable().describe("the person that it goes to; null: it goes to the phone, or to nobody"),
    attempts: z.int(),
    error: z.string().nullable().describe("what went wrong last"),
    at: time.describe("when it was accepted here"),
    sentAt: time.nullable().describe("when it was last handed on"),
    nextAt: time.nullable().describe("when something is done about it next"),
    expiresAt: time,
  })
  .meta({ id: "Text" });

const step = z
  .object({ at: time, state, sim: sim.nullable(), error: z.string().nullable() })
  .meta({ id: "Step" });

export const story = z
  .object({
    id: z.string(),
    at: time,
    user: name.nullable(),
    text: z.string().describe("as it was written; a delivery's text is what was sent"),
    deliveries: z.array(
      text.extend({ steps: z.array(step).describe("oldest first") }).meta({ id: "Delivery" }),
    ),
  })
  .meta({ id: "Story", description: "A message with all that became of it" });

export const waiting = text
  .extend({
    why: z
      .enum(WHYS)
      .describe(
        "paused: its SIM or gateway is; behind: an earlier text to the same phone; down: no gateway for it is up; retry: after an error; turn: others are before it; asked: nobody knows yet whether it left",
      ),
  })
  .meta({ id: "Waiting" });

export const received = z
  .object({
    id: z.string(),
    thread: z.int(),
    from: z.string(),
    name: name.nullable(),
    text: z.string(),
    sim: sim.nullable(),
    at: time.describe("when it was taken in here"),
  })
  .meta({ id: "Received", description: "A text that a phone wrote" });

export const conversation = z
  .object({
    thread: z.int(),
    phone: z.string(),
    name: name.nullable(),
    sim: sim.nullable(),
    activeAt: time,
    last: text.nullable().describe("the newest text in it"),
  })
  .meta({ id: "Conversation" });

export const accepted = z
  .object({
    id: z.string().describe("the message"),
    url: z.string().describe("where to see what becomes of it"),
    repeated: z.boolean().describe("it had been accepted before: nothing new was sent"),
    recipients: z.int(),
    parts: z.int().describe("SMS parts, of all recipients together"),
    cut: z.boolean().describe("the text was too long, and was shortened"),
  })
  .meta({ id: "Accepted" });

export const dialled = z
  .object({
    id: z.string(),
    repeated: z.boolean(),
    thread: z.int().describe("the conversation that the network's answer comes to"),
    url: z.string().describe("that conversation"),
  })
  .meta({ id: "Dialled" });

export const port = z
  .object({
    gateway: name,
    up: z.boolean().describe("the gateway is reached"),
    port: z.int(),
    label: z.string().nullable(),
    number: z.string().nullable(),
    registered: z.boolean(),
    state: z.string().describe("the device's own words"),
    used: z.int().describe("texts in the last 24 hours"),
    inHand: z.int().describe("texts handed over that the network has not taken yet"),
    paused: z.boolean(),
    restsUntil: time.nullable().describe("left alone until then, because texts through it failed"),
    sim: z
      .object({
        imsi: z.string().nullable(),
        iccid: z.string().nullable(),
        imei: z.string().nullable(),
        type: z.string().nullable(),
      })
      .nullable()
      .describe("null: for operators only"),
  })
  .meta({ id: "Port" });

export const status = z
  .object({
    version: z.string(),
    at: time,
    depth: z.record(state, z.int()).nullable().describe("deliveries in each state; null: for operators only"),
    gateways: z.array(
      z.object({
        name,
        up: z.boolean(),
        error: z.string().nullable().describe("why it is down; for operators only"),
        paused: z.boolean().describe("all of it"),
      }),
    ),
    channels: z.array(z.object({ name, up: z.boolean() })),
    paused: z.array(sim),
  })
  .meta({ id: "Status" });

export const figure = z
  .object({
    hour: time.describe("when the hour began"),
    gateway: name,
    sent: z.int().describe("texts that the network took"),
    parts: z.int(),
    delivered: z.int(),
    failed: z.int(),
    received: z.int(),
    latency: z.number().describe("from acceptance until the network took it: sum over `sent`, milliseconds"),
  })
  .meta({ id: "Figure" });

export const person = z
  .object({
    name,
    role,
    addresses: z.array(z.object({ via: name, address: z.string() })),
    perDay: z.int().nullable().describe("texts in 24 hours; null: no limit"),
    used: z.int().describe("of them, in the last 24 hours"),
    freesAt: time.nullable().describe("when the oldest of them no longer count; null: there are none"),
  })
  .meta({ id: "User" });

export const token = z
  .object({
    id: z.string(),
    name: z.string(),
    user: name.nullable().describe("whose it is; null: nobody's, a machine's"),
    role,
    scopes: z.array(scope),
    createdAt: time,
    usedAt: time.nullable().describe("to the hour"),
    expiresAt: time.nullable(),
  })
  .meta({ id: "Token" });

export const madeToken = token
  .extend({ token: z.string().describe("the token itself: shown this once") })
  .meta({ id: "MadeToken" });

export const happening = z
  .object({
    kind: z.enum(["delivery", "message", "gateway"]),
    delivery: z.int().optional(),
    message: z.string().optional(),
    thread: z.int().optional(),
    state: state.optional(),
    gateway: name.optional(),
  })
  .meta({ id: "Happening" });

export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    retryAt: time.optional().describe("when trying again makes sense"),
    errors: z
      .array(z.object({ at: z.string(), problem: z.string() }))
      .optional()
      .describe("what is wrong with the request, value by value"),
  })
  .meta({ id: "Problem", description: "RFC 9457" });

/** A page of a list. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe("`cursor` of the next page; null: this was the last"),
  });
