// What every gateway driver must do, whatever its device: the shared suite. A driver's test brings a rig and says in words what its device can't.
import assert from "node:assert/strict";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SendError } from "../../src/bridge/errors.ts";
import type {
  Gateway,
  Incoming,
  Outgoing,
  Receipt,
  Report,
  Submitted,
} from "../../src/bridge/ports/gateway.ts";

/** A driver with a device behind it that does what it is told. Fresh for each case: nothing sent, nothing in the inbox. */
export interface Rig {
  readonly gateway: Gateway;
  /** UTC milliseconds, by the clock that the driver has. */
  now(): number;
  /** `from` texts the SIM in `port`. Ports as the driver counts them. */
  hear(port: number, from: string, text: string): void | Promise<void>;
  /** What really left for phones, oldest first; numbers as digits. */
  sent(): readonly { readonly number: string; readonly text: string; readonly port: number }[];
  /** Lets the device work, and time pass, between two looks at it. Default: nothing. */
  work?(): void | Promise<void>;
  /** Texts stay inside the device while true. */
  hold(held: boolean): void;
  /** The network takes nothing for this phone. */
  refuse(number: string): void;
  /** The device carries the next send out, and its answer is lost. */
  loseAnswer(): void;
  /** The connection breaks before the next send is carried out. */
  loseRequest(): void;
  /** The device forgets all that it was sent, and is there again. */
  forget(): void | Promise<void>;
  /** The device deletes its inbox and counts anew. */
  wipeInbox(): void | Promise<void>;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  /** Most requests that were under way at once. */
  mostConcurrent(): number;
  /** A code that the network answers, with the answer. */
  readonly ussd: { readonly code: string; readonly answer: string };
  close(): Promise<void>;
}

export type Case = keyof typeof CASES;

const never = new AbortController().signal;

/** Calls the suite. `except`: the cases that make no sense for this device, each with the reason. */
export function gatewayContract(
  name: string,
  make: () => Promise<Rig>,
  except: Readonly<Partial<Record<Case, string>>> = {},
): void {
  describe(`${name} keeps the gateway contract`, () => {
    let rig: Rig;
    beforeEach(async () => {
      rig = await make();
    });
    afterEach(() => rig.close());
    const cases = Object.entries(CASES).filter(([title]) => !(title in except));
    test.each(cases)("%s", async (_, body) => {
      await expect(body(rig)).resolves.toBeUndefined();
    });
    test("what is left out has a reason", () => {
      for (const reason of Object.values(except)) expect(reason.length).toBeGreaterThan(20);
    });
  });
}

let lastId = 1000;

/** Texts with ids of their own, each to a phone of its own. */
function texts(...bodies: readonly string[]): Outgoing[] {
  return bodies.map((text) => {
    lastId += 1;
    return { id: lastId, number: `+4915112${String(lastId).padStart(6, "0")}`, text };
  });
}

/** Hands texts over in as many requests as the driver's limits ask for. */
async function sendAll(rig: Rig, all: readonly Outgoing[], ports = [0, 1]): Promise<Receipt[]> {
  const { limits } = rig.gateway;
  const groups = limits.sameText ? [...Map.groupBy(all, ({ text }) => text).values()] : [all];
  const receipts: Receipt[] = [];
  for (const group of groups) {
    for (let at = 0; at < group.length; at += limits.batch) {
      receipts.push(...(await rig.gateway.send({ ports, texts: group.slice(at, at + limits.batch) }, never)));
    }
  }
  return receipts;
}

const submitted = (
  rig: Rig,
  text: Outgoing,
  state: Submitted["state"],
  track: string | null = null,
): Submitted => ({
  ...text,
  state,
  at: rig.now(),
  port: null,
  parts: 1,
  track,
});

async function handOver(rig: Rig, all: readonly Outgoing[], ports?: number[]): Promise<Submitted[]> {
  const receipts = await sendAll(rig, all, ports);
  return all.map((text) =>
    submitted(rig, text, "accepted", receipts.find(({ id }) => id === text.id)?.track ?? null),
  );
}

/** Asks about texts as the bridge does, until none is open or nothing more happens; gives back the last outcome of each. */
async function follow(
  rig: Rig,
  open: readonly Submitted[],
  rounds = 8,
): Promise<ReadonlyMap<number, Report>> {
  const last = new Map<number, Report>();
  let waiting = open;
  for (let round = 0; round < rounds && waiting.length > 0; round++) {
    await rig.work?.();
    for (const report of await rig.gateway.progress(waiting, never)) last.set(report.id, report);
    waiting = waiting.flatMap((text) => {
      const report = last.get(text.id);
      if (report?.outcome === "delivered" || report?.outcome === "failed") return [];
      const state = report?.outcome === "sent" ? "sent" : text.state;
      return [{ ...text, state, port: report?.port ?? text.port, track: report?.track ?? text.track }];
    });
  }
  return last;
}

