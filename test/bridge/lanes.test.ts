// Which SIM sends: the thread's own, else the least used one that is registered; never more than a port's free places.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { claimable, inTurn, loads, poolOf, room, sharedPools } from "../../src/bridge/lanes.ts";
import type { Gateway, Limits } from "../../src/bridge/ports/gateway.ts";
import { Station } from "../../src/bridge/station.ts";
import { job, NOW, port } from "../support/deliveries.ts";

const limits: Limits = { batch: 128, sameText: false, fits: () => true, ussd: 60 };
const gateway = (name: string, change: Partial<Limits> = {}): Gateway => ({
  name,
  limits: { ...limits, ...change },
  send: async () => [],
  progress: async () => [],
  inquire: async () => [],
  receive: async () => ({ texts: [], cursor: "", scan: null, more: false }),
  ports: async () => [],
  close: async () => {},
});

function station(name: string, used: readonly number[], change: Partial<Limits> = {}): Station {
  const made = new Station(gateway(name, change));
  made.learn(used.map((_, number) => port({ port: number })));
  for (const [number, texts] of used.entries()) {
    const own = made.ports.get(number);
    if (own) own.used = texts;
  }
  made.up = true;
  return made;
}

describe("room", () => {
  test("has the least used port first", () => {
    expect(room(station("a", [5, 2, 9]), NOW).map(({ port }) => port)).toEqual([1, 0, 2]);
  });

  test("leaves out ports that are unregistered, busy, full, or in a USSD session; they come back by themselves", () => {
    const made = station("a", [0, 0, 0, 0, 0]);
    made.learn([port({ port: 0, registered: false, state: "NO_SIM" }), port({ port: 1, busy: true })]);
    made.learn([
      port({ port: 0, registered: false }),
      port({ port: 1, busy: true }),
      port({ port: 2 }),
      port({ port: 3 }),
      port({ port: 4 }),
    ]);
    made.hold(7, 2);
    made.sessions.add(3);
    expect(room(made, NOW)).toEqual([{ port: 4, free: 1 }]);
    made.learn([0, 1, 2, 3, 4].map((number) => port({ port: number })));
    made.release(7, "sent", NOW);
    made.sessions.clear();
    expect(room(made, NOW)).toHaveLength(5);
  });

  test("a port that fails again and again rests, unless it is the only one", () => {
    const made = station("a", [0, 1]);
    for (const id of [1, 2, 3]) {
      made.hold(id, 0);
      made.release(id, "failed", NOW, `+49170000000${id}`);
    }
    expect(room(made, NOW).map((place) => place.port)).toEqual([1]);
    expect(room(made, NOW + 60_000).map((place) => place.port)).toEqual([0, 1]);
    made.learn([port({ port: 0 }), port({ port: 1, registered: false })]);
    expect(room(made, NOW).map((place) => place.port)).toEqual([0]);
  });

  test("is empty while the gateway is down or a batch is on its way", () => {
    const made = station("a", [0]);
    made.sending = true;
    expect(room(made, NOW)).toEqual([]);
    made.sending = false;
    made.up = false;
    expect(room(made, NOW)).toEqual([]);
  });
});

test("a number that always fails does not put its port to rest", () => {
  const made = station("a", [0, 1]);
  for (const id of [1, 2, 3, 4]) {
    made.hold(id, 0);
    made.release(id, "failed", NOW, "+491700000000");
  }
  expect(room(made, NOW).map((place) => place.port)).toEqual([0, 1]);
});

describe("the window of a port", () => {
  test("widens while it empties its hand between two looks, and narrows at the first text that stays", () => {
    const made = station("a", [0]);
    for (const expected of [2, 4, 8]) {
      const own = made.ports.get(0);
      const before = new Map([[0, Array.from({ length: own?.window ?? 0 }, (_, id) => id + 100)]]);
      made.adapt(before, () => 50);
      expect(own?.window).toBe(expected);
    }
    made.hold(1, 0);
    made.adapt(new Map([[0, [2, 3]]]), () => 50);
    expect(made.ports.get(0)?.window, "what came since is not waited for").toBe(8);
    made.adapt(new Map([[0, [1, 2]]]), () => 50);
    expect(made.ports.get(0)?.window).toBe(1);
  });

  test("a late look makes a slow port no faster", () => {
    const made = station("a", [0]);
    made.adapt(new Map([[0, [1]]]), () => 600);
    expect(made.ports.get(0)?.window).toBe(1);
  });
});

