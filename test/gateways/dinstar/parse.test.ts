// A Dinstar's JSON: strict, and as the devices and their document write it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Unreadable } from "../../../src/bridge/errors.ts";
import { int, isHtml, parseAnswer, str } from "../../../src/gateways/dinstar/parse.ts";
import { samePhone } from "../../../src/gateways/dinstar/phones.ts";
import { readTrack } from "../../../src/gateways/dinstar/track.ts";

const read = (body: string) => parseAnswer(body).fields;

function attempt(body: string): string {
  try {
    return typeof read(body);
  } catch (error) {
    return error instanceof Error ? error.name : "something else";
  }
}

describe("the document's own examples", () => {
  test("query_sms_result: the comma after error_code is missing", () => {
    const body = `{"error_code":200"result":[{"port":0,"user_id":1,"number":"12351"
,"time":"2014-12-21 12:06:01","status":"SENT_OK","count":3, 
"succ_count":3, "ref_id":12}]}`;
    expect(read(body)).toEqual({
      error_code: 200,
      result: [
        {
          port: 0,
          user_id: 1,
          number: "12351",
          time: "2014-12-21 12:06:01",
          status: "SENT_OK",
          count: 3,
          succ_count: 3,
          ref_id: 12,
        },
      ],
    });
  });

  test("query_sms_deliver_status: a comma after the last record", () => {
    const body = `{"error_code":200"result":[{"port":0, "number":"12351", "ref_id":12, "status_code":0},]} `;
    expect(read(body)).toEqual({
      error_code: 200,
      result: [{ port: 0, number: "12351", ref_id: 12, status_code: 0 }],
    });
  });

  test("get_port_info: commas before closing braces", () => {
    const body = '{"error_code":200, "info":[{"port":1,"reg":"NO_SIM",},{"port":2,"smsc":"+86",}]}';
    expect(read(body)).toEqual({
      error_code: 200,
      info: [
        { port: 1, reg: "NO_SIM" },
        { port: 2, smsc: "+86" },
      ],
    });
  });
});

describe("mended", () => {
  test.each([
    ["raw control characters", '{"text":"two\nlines\tand\r\u0001"}', { text: "two\nlines\tand\r\u0001" }],
    ["a backslash that escapes nothing", '{"text":"C:\\dir \\u12 \\q",}', { text: "C:\\dir \\u12 \\q" }],
    ["true escapes stay", '{"text":"\\n\\u00e4\\"\\\\",}', { text: '\n\u00e4"\\' }],
    ["commas in a row and at the beginning", '{,"a":[,1,,2,],,"b":3}', { a: [1, 2], b: 3 }],
    ["no comma between records", '{"a":[{"b":1}{"b":2}]}', { a: [{ b: 1 }, { b: 2 }] }],
    ["something after the end", '{"a":1}\n<!-- -->', { a: 1 }],
    ["a mark at the beginning", '\uFEFF{"a":1}', { a: 1 }],
  ])("%s", (_, body, value) => {
    expect(read(body)).toEqual(value);
  });

  test("an answer cut in a list keeps what is whole, and says so", () => {
    const whole = JSON.stringify({
      error_code: 200,
      sms: [{ id: 1, text: "a]}" }, { id: 2, text: "b" }, { id: 3 }],
    });
    for (const end of [whole.indexOf('{"id":3'), whole.indexOf('"b"'), whole.length - 2]) {
      const parsed = parseAnswer(whole.slice(0, end));
      expect(parsed.cut).toBe(true);
      const kept = parsed.fields.sms;
      expect(kept).toEqual(
        [{ id: 1, text: "a]}" }, { id: 2, text: "b" }, { id: 3 }].slice(
          0,
          Array.isArray(kept) ? kept.length : 0,
        ),
      );
      expect(kept).not.toEqual([]);
    }
  });
});