/** Remembers cursor and texts as a store does, and gives back what is new. */
export class Reader {
  #cursor: string | undefined;
  #more = false;
  readonly #taken = new Map<string, number>();
  #scan: { id: string; seen: Map<string, number> } | undefined;

  get cursor(): string | undefined {
    return this.#cursor;
  }

  /** Reads until there is no more. */
  async all(gateway: Gateway): Promise<Incoming[]> {
    const found: Incoming[] = [];
    do found.push(...(await this.page(gateway)));
    while (this.#more);
    return found;
  }

  /** Reads one page. */
  async page(gateway: Gateway): Promise<Incoming[]> {
    const page = await gateway.receive(this.#cursor, never);
    this.#cursor = page.cursor;
    this.#more = page.more;
    return page.texts.filter((text) => this.#isNew(text, page.scan));
  }

  #isNew(text: Incoming, scan: string | null): boolean {
    const print = JSON.stringify([text.port, text.slot, text.number, text.stamp, text.text]);
    const taken = this.#taken.get(print) ?? 0;
    if (scan !== null) {
      if (this.#scan?.id !== scan) this.#scan = { id: scan, seen: new Map() };
      const seen = (this.#scan.seen.get(print) ?? 0) + 1;
      this.#scan.seen.set(print, seen);
      if (seen <= taken) return false;
    }
    this.#taken.set(print, taken + 1);
    return true;
  }
}

/** The SendError that `promise` rejects with. */
export async function failure(promise: Promise<unknown>): Promise<SendError> {
  const error: unknown = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SendError)) throw error;
  return error;
}

const outcomes = (reports: readonly Report[], of: readonly Outgoing[]) =>
  of.map(({ id }) => reports.find((report) => report.id === id)?.outcome);

const CASES = {
  "many texts leave once each, from the ports asked for, with a receipt each": async (rig: Rig) => {
    const all = texts("one", "two", "three", "four", "five");
    const receipts = await sendAll(rig, all, [1]);
    assert.deepEqual(
      receipts.map(({ id }) => id).toSorted((a, b) => a - b),
      all.map(({ id }) => id),
    );
    await follow(
      rig,
      all.map((text) =>
        submitted(rig, text, "accepted", receipts.find(({ id }) => id === text.id)?.track ?? null),
      ),
    );
    const left = rig.sent().map(({ number, text, port }) => `${number} ${text} ${port}`);
    assert.deepEqual(
      left.toSorted(),
      all.map(({ number, text }) => `${number.slice(1)} ${text} 1`).toSorted(),
    );
  },

  "any text leaves as it is": async (rig: Rig) => {
    const odd = [
      "#param#",
      'a "b" \\ c',
      "line\nbreak",
      "Grüße €",
      "漢字 😀",
      "a|E;b:c",
      "{}[]^~|",
      " x ",
      "%2C&=+",
      "x".repeat(300),
    ];
    await handOver(rig, texts(...odd));
    await rig.work?.();
    assert.deepEqual(
      rig
        .sent()
        .map(({ text }) => text)
        .toSorted(),
      odd.toSorted(),
    );
  },

  "a text that the device can't take is refused before anything leaves": async (rig: Rig) => {
    const long = "漢".repeat(2000);
    assert.equal(rig.gateway.limits.fits(long), false);
    assert.equal(rig.gateway.limits.fits("hello"), true);
    const error = await failure(sendAll(rig, texts(long)));
    assert.deepEqual([error.kind, error.scope], ["permanent", "message"]);
    assert.deepEqual(rig.sent(), []);
  },

  "a text is followed to its delivery report, and the port it left from is told": async (rig: Rig) => {
    const all = texts("one", "two", "three");
    const reports = [...(await follow(rig, await handOver(rig, all, [1]))).values()];
    assert.deepEqual(outcomes(reports, all), ["delivered", "delivered", "delivered"]);
    assert.deepEqual(
      reports.map(({ port }) => port),
      [1, 1, 1],
    );
  },

  "what the network refuses has failed, and only that": async (rig: Rig) => {
    const all = texts("one", "two", "three");
    rig.refuse(all[1]?.number ?? "");
    const reports = [...(await follow(rig, await handOver(rig, all))).values()];
    assert.deepEqual(outcomes(reports, all), ["delivered", "failed", "delivered"]);
  },

  "what waits inside the device is neither sent nor failed": async (rig: Rig) => {
    rig.hold(true);
    const open = await handOver(rig, texts("one"));
    const waiting = [...(await follow(rig, open, 2)).values()];
    assert.ok(["waiting", "unknown", undefined].includes(waiting[0]?.outcome));
    rig.hold(false);
    assert.deepEqual(outcomes([...(await follow(rig, open)).values()], open), ["delivered"]);
  },

  "of texts that the device does not know nothing is made up": async (rig: Rig) => {
    const open = texts("never sent").map((text) => submitted(rig, text, "accepted"));
    assert.deepEqual(await rig.gateway.progress([], never), []);
    for (const { outcome } of await rig.gateway.progress(open, never)) assert.equal(outcome, "unknown");
  },

  "a send whose answer was lost is found": async (rig: Rig) => {
    const [before] = await handOver(rig, texts("before"));
    await rig.work?.();
    rig.loseAnswer();
    const doubtful = texts("doubtful").map((text) => submitted(rig, text, "unsure"));
    assert.equal((await failure(sendAll(rig, doubtful))).kind, "unsure");
    await rig.work?.();
    const reports = await rig.gateway.inquire(doubtful, { witness: before ?? null, steady: true }, never);
    assert.ok(["waiting", "sent", "delivered"].includes(outcomes(reports, doubtful)[0] ?? "none"));
    assert.equal(rig.sent().filter(({ text }) => text === "doubtful").length, 1);
  },

  "a send that never arrived is absent, and may be sent again": async (rig: Rig) => {
    const [before] = await handOver(rig, texts("before"));
    await rig.work?.();
    rig.loseRequest();
    const doubtful = texts("doubtful").map((text) => submitted(rig, text, "unsure"));
    assert.equal((await failure(sendAll(rig, doubtful))).kind, "unsure");
    await rig.work?.();
    const reports = await rig.gateway.inquire(doubtful, { witness: before ?? null, steady: true }, never);
    assert.deepEqual(outcomes(reports, doubtful), ["absent"]);
    await sendAll(rig, doubtful);
    await rig.work?.();
    assert.equal(rig.sent().filter(({ text }) => text === "doubtful").length, 1);
  },

  "what a device that forgot does not list is not proven absent": async (rig: Rig) => {
    const [before] = await handOver(rig, texts("before"));
    const doubtful = texts("doubtful").map((text) => submitted(rig, text, "unsure"));
    rig.loseAnswer();
    await failure(sendAll(rig, doubtful));
    await rig.work?.();
    await rig.forget();
    const context = { witness: before ?? null, steady: false };
    assert.deepEqual(outcomes(await rig.gateway.inquire(doubtful, context, never), doubtful), ["unknown"]);
    const blind = { witness: null, steady: false };
    assert.deepEqual(outcomes(await rig.gateway.inquire(doubtful, blind, never), doubtful), ["unknown"]);
  },

  "an empty inbox gives a cursor, and what comes after it is new": async (rig: Rig) => {
    const reader = new Reader();
    assert.deepEqual(await reader.all(rig.gateway), []);
    assert.notEqual(reader.cursor, undefined);
    await rig.hear(0, "+4917000001", "hello");
    const [text, ...others] = await reader.all(rig.gateway);
    assert.deepEqual(others, []);
    assert.partialDeepStrictEqual(text, { port: 0, text: "hello", old: false });
    assert.ok(text?.number.includes("4917000001"));
    assert.ok(Math.abs((text?.at ?? 0) - rig.now()) < 10_000);
    assert.deepEqual(await reader.all(rig.gateway), []);
  },

  "what lay there at the first look is old, what came later is not": async (rig: Rig) => {
    const reader = new Reader();
    await rig.hear(0, "+4917000001", "before");
    assert.deepEqual(
      (await reader.all(rig.gateway)).map(({ text, old }) => [text, old]),
      [["before", true]],
    );
    await rig.hear(1, "+4917000001", "after");
    assert.deepEqual(
      (await reader.all(rig.gateway)).map(({ text, old, port }) => [text, old, port]),
      [["after", false, 1]],
    );
  },

  "equal texts in one second are as many texts": async (rig: Rig) => {
    const reader = new Reader();
    await reader.all(rig.gateway);
    for (let i = 0; i < 3; i++) await rig.hear(0, "+4917000001", "again");
    assert.equal((await reader.all(rig.gateway)).length, 3);
    await rig.hear(0, "+4917000001", "again");
    assert.equal((await reader.all(rig.gateway)).length, 1);
    assert.deepEqual(await reader.all(rig.gateway), []);
  },

  "hundreds of texts come once each": async (rig: Rig) => {
    const reader = new Reader();
    await reader.all(rig.gateway);
    const bodies = Array.from({ length: 400 }, (_, index) => `text ${index} ${"x".repeat(index % 100)}`);
    for (const body of bodies) await rig.hear(0, "+4917000001", body);
    assert.deepEqual(
      (await reader.all(rig.gateway)).map(({ text }) => text),
      bodies,
    );
    assert.deepEqual(await reader.all(rig.gateway), []);
  },

  "any text comes as it is, from senders of any kind": async (rig: Rig) => {
    const reader = new Reader();
    await reader.all(rig.gateway);
    const bodies = fc.sample(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), {
      numRuns: 60,
      seed: 7,
    });
    bodies.push("a:b;c|E;d", "|E", 'q"q\\', "two\nlines\r\n", "]}", "{[", ",,", "INFO");
    const senders = ["+4917000001", "4917000001", "INFO", "12345"];
    for (const [index, body] of bodies.entries()) await rig.hear(0, senders[index % 4] ?? "", body);
    const found = await reader.all(rig.gateway);
    assert.deepEqual(
      found.map(({ text }) => text),
      bodies,
    );
    assert.deepEqual(
      found.slice(0, 4).map(({ number }) => number.replace("+", "")),
      ["4917000001", "4917000001", "INFO", "12345"],
    );
  },

  "an inbox that was wiped and counts anew hides nothing and repeats nothing": async (rig: Rig) => {
    const reader = new Reader();
    await reader.all(rig.gateway);
    for (const body of ["one", "two", "three"]) await rig.hear(0, "+4917000001", body);
    await reader.all(rig.gateway);
    await rig.wipeInbox();
    await rig.hear(0, "+4917000001", "four");
    assert.deepEqual(
      (await reader.all(rig.gateway)).map(({ text }) => text),
      ["four"],
    );
    await rig.hear(0, "+4917000001", "five");
    assert.deepEqual(
      (await reader.all(rig.gateway)).map(({ text }) => text),
      ["five"],
    );
  },

  "ports are named by whole numbers, each once, with a state": async (rig: Rig) => {
    const ports = await rig.gateway.ports(never);
    assert.ok(ports.length > 1);
    assert.equal(new Set(ports.map(({ port }) => port)).size, ports.length);
    for (const info of ports) {
      assert.equal(Number.isInteger(info.port), true);
      assert.ok(info.state.length > 0);
      assert.equal(info.registered, true);
    }
  },

  "a device that is away: temporary for all, and as before when it is back": async (rig: Rig) => {
    await rig.gateway.ports(never);
    await rig.unplug();
    const all = texts("away");
    const open = all.map((text) => submitted(rig, text, "accepted"));
    // A read finds out that the kept connection is dead; after it a send certainly does not leave.
    const calls = [
      rig.gateway.ports(never),
      sendAll(rig, all),
      rig.gateway.progress(open, never),
      rig.gateway.inquire(open, { witness: null, steady: true }, never),
      rig.gateway.receive(undefined, never),
    ];
    for (const error of await Promise.all(calls.map(failure))) {
      assert.deepEqual([error.kind, error.scope], ["temporary", "upstream"]);
    }
    await rig.plug();
    await handOver(rig, all);
    await rig.work?.();
    assert.equal(rig.sent().length, 1);
  },

  "a signal that has aborted lets nothing leave": async (rig: Rig) => {
    const gone = AbortSignal.abort();
    const error = await failure(rig.gateway.send({ ports: [0], texts: texts("never") }, gone));
    assert.equal(error.kind, "temporary");
    assert.equal((await failure(rig.gateway.receive(undefined, gone))).kind, "temporary");
    assert.deepEqual(rig.sent(), []);
  },

  "one request at a time goes to the device": async (rig: Rig) => {
    const { gateway } = rig;
    await Promise.all([
      gateway.ports(never),
      gateway.receive(undefined, never),
      handOver(rig, texts("one")),
      gateway.ports(never),
      handOver(rig, texts("two")),
    ]);
    assert.equal(rig.mostConcurrent(), 1);
  },

  "a USSD code is answered, and a cancelled session leaves nothing behind": async (rig: Rig) => {
    const { ussd, limits } = rig.gateway;
    if (!ussd) throw new Error("no USSD: leave this case out, with the reason");
    assert.ok(limits.ussd > 0);
    const since = rig.now();
    assert.equal(await ussd.reply(0, since, never), null);
    await ussd.send(0, rig.ussd.code, never);
    await rig.work?.();
    assert.equal(await ussd.reply(0, since, never), rig.ussd.answer);
    await ussd.cancel(0, never);
    assert.equal(await ussd.reply(0, rig.now(), never), null);
  },

  "the desk shows the inbox and leaves it as it is": async (rig: Rig) => {
    const reader = new Reader();
    await reader.all(rig.gateway);
    await rig.hear(0, "+4917000001", "shown");
    const rows = (await rig.gateway.desk?.inbox({}, never)) ?? [];
    assert.deepEqual(
      rows.map(({ text }) => text),
      ["shown"],
    );
    assert.deepEqual(
      (await reader.all(rig.gateway)).map(({ text }) => text),
      ["shown"],
    );
  },
} as const satisfies Readonly<Record<string, (rig: Rig) => Promise<void>>>;
