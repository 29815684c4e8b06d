// The Synway driver's readers: records, envelope, tasks, port states, USSD. Exactly, or not at all.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Unreadable } from "../../src/bridge/errors.ts";
import { BoxMemory, readBox, type Window } from "../../src/gateways/synway/boxes.ts";
import { readEnvelope } from "../../src/gateways/synway/json.ts";
import { sameNumber } from "../../src/gateways/synway/numbers.ts";
import { isSimilar, shaped } from "../../src/gateways/synway/outbox.ts";
import { readStates, readWirelessInfo } from "../../src/gateways/synway/ports.ts";
import { readRecords } from "../../src/gateways/synway/records.ts";
import { fateOf, readTasks, readTrack, writeTrack } from "../../src/gateways/synway/tasks.ts";
import { readUssd } from "../../src/gateways/synway/ussd.ts";

interface Text {
  readonly time: string;
  readonly port: number;
  readonly slot: string;
  readonly sim: string;
  readonly number: string;
  readonly text: string;
}

const write = ({ time, port, slot, sim, number, text }: Text): string =>
  `${time}:${port}(${slot})(${sim}):${number}:${text}|E`;
const join = (texts: readonly Text[], gap: string): string =>
  [`total:${texts.length}`, ...texts.map(write)].join(`;${gap}`);

const stamp = fc
  .integer({ min: 0, max: 400 })
  .map((second) =>
    new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().replace(/\D/g, "").slice(0, 14),
  );
const piece = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom("|E", "|E;", ";", ":", "|", "\n", "\r\n", "E;", " ", "total:1;", '"', "\\", '"}', "(-1)"),
  stamp.map((time) => `|E;${time}:1(-1)(-1):+4915100:`),
  stamp.map((time) => `|E; \n${time}:2(A)(1234):INFO:`),
  stamp.map((time) => `${time}:1(-1)(-1):`),
);
const body = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
const text: fc.Arbitrary<Text> = fc.record({
  time: stamp,
  port: fc.integer({ min: 0, max: 32 }),
  slot: fc.constantFrom("-1", "A", "B", "C", "D"),
  sim: fc.constantFrom("-1", "15255558888", "+4915100"),
  number: fc.constantFrom("+491701234567", "10086", "Vodafone", "INFO 24", ""),
  text: body,
});
const gap = fc.constantFrom("", " ", "\n", " \n", "\r\n");

const seen = (texts: readonly Text[]) =>
  texts.map(({ time, port, number, text: words }) => [time, port, number, words]);

test("any text in a record is read back to the byte, or the reading says that it is not sure", () => {
  let sure = 0;
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), gap, (texts, between) => {
      const reading = readRecords(join(texts, between));
      expect(reading.total).toBe(texts.length);
      if (!reading.sure) return;
      sure++;
      expect(reading.records.map(({ time, port, number, rest }) => [time, port, number, rest])).toEqual(
        seen(texts),
      );
    }),
    { numRuns: 3_000 },
  );
  expect(sure).toBeGreaterThan(500);
});

/** A device that answers windows, as the vendor's document says. */
const deviceWith =
  (texts: readonly Text[], between: string, exclusive = false) =>
  ({ begin = "", end = "9", number }: Window): Promise<string> =>
    Promise.resolve(
      join(
        texts.filter(
          ({ time, number: from }) =>
            (exclusive ? time > begin && time < end : time >= begin && time <= end) &&
            (number === undefined || from === number),
        ),
        between,
      ),
    );

test("smaller windows settle what is doubtful: all texts come, to the byte, or none and Unreadable", async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { maxLength: 6 }).map((texts) => texts.sort((a, b) => (a.time < b.time ? -1 : 1))),
      gap,
      fc.boolean(),
      async (texts, between, exclusive) => {
        try {
          const records = await readBox(deviceWith(texts, between, exclusive), {}, new BoxMemory());
          read++;
          expect(
            records.map(({ time, port, number, rest }) => JSON.stringify([time, port, number, rest])).sort(),
          ).toEqual(
            seen(texts)
              .map((fields) => JSON.stringify(fields))
              .sort(),
          );
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
        }
      },
    ),
    { numRuns: 1_500 },
  );
  expect(read).toBeGreaterThan(1_200);
});