describe("never guessed", () => {
  test.each([
    "",
    "OK",
    "[1]",
    "null",
    '"text"',
    "{",
    '{"a":',
    '{"a":[',
    '{"text":"he said "hi" "}',
    "<html>",
    '\u0000ÿ{"error_code":2\u0007',
  ])("%j", (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ name: "Unreadable", raw: body }));
  });
});

describe("properties", () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());

  test("valid JSON is read as it is, and not called mended", () => {
    fc.assert(
      fc.property(object, (value) => {
        const parsed = parseAnswer(JSON.stringify(value));
        expect(JSON.stringify(parsed.fields)).toBe(JSON.stringify(value));
        expect(parsed.repaired).toBe(false);
      }),
    );
  });

  test("any texts survive raw control characters and stray commas", () => {
    const records = fc.array(
      fc.record({ id: fc.nat(), text: fc.string({ unit: "binary", maxLength: 30 }) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(records, (sms) => {
        const strict = JSON.stringify({ sms });
        const raw = strict.replace(/\\(?:n|t|r|b|f)/g, (hit) => String(JSON.parse(`"${hit}"`)));
        const undone = strict.includes("\\\\") ? strict : raw;
        expect(read(undone.replace(/\]\}$/, ",],}"))).toEqual({ sms });
      }),
    );
  });

  test("anything at all is read or Unreadable, in time that grows with its length alone", () => {
    const unit = fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "\\", "1", "a", " ", "\n");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 200 }), (body) => {
        expect(["object", "Unreadable"]).toContain(attempt(body));
      }),
      { numRuns: 2000 },
    );
    for (const hard of ["{", "[", '"', "\\", ",", '{"a":[', "}{", '"\n'].map((piece) =>
      piece.repeat(200_000),
    )) {
      const began = performance.now();
      expect(() => read(`{"x":[${hard}`)).toThrow(Unreadable);
      expect(performance.now() - began).toBeLessThan(5_000);
    }
  });
});

test("numbers as strings are numbers, nothing else is", () => {
  expect([int(0), int("0"), int(" 12 "), int("-1")]).toEqual([0, 0, 12, -1]);
  expect([int(""), int(" "), int("1.5"), int(null), int(undefined), int(true), int({}), int("x")]).toEqual(
    Array(8).fill(undefined),
  );
  expect([str("a"), str(1), str(null)]).toEqual(["a", "1", undefined]);
});

test("a web page is told from data", () => {
  expect(isHtml("  <!DOCTYPE html><html>")).toBe(true);
  expect(isHtml('<HTML><script>"{}"')).toBe(true);
  expect(isHtml('{"text":"<html>"}')).toBe(false);
});

test("forms of one phone", () => {
  const same = [
    ["+4915112345678", "4915112345678"],
    ["+4915112345678", "015112345678"],
    ["+4915112345678", "004915112345678"],
    ["+4915112345678", "+49 151 1234-5678"],
    ["+390612345678", "0612345678"],
    ["+5493795688268", "543795688268"],
    ["7726", "7726"],
    ["*100#", "*100#"],
  ] as const;
  for (const [one, other] of same)
    expect([one, samePhone(one, other), samePhone(other, one)]).toEqual([one, true, true]);
  const different = [
    ["+4915112345678", "+4915112345679"],
    ["7726", "+4915100007726"],
    ["", ""],
    ["INFO", "TEXT"],
    ["12345", "1234"],
  ] as const;
  for (const [one, other] of different) expect([one, samePhone(one, other)]).toEqual([one, false]);
});

test("a handle that is none reads as an empty one", () => {
  for (const track of [null, "", "x", "null", "[]", '"a"', '{"task":"x","ref":null}'])
    expect(readTrack(track)).toEqual({});
  expect(readTrack('{"task":0,"port":0,"ref":0,"count":1,"time":"t","more":1}')).toEqual({
    task: 0,
    port: 0,
    ref: 0,
    count: 1,
    time: "t",
  });
});
