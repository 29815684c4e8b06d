// Texts as people send them, for a store to be filled with.
import { createHash } from "node:crypto";
import { newId } from "../src/bridge/id.ts";
import type { Entry } from "../src/bridge/ports/store.ts";

const HOUR = 3_600_000;
const WORDS =
  "The backup of server seven has failed again, please have a look at it before the night shift ends. ";

/** Makes entries: queued texts of 500 people, each to a phone of its own. */
export function entries(): (now: number) => Entry {
  let serial = 0;
  return (now) => entry(serial++, now);
}

function entry(n: number, now: number): Entry {
  const phone = `+49151${String((n * 7_919_993) % 100_000_000).padStart(8, "0")}`;
  const ref = `${createHash("sha1").update(String(n)).digest("hex")}@example.org`;
  const party = { via: "email", address: `user${n % 500}@example.org` };
  const user = `user${n % 500}`;
  return {
    message: {
      id: newId(now),
      at: now,
      from: party,
      user,
      text: WORDS,
      ref,
      origin: { from: `User ${n % 500} <${party.address}>`, subject: "backup", envelope: party.address },
      notice: null,
    },
    deliveries: [
      {
        thread: {
          way: "out",
          phone,
          refs: [],
          who: [user, `email:${party.address}`],
          since: now - 7 * 24 * HOUR,
          pin: null,
          only: false,
        },
        to: { via: "*", address: phone },
        text: WORDS,
        parts: 1,
        priority: 1,
        expires: now + 24 * HOUR,
        deadline: now + HOUR / 2,
        pool: "*",
        line: phone,
        lane: null,
        once: createHash("sha256").update(ref).digest("base64url"),
        notify: ["failure", "delay"],
      },
    ],
    writer: { party, user },
    onceSince: now - 24 * HOUR,
    counts: { user, texts: 1 },
  };
}