const fake = (words: string): Text => ({
  time: "20260101000005",
  port: 1,
  slot: "-1",
  sim: "-1",
  number: "+491701234567",
  text: words,
});
const evil = fake("hi|E;20260101000007:1(-1)(-1):+49666:send money");

test("an odd text is asked about once, then known", async () => {
  const texts = [
    { ...fake("one"), time: "20260101000001" },
    evil,
    { ...fake("two"), time: "20260101000009" },
  ];
  const memory = new BoxMemory();
  let asks = 0;
  const ask = (window: Window) => {
    asks++;
    return deviceWith(texts, "")(window);
  };
  const first = await readBox(ask, {}, memory);
  expect(first.map(({ rest }) => rest)).toEqual(["one", evil.text, "two"]);
  expect(asks).toBeGreaterThan(1);
  asks = 0;
  expect(await readBox(ask, {}, memory)).toEqual(first);
  expect(asks).toBe(1);
});

test("a hopeless second is thrown once, then left out so that the others come", async () => {
  const texts = [evil, fake("x"), { ...fake("later"), time: "20260101000009" }];
  const memory = new BoxMemory();
  const skipped: string[] = [];
  const read = () => readBox(deviceWith(texts, ""), {}, memory, () => skipped.push("skipped"));
  const thrown = await read().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Unreadable);
  expect(thrown instanceof Unreadable && thrown.raw).toContain("send money");
  expect((await read()).map(({ rest }) => rest)).toEqual(["later"]);
  expect(skipped).toEqual(["skipped"]);
});

test("an answer that was cut is read in windows", async () => {
  const texts = Array.from({ length: 40 }, (_, i) => ({
    ...fake(`text ${i}`),
    time: String(20260101000000 + i),
  }));
  const ask = async (window: Window) => {
    const content = await deviceWith(texts, "")(window);
    return content.length < 700 ? content : `${content.slice(0, 700).replace(/\|E;[^|]*$/, "")}|E`;
  };
  const records = await readBox(ask, {}, new BoxMemory());
  expect(records.map(({ rest }) => rest)).toEqual(texts.map((one) => one.text));
});

test("a captured answer and the document's own", () => {
  const captured = readRecords(
    "total:2;20251219203330:2(-1)(-1):5493815682688:Hola|E;20251219203336:2(-1)(-1):5493815682688:Quien sos|E",
  );
  expect(captured.sure && captured.records.map(({ port, number, rest }) => [port, number, rest])).toEqual([
    [2, "5493815682688", "Hola"],
    [2, "5493815682688", "Quien sos"],
  ]);
  const printed = readRecords(
    "total:2; \n20150911111111:1(A)(152555588888):10086: Hello world!|E; \n20150911111112:2(B)(-1):10086:20150911111112|:This is a test message|E",
  );
  expect(printed.sure && printed.records.map(({ slot, sim, rest }) => [slot, sim, rest])).toEqual([
    ["A", "152555588888", " Hello world!"],
    ["B", undefined, "20150911111112|:This is a test message"],
  ]);
});

test.each([
  ["", "nothing"],
  ["<html>", "a page"],
  ["total:1", "no record"],
  ["total:0;20260101000000:1(-1)(-1):1:x|E", "records where none are announced"],
  ["total:1;20260101000000:1(-1)(-1):1:x", "no end"],
  ["20260101000000:1(-1)(-1):1:x|E", "no total"],
])("%j is never an empty inbox: %s", (content) => {
  expect(() => readRecords(content)).toThrow(Unreadable);
});

test("10,000 texts in one answer are read fast", () => {
  const texts = Array.from({ length: 10_000 }, (_, i) => fake(`Zahlung ${i}: "quoted" |E; und mehr\nZeile`));
  const content = join(texts, "\n");
  const answer = `{"result":"ok","content":"${content.replaceAll('"', '\\"')}"}`;
  const began = performance.now();
  const reading = readRecords(readEnvelope(answer).content);
  const took = performance.now() - began;
  expect(reading.sure && reading.records.length).toBe(10_000);
  expect(took).toBeLessThan(200);
});

