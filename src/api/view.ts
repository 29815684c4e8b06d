// From the heart's things to the API's shapes, as far as a viewer may see them.
import type { z } from "zod";
import { type Lane, NOBODY, type Party } from "../bridge/message.ts";
import type { Conversation, Job, Step } from "../bridge/ports/archive.ts";
import type { Control, Viewer } from "../bridge/ports/control.ts";
import { type conversation, type received, type sim, stamp, stampOrNull, type text } from "./shapes.ts";

type Text = z.infer<typeof text>;

/** A lane is a SIM without more. */
export const simOf = (lane: Lane | null): z.infer<typeof sim> | null =>
  lane && { gateway: lane.gateway, port: lane.port };

/** What a delivery is in its conversation. */
function kindOf({ delivery, message, thread }: Job): Text["kind"] {
  if (message.from === null || message.notice !== null) return "notice";
  if (message.user === null) return "in";
  return delivery.to.address === thread.phone ? "out" : "copy";
}

/** A person who is written to. A user sees addresses of her own only. */
function personOf(control: Control, viewer: Viewer, party: Party): Text["to"] {
  if (party.via === NOBODY) return null;
  const user = control.userOf(party);
  const hidden = viewer.role === "user" && (user === null || user !== viewer.user);
  return { via: party.via, address: hidden ? null : party.address, user };
}

export function textOf(control: Control, viewer: Viewer, job: Job): Text {
  const { delivery, message, thread } = job;
  const kind = kindOf(job);
  const lane = kind === "out" ? (delivery.lane ?? thread.lane) : kind === "in" ? laneIn(job) : null;
  return {
    id: message.id,
    delivery: delivery.id,
    kind,
    thread: thread.id,
    phone: thread.phone,
    name: control.nameOf(thread.phone),
    text: kind === "in" ? message.text : delivery.text,
    parts: delivery.parts,
    state: delivery.state,
    sim: simOf(lane),
    user: message.user,
    to: kind === "out" ? null : personOf(control, viewer, delivery.to),
    attempts: delivery.attempts,
    error: delivery.error,
    at: stamp(message.at),
    sentAt: stampOrNull(delivery.sentAt),
    nextAt: stampOrNull(delivery.due),
    expiresAt: stamp(delivery.expires),
  };
}

/** The SIM that a text came in through: its port stands in what the gateway's poll kept with it. */
function laneIn({ message, thread }: Job): Lane | null {
  if (message.from === null) return thread.lane;
  const { port } = message.origin;
  return { gateway: message.from.via, port: port ? Number(port) : null };
}

export function receivedOf(control: Control, job: Job): z.infer<typeof received> {
  const { message, thread } = job;
  return {
    id: message.id,
    thread: thread.id,
    from: message.from?.address ?? thread.phone,
    name: control.nameOf(thread.phone),
    text: message.text,
    sim: simOf(laneIn(job)),
    at: stamp(message.at),
  };
}

export const stepOf = ({ at, state, lane, error }: Step) => ({
  at: stamp(at),
  state,
  sim: simOf(lane),
  error,
});

export const conversationOf = (
  control: Control,
  viewer: Viewer,
  { thread, active, last }: Conversation,
): z.infer<typeof conversation> => ({
  thread: thread.id,
  phone: thread.phone,
  name: control.nameOf(thread.phone),
  sim: simOf(thread.lane),
  activeAt: stamp(active),
  last: last && textOf(control, viewer, last),
});
