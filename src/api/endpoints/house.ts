// The house: how it stands, what waits, ports, figures, people, what happens.
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { reaches } from "../guard.ts";
import { figure, happening, person, port, stamp, stampOrNull, status, waiting } from "../shapes.ts";
import { limit, moment } from "../values.ts";
import { simOf, textOf } from "../view.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const standing = endpoint({
  method: "get",
  path: "/status",
  name: "getStatus",
  summary: "How the house stands",
  scope: "read",
  answer: { status: 200, what: "how it stands", schema: status },
  async run({ desk: { control, version, clock }, caller: { viewer } }) {
    const { depth, gateways, channels } = await control.standing();
    const paused = control.paused();
    const knows = reaches(viewer.role, "operator");
    return {
      body: {
        version,
        at: stamp(clock.now()),
        depth: knows ? { ...depth } : null,
        gateways: gateways.map(({ name, up, error }) => ({
          name,
          up,
          error: knows ? error : null,
          paused: paused.some((lane) => lane.gateway === name && lane.port === null),
        })),
        channels: channels.map(({ name, up }) => ({ name, up })),
        paused: paused.flatMap((lane) => simOf(lane) ?? []),
      },
    };
  },
});

const queue = endpoint({
  method: "get",
  path: "/queue",
  name: "listQueue",
  summary: "Texts that have not left, or of which it is not known, and why; oldest first",
  scope: "read",
  query: { limit },
  answer: { status: 200, what: "what waits", schema: z.object({ items: z.array(waiting) }) },
  async run({ desk: { control }, caller: { viewer }, query }) {
    const found = await control.queue(viewer, query.limit);
    return { body: { items: found.map(({ job, why }) => ({ ...textOf(control, viewer, job), why })) } };
  },
});

const ports = endpoint({
  method: "get",
  path: "/ports",
  name: "listPorts",
  summary: "Every SIM port",
  scope: "read",
  answer: { status: 200, what: "all ports", schema: z.object({ items: z.array(port) }) },
  async run({ desk: { control }, caller: { viewer } }) {
    const knows = reaches(viewer.role, "operator");
    const items = control.ports().map(({ sim, restsUntil, ...view }) => ({
      gateway: view.gateway,
      up: view.up,
      port: view.port,
      label: view.label,
      number: view.number,
      registered: view.registered,
      state: view.state,
      used: view.used,
      inHand: view.inHand,
      paused: view.paused,
      restsUntil: stampOrNull(restsUntil),
      sim: knows ? { imsi: sim.imsi, iccid: sim.iccid, imei: sim.imei, type: sim.type } : null,
    }));
    return { body: { items } };
  },
});

const figures = endpoint({
  method: "get",
  path: "/figures",
  name: "listFigures",
  summary: "Figures by hour and gateway, oldest first; hours with nothing in them are left out",
  scope: "read",
  role: "operator",
  query: {
    since: moment.optional().describe("default: a day before `until`"),
    until: moment.optional().describe("default: now"),
  },
  answer: { status: 200, what: "the figures", schema: z.object({ items: z.array(figure) }) },
  async run({ desk: { control, clock }, query }) {
    const until = query.until ?? clock.now();
    const found = await control.figures(query.since ?? until - DAY, until);
    const items = found.map(({ hour, gateway, sent, parts, delivered, failed, received, latency }) => ({
      hour: stamp(hour),
      gateway,
      sent,
      parts,
      delivered,
      failed,
      received,
      latency,
    }));
    return { body: { items } };
  },
});

const people = endpoint({
  method: "get",
  path: "/users",
  name: "listUsers",
  summary: "The people of the config, and what they used of their day's texts",
  scope: "read",
  role: "admin",
  answer: { status: 200, what: "everybody", schema: z.object({ items: z.array(person) }) },
  async run({ desk: { users, sentBy, clock } }) {
    const now = clock.now();
    const items = [...users().values()].map(async ({ name, role, addresses, perDay }) => {
      const { texts, freesAt } = await sentBy(name, now);
      return {
        name,
        role,
        addresses: addresses.map(({ via, address }) => ({ via, address })),
        perDay,
        used: texts,
        freesAt: texts === 0 ? null : stamp(freesAt),
      };
    });
    return { body: { items: await Promise.all(items) } };
  },
});

const events = endpoint({
  method: "get",
  path: "/events",
  name: "listen",
  summary: "What happens, as it happens: server-sent events",
  more: "Each event is named by its `kind`; `data` is JSON. What happened while nobody listened is not told again: look with the inbox's cursor. At most four streams a token.",
  scope: "read",
  answer: {
    status: 200,
    what: "a stream; `data` of each event",
    type: "text/event-stream",
    schema: happening,
  },
  problems: ["too-many", "busy"],
  run: ({ desk, caller }) => Promise.resolve(desk.streams.open(caller)),
});

export const house = [standing, queue, ports, figures, people, events];