test("hostile answers take linear time", () => {
  const began = performance.now();
  for (const content of [
    `total:2;${write(fake(`|E;${" ".repeat(200_000)}x`))}`,
    `total:2;${write(fake("|E; ".repeat(100_000)))}`,
    `total:2;${write(fake("|E;20260101000000:1(-1)(-1):".repeat(20_000)))}`,
  ])
    expect(readRecords(content).sure).toBe(false);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test("envelope: strict JSON as it is, control characters escaped, what follows cut, quotes of firmware that escapes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom("ok", "oK", "OK"), (content, result) => {
      const proper = JSON.stringify({ result, content });
      expect(readEnvelope(proper)).toEqual({ ok: true, content, mended: false });
      const raw = `{"result":"${result}","content":"${content.replaceAll(/["\\]/g, "\\$&")}"}`;
      expect(readEnvelope(raw).content).toBe(content);
      expect(readEnvelope(`\r\n${raw}\r\n<!-- "} -->`).content).toBe(content);
      const bare = `{"result":"${result}","content":"${content}"}`;
      expect(readEnvelope(bare, true).content).toBe(content);
    }),
    { numRuns: 2_000 },
  );
  expect(readEnvelope('{"result":"ok","content":"he said "hi" \\o/"}').content).toBe('he said "hi" \\o/');
  expect(readEnvelope('{"RESULT":"Error","Content":"busy"}')).toMatchObject({ ok: false, content: "busy" });
});

test.each([
  ["", "nothing"],
  ["<html><body>login</body></html>", "a login page"],
  ['{"result":"ok","content":"total:1;2026', "half an answer"],
  ['{"result":"maybe","content":""}', "another result"],
  ['["ok"]', "a list"],
  ['{"result":"ok","content":["x"]}', "no text"],
  ['{"result":"ok","content":"total:0","x":"hidden|E"}', "a text that posed as a field"],
])("envelope: %j is unreadable: %s", (body) => {
  expect(() => readEnvelope(body)).toThrow(Unreadable);
});

test("tasks: with and without userid, groups split by anything, unchosen ports, task 0", () => {
  const content =
    "[taskid:0:2:3;1:10086:2;-1:10087:1], [taskid:1:1;3:+4915:5]\n[taskid:2:1:9;4:1:3;],[taskid:7:0]";
  expect(readTasks(content)).toEqual([
    {
      id: 0,
      user: "3",
      lines: [
        { port: 1, number: "10086", status: 2 },
        { port: undefined, number: "10087", status: 1 },
      ],
    },
    { id: 1, user: undefined, lines: [{ port: 3, number: "+4915", status: 5 }] },
    { id: 2, user: "9", lines: [{ port: 4, number: "1", status: 3 }] },
    { id: 7, user: undefined, lines: [] },
  ]);
  expect(readTasks("")).toEqual([]);
  for (const bad of ["[taskid:x]", "no", "[taskid:0:1:3;1:10086]", "[taskid:0:1:3;1:10086:2"])
    expect(() => readTasks(bad)).toThrow(Unreadable);
});

test("tasks: every status, and two lines to one number only if they agree", () => {
  const task = (...statuses: number[]) => ({
    id: 0,
    user: "1",
    lines: statuses.map((status, i) => ({ port: i, number: "491701234567", status })),
  });
  const outcome = (...statuses: number[]) => fateOf(task(...statuses), "+491701234567")?.outcome ?? null;
  expect([0, 1, 2, 3, 4, 5, 6].map((status) => outcome(status))).toEqual([
    null,
    "waiting",
    "waiting",
    "sent",
    "failed",
    "failed",
    null,
  ]);
  expect(outcome(3, 3)).toBe("sent");
  expect(outcome(3, 4)).toBe(null);
  expect(fateOf(task(3), "+49170999")).toBe(null);
});

test("a track is read back; what another driver wrote is none", () => {
  expect(readTrack(writeTrack({ task: 0, user: 7 }))).toEqual({ task: 0, user: 7 });
  expect(readTrack('{"task":3}')).toEqual({ task: 3 });
  for (const other of [null, "", "3", "{}", '{"task":"3"}', '{"task":-1}'])
    expect(readTrack(other)).toBe(null);
});

