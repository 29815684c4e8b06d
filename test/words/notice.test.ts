// What people are told: the whole of it, in both languages.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { NoticeKind } from "../../src/bridge/message.ts";
import { speak } from "../../src/words/index.ts";
import { LANGUAGES } from "../../src/words/languages.ts";
import { isUnknown, noticeText } from "../../src/words/notice.ts";
import { noticePost } from "../support/posts.ts";

const say = (language: string, ...[kind, about]: Parameters<typeof noticePost>) =>
  noticeText(speak(language), noticePost(kind, about));
const other = { via: "*", address: "+4915100000002" };
const code = { via: "*", address: "*100#" };
const UNKNOWN = "outcome unknown: the gateway took it";

test("a failure in English", () => {
  expect(
    say("en", "failed", [{ state: "failed", error: "the network refused it (21)", track: "7" }]),
  ).toEqual({
    subject: "Your text to +4915112345678 was not delivered",
    text: `Your text could not be delivered:

  +4915112345678: the network refused it (21)

Your text was:

  Please call back
`,
  });
});

test("a failure in German", () => {
  expect(
    say("de", "failed", [{ state: "failed", error: "the network refused it (21)", track: "7" }]),
  ).toEqual({
    subject: "Deine SMS an +4915112345678 wurde nicht zugestellt",
    text: `Deine SMS konnte nicht zugestellt werden:

  +4915112345678: vom Netz abgelehnt (21)

Deine SMS lautete:

  Please call back
`,
  });
});

test.each<[NoticeKind, Parameters<typeof noticePost>[1], string, string]>([
  [
    "failed",
    [{}],
    "Your text to +4915112345678 was not sent",
    "Deine SMS an +4915112345678 wurde nicht gesendet",
  ],
  [
    "failed",
    [{}, { to: other }],
    "Your text to 2 numbers was not sent",
    "Deine SMS an 2 Nummern wurde nicht gesendet",
  ],
  [
    "failed",
    [{ error: UNKNOWN, track: "1" }],
    "Your text to +4915112345678 may not have been sent",
    "Deine SMS an +4915112345678 wurde vielleicht nicht gesendet",
  ],
  [
    "failed",
    [{ to: code, track: "1" }],
    "Your code *100# got no answer",
    "Dein Code *100# blieb ohne Antwort",
  ],
  [
    "failed",
    [{ to: code, error: UNKNOWN }],
    "Your code *100# may not have been sent",
    "Dein Code *100# wurde vielleicht nicht gesendet",
  ],
  ["delayed", [{ to: code }], "Your code *100# still waits", "Dein Code *100# wartet noch"],
  ["delayed", [{}], "Your text to +4915112345678 still waits", "Deine SMS an +4915112345678 wartet noch"],
  [
    "delivered",
    [{ state: "delivered" }],
    "Your text to +4915112345678 was delivered",
    "Deine SMS an +4915112345678 wurde zugestellt",
  ],
  [
    "delivered",
    [{ state: "delivered" }, { state: "sent", to: other }],
    "Your text to 2 numbers was sent",
    "Deine SMS an 2 Nummern wurde gesendet",
  ],
])("%s %j: %s", (kind, about, english, german) => {
  expect([say("en", kind, about).subject, say("de", kind, about).subject]).toEqual([english, german]);
});

test.each<[NoticeKind, Parameters<typeof noticePost>[1], readonly string[]]>([
  ["failed", [{ error: null }], ["Your text could not be delivered:", "", "  +4915112345678: no answer"]],
  [
    "failed",
    [{ error: "a" }, { to: other, error: "b" }],
    ["Your text could not be delivered to these numbers:", "", "  +4915112345678: a", "  +4915100000002: b"],
  ],
  [
    "delayed",
    [{ error: "no port" }],
    [
      "Your text has not left yet. It is still being tried, you need not send it again:",
      "",
      "  +4915112345678: waiting (no port)",
    ],
  ],
  [
    "delayed",
    [{}],
    [
      "Your text has not left yet. It is still being tried, you need not send it again:",
      "",
      "  +4915112345678: waiting",
    ],
  ],
  [
    "delivered",
    [{ state: "delivered" }, { state: "sent", to: other }],
    [
      "Your text was handed over to these numbers:",
      "",
      "  +4915112345678: delivered to the phone",
      "  +4915100000002: taken by the network, which sent no delivery report",
    ],
  ],
])("%s %j: what it says of each phone", (kind, about, lines) => {
  expect(say("en", kind, about).text.split("\n")).toEqual([
    ...lines,
    "",
    "Your text was:",
    "",
    "  Please call back",
    "",
  ]);
});

test("a text that was split is told of once", () => {
  const { subject, text } = say("en", "failed", [{ error: "x" }, { error: "x" }, { error: "x" }]);
  expect(subject).toBe("Your text to +4915112345678 was not sent");
  expect(text.match(/: x$/gm)).toHaveLength(1);
});

test("of a long text its beginning is enough; no character is cut in two", () => {
  const post = noticePost("failed", [{}]);
  const { about } = post;
  if (!about) throw new Error("a notice is about something");
  const told = (text: string) =>
    noticeText(speak("en"), { ...post, about: { ...about, message: { ...about.message, text } } }).text;
  expect(told("😀".repeat(400))).toContain(`\n  ${"😀".repeat(300)} …\n`);
  expect(told("one\ntwo")).toContain("\n  one\n  two\n");
});

test("a notice about a message that is gone says what it carries", () => {
  const post = { ...noticePost("failed", [], { text: "It failed." }), about: null };
  expect(noticeText(speak("en"), post)).toEqual({ subject: "About your text", text: "It failed." });
  expect(noticeText(speak("de"), post).subject).toBe("Zu deiner SMS");
});

test("a subject is one line, whatever is told", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<NoticeKind>("failed", "delayed", "delivered"),
      fc.constantFrom(...LANGUAGES),
      fc.array(
        fc.record({
          error: fc.option(fc.string({ unit: "binary" })),
          state: fc.constantFrom("sent", "failed"),
        }),
      ),
      (kind, language, about) => {
        const { subject, text } = say(language, kind, about);
        expect(subject).toMatch(/^\S.*\S$/);
        expect(text).toContain("Please call back");
      },
    ),
  );
});

test("unknown is what the bridge calls so", () => {
  expect(isUnknown([{ error: "x" }, { error: UNKNOWN }])).toBe(true);
  expect(isUnknown([{ error: null }, { error: "the network refused it (outcome unknown)" }])).toBe(false);
});
