// The small ones: cells of a table, languages, addresses, our own pages, what was said in a conversation.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownPath } from "../../src/console/gate.ts";
import { languageOf } from "../../src/console/language.ts";
import { laneOf } from "../../src/console/pages/compose.ts";
import { csvCell } from "../../src/console/pages/export.ts";
import { utterancesOf } from "../../src/console/pages/said.ts";
import { isHttps, isOwnPage, isSame } from "../../src/console/safety.ts";
import { timesOf } from "../../src/console/times.ts";
import { addressOf } from "../../src/peer.ts";
import { job } from "../support/deliveries.ts";

test.each([
  ["plain", "plain"],
  ["", ""],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["a\nb", '"a\nb"'],
  ["+4915112345678", "+4915112345678"],
  ["*100#", "*100#"],
  ["=1+1", `"'=1+1"`],
  ["+1+cmd|' /C calc'!A0", `"'+1+cmd|' /C calc'!A0"`],
  ["-2", `"'-2"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  [" =1", `"' =1"`],
  ["\u200b=1", `"'\u200b=1"`],
  ["＝1", `"'＝1"`],
])("the cell %j is written %s", (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test("a cell is read as it was, but for the apostrophe, and no spreadsheet sees a formula in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const cell = csvCell(text);
      const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect([text, `'${text}`]).toContain(read);
      expect(read).not.toMatch(/^[=\-@\t\r]|^\+(?!\d+$)/);
      expect(cell).toMatch(/^(?:[^",\r\n]*|"(?:[^"]|"")*")$/);
    }),
  );
});

test.each([
  [null, "de", "en", "de"],
  [null, "fr, de;q=0.5", "en", "de"],
  [null, "en;q=0.3, de;q=0.9", "en", "de"],
  [null, "de;q=0, en", "de", "en"],
  [null, "de-AT", "en", "de"],
  [null, "fr", "de", "de"],
  [null, null, "de", "de"],
  [null, "*", "de", "de"],
  ["en", "de", "de", "en"],
  ["de-CH", null, "en", "de"],
  [null, ";;;q=x,,", "en", "en"],
] as const)("%s and %s in a house that speaks %s: %s", (own, accepted, house, language) => {
  expect(languageOf(own, accepted, house)).toBe(language);
});

describe("where a request comes from", () => {
  const request = (headers: Readonly<Record<string, string>>, url = "http://console.example/x") =>
    new Request(url, { headers: { Host: "console.example", ...headers } });

  test.each([
    [{}, "192.0.2.1", "192.0.2.1"],
    [{ "X-Forwarded-For": "203.0.113.9" }, "192.0.2.1", "192.0.2.1"],
    [{ "X-Forwarded-For": "203.0.113.9, 203.0.113.10" }, "127.0.0.1", "203.0.113.10"],
    [{ "X-Forwarded-For": "203.0.113.9" }, "::1", "203.0.113.9"],
    [{ "X-Forwarded-For": "203.0.113.9" }, "::ffff:127.0.0.1", "203.0.113.9"],
    [{ "X-Forwarded-For": "" }, "127.0.0.1", "127.0.0.1"],
  ])("%j from %s is %s", (headers, peer, address) => {
    expect(addressOf(request(headers).headers, peer)).toBe(address);
  });

  test.each([
    [{ Origin: "http://console.example" }, true],
    [{ Origin: "https://console.example" }, true],
    [{ Origin: "http://console.example:81" }, false],
    [{ Origin: "http://evil.example" }, false],
    [{ Origin: "null" }, false],
    [{ Origin: "https://public.example", "X-Forwarded-Host": "public.example" }, true],
    [{ "Sec-Fetch-Site": "same-origin", Origin: "https://public.example" }, true],
    [{ "Sec-Fetch-Site": "none" }, false],
    [{ "Sec-Fetch-Site": "cross-site", Origin: "http://console.example" }, false],
    [{}, true],
  ] as const)("%j is our own page: %s", (headers, own) => {
    expect(isOwnPage(request(headers))).toBe(own);
  });

  test("https is seen directly and through a proxy", () => {
    expect(isHttps(request({}))).toBe(false);
    expect(isHttps(request({}, "https://console.example/"))).toBe(true);
    expect(isHttps(request({ "X-Forwarded-Proto": "HTTPS, http" }))).toBe(true);
    expect(isHttps(request({ "X-Forwarded-Proto": "http" }))).toBe(false);
  });
});

test("two texts are the same only if they are", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect([isSame(a, b), isSame(a, a)]).toEqual([a === b, true]);
    }),
  );
});

test("whatever is asked for, the way leads to a path on this host", () => {
  const odd = fc.oneof(fc.string(), fc.webUrl(), fc.stringMatching(/^[/\\.:@a-z?#%\t]{0,12}$/));
  fc.assert(
    fc.property(odd, (next) => {
      const path = ownPath(next);
      expect(path).toMatch(/^\/(?![/\\])/);
      expect(new URL(path, "http://here.example").host).toBe("here.example");
    }),
    { numRuns: 500 },
  );
});

test("a SIM is read back as it was offered", () => {
  expect(laneOf("office:12")).toEqual({ gateway: "office", port: 12 });
  for (const odd of ["", "office", "office:", ":3", "office:x", "office:1234", "office:-1"])
    expect(laneOf(odd)).toBeNull();
});

test("times are said in the language, short where it is near", () => {
  const times = timesOf("de");
  const now = new Date(2026, 10, 23, 14, 5, 9).getTime();
  expect(times.short(now - 60_000, now)).toBe("14:04");
  expect(times.short(now - 5 * 86_400_000, now)).toBe("18. Nov.");
  expect(times.short(now - 700 * 86_400_000, now)).toMatch(/^\d\d\.\d\d\.2024$/);
  expect(times.day(now)).toBe("Montag, 23. November 2026");
  expect(times.local(now)).toBe("2026-11-23T14:05");
  expect(timesOf("en").full(now)).toBe("23 Nov 2026, 14:05:09");
});

describe("what was said", () => {
  const phone = "+4915112345678";
  const text = (id: number, message: string, change: Parameters<typeof job>[0] = {}) =>
    job({
      delivery: { id, message, ...change.delivery },
      message: { id: message, at: id, ...change.message },
    });
  const incoming = { from: { via: "office", address: phone }, user: null } as const;

  test("a text that came in is one bubble, whoever was given it; pieces of one that left are several; notices are none", () => {
    const mail = { via: "email", address: "ana@example.org" };
    const said = utterancesOf([
      text(6, "n", {
        delivery: { to: mail },
        message: { from: null, notice: { kind: "failed", message: "b", about: [3] } },
      }),
      text(5, "b", { delivery: { to: mail, parts: 0 } }),
      text(4, "b", { delivery: { text: "two" } }),
      text(3, "b", { delivery: { text: "one" } }),
      text(2, "a", { delivery: { to: { via: "telegram", address: "1001" } }, message: incoming }),
      text(1, "a", { delivery: { to: mail }, message: incoming }),
    ]);
    expect(
      said.map((one) => [one.incoming, one.job.delivery.id, one.copies.map(({ delivery }) => delivery.id)]),
    ).toEqual([
      [true, 1, [1, 2]],
      [false, 3, [5]],
      [false, 4, []],
    ]);
    expect(new Set(said.map(({ id }) => id)).size).toBe(3);
  });
});