test("port states end in nothing, a semicolon or a dot, and must be as many as announced", () => {
  for (const end of ["", ";", ".", " ;\n"])
    expect(readStates(`total:3;portstate:0,11,3${end}`, "portstate")).toEqual([0, 11, 3]);
  expect(readStates("Total:2;ConnectState:1,5.", "connectstate")).toEqual([1, 5]);
  for (const bad of ["total:3;portstate:0,1", "portstate:0", "total:1;ConnectState:1", ""])
    expect(() => readStates(bad, "portstate")).toThrow(Unreadable);
});

test("modem and SIM data: by port, or one value for all; empty ones are left out", () => {
  expect([...readWirelessInfo("0:8986A.1:.2:8986C.9:x.", 4, 0)]).toEqual([
    [0, "8986A"],
    [2, "8986C"],
  ]);
  expect([...readWirelessInfo("PortType:WCDMA", 2, 1)]).toEqual([
    [1, "WCDMA"],
    [2, "WCDMA"],
  ]);
  expect(() => readWirelessInfo("what", 2, 0)).toThrow(Unreadable);
});

test("USSD: replies with bars and newlines, NULL is none yet", () => {
  expect(readUssd("total:1;2|0|20160721132505|99|1| NULL|E")).toMatchObject([
    { port: 2, order: 0, reply: null },
  ]);
  const records = readUssd(
    "total:2;1|3|20160721132505|*100#|1| a|b;\nc|E2|E;\n2|0|20160721132506|1|0| NULL|E;",
  );
  expect(records.map(({ port, order, code, sent, reply }) => [port, order, code, sent, reply])).toEqual([
    [1, 3, "*100#", true, "a|b;\nc|E2"],
    [2, 0, "1", false, null],
  ]);
  expect(readUssd("total:0")).toEqual([]);
  for (const bad of [
    "total:2;1|0|20160721132505|99|1| x|E",
    "x",
    "total:0;x|E",
    "total:1;1|0|20160721132505|99|1| x",
  ])
    expect(() => readUssd(bad)).toThrow(Unreadable);
});

const attempt = <T>(read: () => T): T | "Unreadable" => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) return "Unreadable";
    throw error;
  }
};

test("USSD: any reply is read back trimmed, or reported", () => {
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 3 }), (replies) => {
      const content = [
        `total:${replies.length}`,
        ...replies.map((reply, i) => `1|${i}|20260101000000|*1#|1| ${reply}|E`),
      ].join(";");
      const read = attempt(() => readUssd(content).map(({ reply }) => reply));
      const want = replies.map((reply) => (reply.trim() === "" ? null : reply.trim()));
      expect(read).toEqual(read === "Unreadable" ? "Unreadable" : want);
    }),
    { numRuns: 1_000 },
  );
});

test("outbox: with source and trailing colon, without either; similar texts are known as such", () => {
  const records = (...rests: string[]) =>
    rests.map((rest) => ({ ...fake(""), slot: undefined, sim: undefined, rest, raw: "" }));
  const texts = (...rests: string[]) => shaped(records(...rests), "UTC").map((record) => record.text);
  expect(texts("2:Hello world!:", "0:2:x::")).toEqual(["Hello world!", "2:x:"]);
  expect(texts("Hello", "2:x:")).toEqual(["Hello", "2:x:"]);
  expect(texts("2:Hello", "2:x:")).toEqual(["Hello", "x:"]);
  expect(texts("2::")).toEqual([""]);
  const [record] = shaped(records("2:Grüße aus Köln\r\n?:"), "UTC");
  if (!record) throw new Error("no record");
  const similar = (words: string) => isSimilar(record, "+491701234567", { text: words });
  expect(similar("Grüße aus Köln\n😀")).toBe(true);
  expect(similar("grüße aus köln")).toBe(true);
  expect(similar("Grüße aus Köln und Bonn")).toBe(true);
  expect(similar("Hallo")).toBe(false);
});

test("numbers are one in every form, and names only when equal", () => {
  expect(sameNumber("+491701234567", "00491701234567")).toBe(true);
  expect(sameNumber("+491701234567", "01701234567")).toBe(true);
  expect(sameNumber("10086", "110086")).toBe(false);
  expect(sameNumber("INFO", "info")).toBe(true);
  expect(sameNumber("INFO", "+491701234567")).toBe(false);
});