test("gateways take turns by their least used free port", () => {
  const [a, b] = [station("a", [3, 4]), station("b", [9, 1])];
  expect(inTurn([a, b], NOW).map(({ name }) => name)).toEqual(["b", "a"]);
  b.up = false;
  expect(inTurn([a, b], NOW).map(({ name }) => name)).toEqual(["a"]);
});

test("pools: what poolOf says of any set, its gateways find among their shared ones", () => {
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"), { minLength: 1 });
  fc.assert(
    fc.property(names, fc.infiniteStream(fc.boolean()), (all, coin) => {
      const some = all.filter(() => coin.next().value);
      if (some.length === 0) return;
      const pool = poolOf(some, all);
      const served = all.filter((name) => [...sharedPools(name, all), name].includes(pool));
      expect(served.length).toBeGreaterThan(0);
      expect(some).toEqual(expect.arrayContaining(served));
    }),
  );
});

test("a claim asks for no more than the ports can take, tied texts counted by port", () => {
  const made = station("a", [0, 0]);
  made.hold(1, 1);
  const wanted = claimable(made, ["a", "b"], NOW);
  expect(wanted).toEqual({
    limit: 1,
    run: 1,
    pools: [
      { pool: "*", max: 1 },
      { pool: "a", max: 1 },
      { pool: "a:0", max: 1 },
    ],
  });
});

describe("loads", () => {
  test("a text whose thread has a SIM leaves from it; others share one request from the least used ports", () => {
    const made = station("a", [9, 0, 4]);
    const tied = job({ delivery: { id: 1, thread: 1 }, thread: { lane: { gateway: "a", port: 0 } } });
    const loose = [2, 3].map((id) => job({ delivery: { id, thread: id } }));
    const out = loads([tied, ...loose], made, NOW);
    expect(
      out.map(({ ports, placed }) => ({ ports, ids: placed.map(({ job }) => job.delivery.id) })),
    ).toEqual([
      { ports: [0], ids: [1] },
      { ports: [1, 2], ids: [2, 3] },
    ]);
  });

  test("several texts of one thread leave from one port, so that they can't overtake each other", () => {
    const made = station("a", [0, 0]);
    const out = loads(
      [1, 2, 3].map((id) => job({ delivery: { id, thread: 5 } })),
      made,
      NOW,
    );
    expect(out).toHaveLength(1);
    expect(out[0]?.ports).toHaveLength(1);
    expect(out[0]?.placed.map(({ job }) => job.delivery.id)).toEqual([1, 2, 3]);
  });

  test("a pin on another gateway's port means nothing here", () => {
    const made = station("a", [5, 0]);
    const [load] = loads([job({ delivery: { lane: { gateway: "b", port: 0 } } })], made, NOW);
    expect(load?.ports).toEqual([1]);
  });

  test("no job is ever lost or doubled in the division", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            thread: fc.integer({ min: 1, max: 5 }),
            port: fc.option(fc.integer({ min: 0, max: 3 })),
          }),
          { maxLength: 30 },
        ),
        (specs) => {
          const made = station("a", [0, 3, 1]);
          const jobs = specs.map((spec, id) =>
            job({
              delivery: { id, thread: spec.thread },
              thread: { lane: spec.port === null ? null : { gateway: "a", port: spec.port } },
            }),
          );
          const ids = loads(jobs, made, NOW).flatMap(({ placed }) =>
            placed.map(({ job }) => job.delivery.id),
          );
          expect(ids.toSorted((a, b) => a - b)).toEqual(jobs.map(({ delivery }) => delivery.id));
        },
      ),
    );
  });
});
