// Sessions as such: how many, how long, and that a replaced id counts for a moment only.
import { expect, test } from "vitest";
import { createSessions } from "../../src/console/sessions.ts";
import { FakeClock } from "../support/clock.ts";

const HOUR = 3_600_000;

test("each has an id and a token of its own, and nobody else's id finds it", () => {
  const sessions = createSessions(new FakeClock());
  const ids = [sessions.begin("ana", "h"), sessions.begin("ana", "h"), sessions.begin("ben", "h")];
  const tokens = ids.map((id) => sessions.find(id)?.token);
  expect(new Set([...ids, ...tokens]).size).toBe(6);
  expect(ids.map((id) => sessions.find(id)?.user)).toEqual(["ana", "ana", "ben"]);
  for (const id of ["", "x", `${ids[0]}x`]) expect(sessions.find(id)).toBeNull();
});

test("a replaced id counts for a minute, for requests that were under way", async () => {
  const clock = new FakeClock();
  const sessions = createSessions(clock);
  const first = sessions.begin("ana", "h");
  expect(sessions.renew(first)).toBeNull();
  for (let n = 0; n < 4; n++) {
    await clock.advance(6 * HOUR);
    sessions.find(first);
  }
  const second = sessions.renew(first) ?? "";
  expect(second).not.toBe("");
  expect(sessions.renew(first)).toBeNull();
  expect(sessions.find(first)?.token).toBe(sessions.find(second)?.token);
  await clock.advance(60_000);
  expect(sessions.find(first)).toBeNull();
  expect(sessions.find(second)?.user).toBe("ana");
});

test("used every hour, it still ends after 30 days", async () => {
  const clock = new FakeClock();
  const sessions = createSessions(clock);
  let id = sessions.begin("ana", "h");
  const over = sessions.find(id)?.over;
  for (let hours = 1; hours < 30 * 24; hours++) {
    await clock.advance(HOUR);
    expect(sessions.find(id)).not.toBeNull();
    id = sessions.renew(id) ?? id;
  }
  await clock.advance(HOUR);
  expect(sessions.find(id)).toBeNull();
  expect(over?.aborted).toBe(true);
});

test("an ended one tells whoever listens, by an old id too", async () => {
  const clock = new FakeClock();
  const sessions = createSessions(clock);
  const id = sessions.begin("ana", "h");
  const over = sessions.find(id)?.over;
  sessions.end("another");
  expect(over?.aborted).toBe(false);
  sessions.end(id);
  expect(over?.aborted).toBe(true);
  expect(sessions.find(id)).toBeNull();
});

test("of one user there are 20, and the one that was used least lately ends; others are not touched", async () => {
  const clock = new FakeClock();
  const sessions = createSessions(clock);
  const ben = sessions.begin("ben", "h");
  const ids: string[] = [];
  for (let n = 0; n < 20; n++) {
    await clock.advance(1_000);
    ids.push(sessions.begin("ana", "h"));
  }
  await clock.advance(1_000);
  sessions.find(ids[0] ?? "");
  await clock.advance(1_000);
  sessions.begin("ana", "h");
  expect(ids.filter((id) => sessions.find(id) === null)).toEqual([ids[1]]);
  expect(sessions.find(ben)).not.toBeNull();
});
