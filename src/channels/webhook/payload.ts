// Pure: what a receiver is told (Standard Webhooks 1.0, "Payload structure").
import { SendError } from "../../bridge/errors.ts";
import type { Post } from "../../bridge/ports/channel.ts";
import type { Sim } from "./parts.ts";

/** What happened: a phone wrote, the network answered a code, somebody answered the phone. */
type EventType = "text.received" | "ussd.received" | "text.answered";

/** The id of a delivery at the receiver: the same, however often it is sent. No dot: the signature is made over what dots separate. */
export const idOf = ({ delivery, message }: Pick<Post, "delivery" | "message">): string =>
  `msg_${message.id}_${delivery.id}`;

/** The whole body. The same delivery gives the same one. Throws SendError for a notice: nobody is behind a URL to be told. */
export function payloadOf(post: Post, sims: readonly Sim[]): string {
  const type = typeOf(post);
  const { delivery, message, thread, name } = post;
  const told = {
    id: message.id,
    thread: thread.id,
    sim: simOf(post, type, sims),
    text: delivery.text,
    at: stamp(message.at),
  };
  const data =
    type === "text.answered"
      ? { ...told, phone: thread.phone, name, by: { user: message.user, via: message.from?.via ?? null } }
      : { ...told, from: message.from?.address ?? thread.phone, name, heardAt: heard(post) };
  return JSON.stringify({ type, timestamp: stamp(message.at), data });
}

function typeOf({ message }: Post): EventType {
  if (message.from === null || message.notice !== null)
    throw new SendError("permanent", "notices are not for webhooks", { scope: "message" });
  if (message.user !== null) return "text.answered";
  return message.origin.ussd === undefined ? "text.received" : "ussd.received";
}

/** The SIM that it came in through; of an answer, the conversation's. */
function simOf({ message, thread }: Post, type: EventType, sims: readonly Sim[]) {
  const { port } = message.origin;
  const lane =
    type === "text.answered"
      ? thread.lane
      : { gateway: message.from?.via ?? "", port: port ? Number(port) : null };
  if (lane === null) return null;
  const known = sims.find((sim) => sim.gateway === lane.gateway && sim.port === lane.port);
  return {
    gateway: lane.gateway,
    port: lane.port,
    number: known?.number ?? null,
    label: known?.label ?? null,
  };
}

/** When the device got it, by the device's own clock; null: it did not say. */
function heard({ message }: Post): string | null {
  const at = Number(message.origin.heard || Number.NaN);
  return Number.isFinite(new Date(at).getTime()) ? stamp(at) : null;
}

/** RFC 3339, UTC. */
const stamp = (at: number): string => new Date(at).toISOString();
