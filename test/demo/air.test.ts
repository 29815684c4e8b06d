// The simulated air: parts agree with an oracle, phones wait, answer and report, clocks keep their zone.
import fc from "fast-check";
import { split as oracle } from "split-sms";
import { expect, test } from "vitest";
import { DeviceClock } from "../../src/demo/devices/clock.ts";
import { type Job, Modem } from "../../src/demo/devices/modem.ts";
import { countParts, inSevenBit } from "../../src/demo/devices/segments.ts";
import { Journal } from "../../src/demo/journal.ts";
import { Phones, phoneKey } from "../../src/demo/phones.ts";
import { Timers } from "../../src/demo/timers.ts";

test.each([
  ["", "7bit", 1],
  ["x".repeat(160), "7bit", 1],
  ["x".repeat(161), "7bit", 2],
  ["x".repeat(306), "7bit", 2],
  ["x".repeat(307), "7bit", 3],
  ["€".repeat(80), "7bit", 1],
  ["€".repeat(81), "7bit", 2],
  [`${"x".repeat(152)}€${"x".repeat(8)}`, "7bit", 2],
  ["ж".repeat(70), "ucs2", 1],
  ["ж".repeat(71), "ucs2", 2],
  ["😀".repeat(35), "ucs2", 1],
  ["😀".repeat(66), "ucs2", 2],
  ["😀".repeat(67), "ucs2", 3],
] as const)("%j in %s takes %i parts", (text, coding, parts) => {
  expect(countParts(text, coding)).toBe(parts);
});

test("parts agree with split-sms on random texts", () => {
  const character = fc.oneof(fc.constantFrom("a", "€", "[", "ü", "\n"), fc.constantFrom("ж", "😀", "`", "“"));
  const text = fc.array(character, { minLength: 1, maxLength: 500 }).map((all) => all.join(""));
  const plain = fc
    .array(fc.constantFrom("a", "€", "[", "ü"), { minLength: 1, maxLength: 700 })
    .map((all) => all.join(""));
  fc.assert(
    fc.property(fc.oneof(text, plain), (one) => {
      const { characterSet, parts } = oracle(one, { summary: true });
      expect(countParts(one, characterSet === "GSM" ? "7bit" : "ucs2")).toBe(parts.length);
    }),
  );
});

test("7 bit mode sends only what the alphabet has", () => {
  expect(inSevenBit("Grüße € ж😀")).toBe("Grüße € ??");
});

/** A modem with two SIMs that stay in the air until they are told to finish. */
function radio(phones: Phones) {
  const registered = new Set([0, 1]);
  const sims = { ready: (port: number) => registered.has(port), numberOf: (port: number) => `+49${port}` };
  return { registered, modem: new Modem("m", phones, sims, new Timers(), Number.POSITIVE_INFINITY) };
}

function job(task: number, ports: readonly number[]): Job {
  const ignore = (): void => undefined;
  const quiet = { started: ignore, progressed: ignore, ended: ignore, reported: ignore };
  return { task, to: "1", text: String(task), parts: 1, ports, correlation: "", ...quiet };
}

test("whatever is asked of a modem, each text leaves once, from a port it may use, in order for each choice of ports", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("submit" as const), ports: fc.constantFrom([0], [1], [0, 1]) }),
    fc.record({
      do: fc.constantFrom("finish" as const, "lose" as const, "gain" as const),
      port: fc.constantFrom(0, 1),
    }),
    fc.record({ do: fc.constantFrom("hold" as const, "release" as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const phones = new Phones();
      const { modem, registered } = radio(phones);
      const asked: (readonly number[])[] = [];
      for (const one of steps) {
        if (one.do === "submit") modem.submit(job(asked.push(one.ports) - 1, one.ports));
        else if (one.do === "finish") modem.finish(one.port);
        else if (one.do === "lose" && !modem.busy(one.port)) registered.delete(one.port);
        else if (one.do === "gain") {
          registered.add(one.port);
          modem.wake();
        } else if (one.do === "hold") modem.hold(true);
        else if (one.do === "release") modem.hold(false);
      }
      registered.add(0).add(1);
      modem.hold(false);
      for (let n = 0; n < steps.length; n += 1) modem.finish();
      expect(phones.sent.map((sms) => sms.task).sort((a, b) => a - b)).toEqual([...asked.keys()]);
      expect(phones.sent.every((sms) => asked[sms.task]?.includes(sms.port))).toBe(true);
      for (const choice of [[0], [1]]) {
        const alone = phones.sent
          .filter((sms) => asked[sms.task]?.join() === choice.join())
          .map((sms) => sms.task);
        expect(alone).toEqual([...alone].sort((a, b) => a - b));
      }
    }),
  );
});

test("an instant modem empties a queue of 20,000 without running out of stack", () => {
  const phones = new Phones();
  const { modem } = radio(phones);
  for (let n = 0; n < 20_000; n += 1) modem.submit(job(n, [0]));
  modem.sendTime = 0;
  modem.finish(0);
  expect([phones.total, modem.waiting, modem.deepest]).toEqual([20_000, 0, 19_999]);
});

test("texts for a device that is not there wait in the network, in order", () => {
  const phones = new Phones();
  const got: string[] = [];
  const station = {
    name: "d",
    portOf: (number: string) => (number === "+491" ? 0 : undefined),
    receive: (_port: number, { text }: { text: string }) => got.push(text) > 0,
  };
  phones.text("1", "+491", "a");
  phones.text("1", { device: "d", port: 0 }, "b");
  expect(phones.held).toBe(2);
  phones.attach(station);
  expect([got, phones.held]).toEqual([["a", "b"], 0]);
});

test("numbers in any spelling are one phone, words are themselves", () => {
  expect(["+49 151", "0049151", "49-151"].map(phoneKey)).toEqual(["49151", "49151", "49151"]);
  expect(phoneKey("INFO")).toBe("INFO");
});

test("a device's clock writes its zone's time, summer and winter, and jumps", () => {
  let now = Date.UTC(2026, 6, 1, 22, 30, 5);
  const clock = new DeviceClock("Europe/Berlin", 0, () => now);
  expect(clock.stamp()).toBe("2026-07-02 00:30:05");
  now = Date.UTC(2026, 11, 1, 22, 30, 5);
  expect(clock.stamp()).toBe("2026-12-01 23:30:05");
  clock.jump(3_600_000);
  expect(clock.stamp()).toBe("2026-12-02 00:30:05");
});

test("a journal keeps the newest and counts all", () => {
  const journal = new Journal<number>(2);
  for (let n = 0; n < 100; n += 1) journal.add(n);
  expect(journal.entries.slice(-2)).toEqual([98, 99]);
  expect(journal.entries.length).toBeLessThanOrEqual(4);
  expect(journal.total).toBe(100);
});
