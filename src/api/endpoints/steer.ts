// Steering: take back, send again, send from another SIM, pause, dial a code.
import { z } from "zod";
import { type Desk, endpoint } from "../endpoint.ts";
import type { Caller } from "../guard.ts";
import { notFound, Problem, type ProblemCode } from "../problem.ts";
import { whose } from "../sender.ts";
import { accepted, dialled, sim } from "../shapes.ts";
import { messageId, seenStory } from "../sight.ts";
import { simName } from "../values.ts";
import { simOf } from "../view.ts";
import { taken } from "./messages.ts";

const REFUSALS: readonly ProblemCode[] = [
  "not-found",
  "too-late",
  "not-allowed",
  "over-quota",
  "no-such-sim",
  "store",
  "busy",
];
const params = { id: messageId };

/** Throws Problem unless all of the message is the caller's to steer. */
async function mine(desk: Desk, { viewer }: Caller, id: string): Promise<void> {
  const { partly } = await seenStory(desk, viewer, id);
  if (partly) throw notFound("message");
}

const cancel = endpoint({
  method: "post",
  path: "/messages/{id}/cancel",
  name: "cancelMessage",
  summary: "Take back a text that has not left",
  scope: "steer",
  params,
  answer: {
    status: 200,
    what: "taken back: nothing of it was sent",
    schema: z.object({ cancelled: z.literal(true) }),
  },
  problems: ["not-found", "too-late", "store"],
  async run({ desk, caller, path: { id } }) {
    await mine(desk, caller, id);
    if (!(await desk.control.cancel(caller.viewer, id)))
      throw new Problem("too-late", "Some of it has left already, or it is no text that somebody wrote here");
    return { body: { cancelled: true as const } };
  },
});

const retry = endpoint({
  method: "post",
  path: "/messages/{id}/retry",
  name: "retryMessage",
  summary: "Send a failed text once more, to the phones that did not get it",
  more: "With the rights and the quota of who wrote it. Asked again without an Idempotency-Key, or with the same one, it is not sent again: retry the message that came of it.",
  scope: "steer",
  keyed: true,
  params,
  body: z.strictObject({ sim: simName.optional() }).default({}),
  answer: { status: 202, what: "it is sent again, as another message", schema: accepted },
  problems: REFUSALS,
  async run({ desk, caller, path: { id }, body, key }) {
    await mine(desk, caller, id);
    const lane = body.sim ?? null;
    const own = key ?? `api:${lane ? `${lane.gateway}:${lane.port ?? ""}` : ""}`;
    const result = await desk.control.again(caller.viewer, id, lane, own);
    if (!result) throw new Problem("too-late", "Nothing of it has failed");
    return taken(result);
  },
});

const reroute = endpoint({
  method: "post",
  path: "/messages/{id}/reroute",
  name: "rerouteMessage",
  summary: "Send a text that still waits from another SIM",
  scope: "steer",
  keyed: true,
  params,
  body: z.strictObject({ sim: simName }),
  answer: { status: 202, what: "it leaves from there, as another message", schema: accepted },
  problems: REFUSALS,
  async run({ desk, caller, path: { id }, body }) {
    await mine(desk, caller, id);
    const result = await desk.control.reroute(caller.viewer, id, body.sim);
    if (!result)
      throw new Problem("too-late", "Some of it has left already, or it is no text that somebody wrote here");
    return taken(result);
  },
});

const portNumber = z.int().min(0).max(255);

const pause = endpoint({
  method: "post",
  path: "/ports/pause",
  name: "pausePort",
  summary: "Send nothing more through a gateway or a port, or resume it",
  more: "Outlasts restarts. Texts still come in. Resuming a gateway resumes its ports too.",
  scope: "steer",
  role: "operator",
  body: z.strictObject({
    gateway: z.string().min(1).max(100),
    port: portNumber.nullable().optional().describe("left out: all of it"),
    paused: z.boolean(),
  }),
  answer: { status: 200, what: "what is paused now", schema: z.object({ paused: z.array(sim) }) },
  problems: ["not-found", "store"],
  async run({ desk, caller, body: { gateway, port = null, paused } }) {
    const by = caller.viewer.user ?? `token ${caller.id}`;
    if (!(await desk.control.pause({ gateway, port }, paused, by))) throw notFound("gateway or port");
    return { body: { paused: desk.control.paused().flatMap((lane) => simOf(lane) ?? []) } };
  },
});

const ussd = endpoint({
  method: "post",
  path: "/ussd",
  name: "dialCode",
  summary: "Dial a USSD code",
  more: "The network's answer comes as a text into the conversation at `url`; a menu is answered with a text to the code, in that thread.",
  scope: "send",
  keyed: true,
  body: z.strictObject({
    gateway: z.string().min(1).max(100),
    port: portNumber.optional(),
    code: z.string().min(2).max(200).describe("like *100#"),
    user: z
      .string()
      .min(1)
      .optional()
      .describe("who dials; default: the token's user. Another one: for admins"),
  }),
  answer: { status: 202, what: "it is on disk, and will be dialled", schema: dialled },
  problems: ["not-allowed", "over-quota", "not-a-number", "no-such-sim", "no-such-user", "store", "busy"],
  async run({ desk, caller, body: { gateway, port = null, code, user }, key }) {
    if (!/^[*#]/.test(code.trim()))
      throw new Problem("not-a-number", "A USSD code begins with * or #, like *100#");
    const sent = await desk.control.send({
      user: whose(desk, caller, user),
      to: [code],
      text: code.trim(),
      lane: { gateway, port },
      ...(key === null ? {} : { key }),
    });
    // Whoever dials sees what she dialled.
    const found = await desk.control.story({ user: null, role: "admin" }, sent.id);
    const thread = found?.jobs[0]?.thread.id;
    if (thread === undefined) throw new Problem("failing", "The code was taken, and is gone");
    const url = `/api/v1/conversations/${thread}`;
    return { body: { id: sent.id, repeated: sent.repeated, thread, url }, headers: { Location: url } };
  },
});

export const steering = [cancel, retry, reroute, pause, ussd];
