// Reasons are found by the operator's words, wherever those come from, and English says just them.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { House } from "../../src/bridge/house.ts";
import { newsOf, settle } from "../../src/bridge/outcome.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { reason as german } from "../../src/words/de/reason.ts";
import { reason as english } from "../../src/words/en/reason.ts";
import { type MessageId, speak } from "../../src/words/index.ts";
import { reasonText } from "../../src/words/reason.ts";
import { job, NOW } from "../support/deliveries.ts";
import { house } from "../support/house.ts";

const [en, de] = [speak("en"), speak("de")];
const ids = Object.keys(english) as (keyof typeof english)[];

test.each([
  [null, "keine Antwort"],
  ["the network refused it", "vom Netz abgelehnt"],
  ["the network refused it (21)", "vom Netz abgelehnt (21)"],
  ["the network refused it (delivery report 65)", "vom Netz abgelehnt (Zustellbericht 65)"],
  [
    "the network refused it (delivery report 65 for one of 3 parts)",
    "vom Netz abgelehnt (Zustellbericht 65 für einen von 3 Teilen)",
  ],
  [
    "the network refused it (FAILED, 1 of 2 parts were sent)",
    "vom Netz abgelehnt (1 von 2 Teilen wurden gesendet)",
  ],
  [
    "it could not be sent in time (no port is free or usable for it (550))",
    "nicht rechtzeitig gesendet (kein Port ist dafür frei oder brauchbar (550))",
  ],
  ["the network gave no answer to this code", "das Netz hat auf diesen Code nicht geantwortet"],
  ["something new (of a new driver)", "something new (of a new driver)"],
  ["the network refused it (something new)", "vom Netz abgelehnt (something new)"],
  ["", ""],
])("%j in German: %s", (error, said) => {
  expect(reasonText(de, error)).toBe(said);
});

/** The store is not needed to judge. */
const noStore = {} as Store;
const here: House = house(noStore);

test("what the bridge itself finds out is known", () => {
  const late = { state: "queued", deadline: NOW, expires: NOW, error: "the port is busy (486)" } as const;
  const errors = [
    settle(here, job({ delivery: { state: "unsure", deadline: NOW } }), NOW),
    settle(here, job({ delivery: late }), NOW),
    newsOf(here, job({ delivery: { state: "accepted" } }), { id: 1, outcome: "failed", detail: "7" }, NOW),
    newsOf(here, job({ delivery: { state: "unsure" } }), { id: 1, outcome: "absent" }, NOW),
  ].map(({ change }) => reasonText(de, change.error ?? null));
  expect(errors).toEqual([
    de("reason-unknown"),
    "nicht rechtzeitig gesendet (der Port ist beschäftigt (486))",
    "vom Netz abgelehnt (7)",
    "vom Gateway nicht angenommen",
  ]);
});

test("the catalogue and the rooms that find out use the same words", () => {
  const rooms = ["bridge", "gateways", "channels"].map(
    (room) => new URL(`../../src/${room}/`, import.meta.url),
  );
  const code = rooms
    .flatMap((room) =>
      readdirSync(room, { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts"))
        .map((path) => readFileSync(new URL(path, room), "utf8")),
    )
    .join("\n");
  const pieces = ids
    .filter((id) => id !== "reason-none")
    .flatMap((id) => english[id].split(/ ?\(?\{ \$\w+ \}\)?/))
    .filter((piece) => piece.length > 2);
  expect(pieces.length).toBeGreaterThan(ids.length - 2);
  expect(pieces.filter((piece) => !code.includes(piece))).toEqual([]);
});

test.each(ids)("%s is found by its English words", (id) => {
  const values = Object.fromEntries(
    [...english[id].matchAll(/\$(\w+)/g)].map(([, name = ""]) => [name, "12"]),
  );
  expect(reasonText(de, en(id as MessageId, values))).toBe(de(id as MessageId, values));
  expect(german[id]).not.toBe(english[id]);
});

test("English says any error as it is", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ids), fc.string({ unit: "binary", minLength: 1 }), (id, value) => {
      const error = english[id].replace(/\{ \$\w+ \}/g, () => value);
      expect(reasonText(en, error)).toBe(error);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (error) => {
      expect(reasonText(en, error)).toBe(error);
    }),
  );
});

test("a very long error is neither searched nor cut", () => {
  const long = `the network refused it (${"x".repeat(100_000)})`;
  expect(reasonText(de, long)).toBe(long);
});
