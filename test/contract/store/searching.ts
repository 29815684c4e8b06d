// Looking things up: what was said, by its text, by the people, by the upstream's id; and who reads a conversation.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Delivery, Party } from "../../../src/bridge/message.ts";
import type { Entry, MessageQuery, Store } from "../../../src/bridge/ports/store.ts";
import {
  ANA,
  accepted,
  claim,
  incoming,
  message,
  NOW,
  news,
  out,
  PHONE,
  put,
  type Rig,
  rigFor,
  SIM,
  text,
  toPerson,
} from "./setup.ts";

const RUNS = 200;
const BOB: Party = { via: "email", address: "bob@example.org" };

/** A text from a phone to people, in a known thread or on its SIM. */
const heard = (people: readonly Party[], words = "hi", thread?: number): Entry => {
  const entry = incoming();
  const query = entry.deliveries[0]?.thread;
  assert(query);
  return {
    ...entry,
    deliveries: people.map((party) =>
      toPerson(party, thread === undefined ? query : { way: "id", id: thread }, { text: words }),
    ),
  };
};

const found = async (store: Store, query: Partial<MessageQuery>): Promise<readonly string[]> =>
  (await store.list({ limit: 99, ...query })).map(({ delivery }) => delivery.text);

const all = async (store: Store, entry: Entry): Promise<readonly Delivery[]> =>
  accepted(await store.accept(entry)).deliveries;

export function searching(make: () => Promise<Rig>): void {
  describe("searching", () => {
    const rig = rigFor(make);

    test("a text is found in both directions, newest first, whatever the case of its letters", async () => {
      const { store } = rig();
      await put(store, text({ text: "Grüße aus KÖLN" }));
      await put(store, heard([ANA], "grÜSSE zurück"));
      await put(store, text({ text: "Привет, Ana" }));
      expect(await found(store, { text: "GRÜ" })).toEqual(["grÜSSE zurück", "Grüße aus KÖLN"]);
      expect(await found(store, { text: "köln" })).toEqual(["Grüße aus KÖLN"]);
      expect(await found(store, { text: "пРИВЕТ" })).toEqual(["Привет, Ana"]);
      expect(await found(store, { text: "zu", limit: 1 })).toEqual(["grÜSSE zurück"]);
      expect(await found(store, { text: "a", limit: 1 })).toEqual(["Привет, Ana"]);
      expect(await found(store, { text: "bonjour" })).toEqual([]);
    });

    test("part of a phone finds all that was said with it, either way", async () => {
      const { store } = rig();
      await put(store, text({ text: "to it" }));
      await put(store, heard([ANA, BOB], "from it"));
      await put(store, text({ text: "to another", phone: "+4915900000000" }));
      expect(await found(store, { text: "1234567" })).toEqual(["from it", "from it", "to it"]);
      expect(await found(store, { text: PHONE, state: "queued", limit: 2 })).toHaveLength(2);
    });

    test("characters of patterns are characters like others", async () => {
      const { store } = rig();
      for (const words of ["100% sure", "a_b", "[x]", "what?", "2*3", "back\\slash", "it's", "^top-"])
        await put(store, text({ text: words, phone: "+1" }));
      expect(await found(store, { text: "%" })).toEqual(["100% sure"]);
      expect(await found(store, { text: "_" })).toEqual(["a_b"]);
      expect(await found(store, { text: "[X]" })).toEqual(["[x]"]);
      expect(await found(store, { text: "?" })).toEqual(["what?"]);
      expect(await found(store, { text: "*" })).toEqual(["2*3"]);
      expect(await found(store, { text: "k\\S" })).toEqual(["back\\slash"]);
      expect(await found(store, { text: "T'S" })).toEqual(["it's"]);
      expect(await found(store, { text: "^TOP-" })).toEqual(["^top-"]);
      expect(await found(store, { text: "" })).toHaveLength(8);
    });

    test("a search that is too long to be found finds nothing, and neither do odd characters", async () => {
      const { store } = rig();
      await put(store, text({ text: "ä".repeat(900) }));
      expect(await found(store, { text: "Ä".repeat(900) })).toHaveLength(1);
      expect(await found(store, { text: "Ä".repeat(100_000) })).toEqual([]);
      expect(await found(store, { text: "\0" })).toEqual([]);
      expect(await found(store, { text: "\ud800" })).toEqual([]);
    });

    test("of people only the conversations that they take part in are found", async () => {
      const { store } = rig();
      await put(store, text({ text: "ana's", phone: "+1" }));
      const bobs = { ...text({ text: "bob's", phone: "+2", thread: out({ phone: "+2", who: ["bob"] }) }) };
      await put(store, { ...bobs, writer: { party: BOB, user: "bob" } });
      await put(store, heard([BOB], "for bob's mailbox"));
      expect(await found(store, { who: ["ana"] })).toEqual(["ana's"]);
      expect(await found(store, { who: ["bob", "email:bob@example.org"] })).toEqual([
        "for bob's mailbox",
        "bob's",
      ]);
      expect(await found(store, { who: ["email:bob@example.org"], text: "FOR" })).toEqual([
        "for bob's mailbox",
      ]);
      expect(await found(store, { who: ["ana", "bob"], limit: 1 })).toEqual(["bob's"]);
      expect(await found(store, { who: ["carl"] })).toEqual([]);
      expect(await found(store, { who: [] })).toEqual([]);
    });

    test("one phone on two SIMs is two conversations, and an upstream's id is no name", async () => {
      const { store } = rig();
      const on = (port: number, who: string): Entry => ({
        ...text({ text: who, thread: out({ who: [who], pin: { gateway: "office", port } }), ref: "carl" }),
        writer: { party: { via: "email", address: `${who}@example.org` }, user: who },
      });
      const [one, two] = [await put(store, on(1, "ana")), await put(store, on(2, "bob"))];
      expect(one.thread).not.toBe(two.thread);
      expect(await found(store, { who: ["ana"] })).toEqual(["ana"]);
      expect(await found(store, { who: ["bob"], text: "b" })).toEqual(["bob"]);
      expect(await found(store, { who: ["carl"] })).toEqual([]);
    });

    test("all conditions hold together", async () => {
      const { store } = rig();
      const one = await put(store, text({ text: "hello one", phone: "+1" }));
      await put(store, text({ text: "hello again", phone: "+1" }));
      await put(store, text({ text: "hello two", phone: "+2" }));
      await store.report([news(one.id, "failed")]);
      expect(await found(store, { text: "HELLO", number: "+1" })).toEqual(["hello again", "hello one"]);
      expect(await found(store, { text: "HELLO", state: "failed" })).toEqual(["hello one"]);
      expect(await found(store, { text: "again", number: "+1", state: "failed" })).toEqual([]);
      expect(await found(store, { number: "+2", who: ["ana"], state: "queued", text: "two" })).toEqual([
        "hello two",
      ]);
      expect(await found(store, { number: "+3", text: "" })).toEqual([]);
    });

    test("what is found is what holds the text, by a plain model", async () => {
      const { store } = rig();
      const unit = fc.constantFrom(...Array.from("aAbäÄßяЯ1%_*?[]^-\\'\" é😀"));
      const words = fc.string({ unit, maxLength: 6 });
      const texts = fc.sample(words, 60);
      for (const one of texts) await put(store, text({ text: one, phone: "+4", line: "" }));
      const searches = fc.asyncProperty(words, async (what) => {
        const wanted = texts.filter((one) => one.toLowerCase().includes(what.toLowerCase()));
        assert.deepEqual(
          await found(store, { text: what }),
          what === "4" ? texts.toReversed() : wanted.toReversed(),
        );
      });
      await expect(fc.assert(searches, { numRuns: RUNS })).resolves.toBeUndefined();
    }, 60_000);
  });

  describe("by the upstream's id", () => {
    const rig = rigFor(make);

    test("a delivery is found with its message and thread; of several the newest", async () => {
      const { store } = rig();
      const [one, two] = await all(store, heard([ANA, BOB]));
      assert(one && two);
      await store.claim(claim({ pools: ["email"], gateway: null }));
      await store.report([one, two].map(({ id }) => news(id, "accepted", { ref: "same@x", due: null })));
      const job = await store.byRef("email", "same@x");
      expect(job).toEqual(await store.delivery(two.id));
      expect(job?.delivery).toMatchObject({ id: two.id, to: BOB, ref: "same@x" });
      expect(job?.thread.phone).toBe(PHONE);
      expect(job?.message.from).toEqual({ via: "office", address: PHONE });
    });

    test("another channel, another id or one that was not sent is not found", async () => {
      const { store } = rig();
      const one = await put(store, heard([ANA]));
      const sms = await put(store, text({ ref: "mine@x" }));
      await store.claim(claim({ pools: ["email"], gateway: null }));
      await store.report([news(one.id, "accepted", { ref: "a@x", due: null })]);
      expect(await store.byRef("chat", "a@x")).toBeNull();
      expect(await store.byRef("email", "A@x")).toBeNull();
      // What a person wrote is no delivery to a person.
      expect(await store.byRef("email", "mine@x")).toBeNull();
      expect(await store.byRef("*", "mine@x")).toBeNull();
      expect((await store.byRef("email", "a@x"))?.delivery.id).toBe(one.id);
      await store.report([news(sms.id, "failed"), news(one.id, "failed")]);
      await store.prune(NOW + 1, 9);
      expect(await store.byRef("email", "a@x")).toBeNull();
    });

    test("sent again under another id, it is known by that one", async () => {
      const { store } = rig();
      const { id } = await put(store, heard([ANA]));
      await store.claim(claim({ pools: ["email"], gateway: null }));
      await store.report([news(id, "queued", { ref: "old@x", due: NOW })]);
      await store.claim(claim({ pools: ["email"], gateway: null }));
      await store.report([news(id, "accepted", { ref: "new@x" })]);
      expect(await store.byRef("email", "old@x")).toBeNull();
      expect((await store.byRef("email", "new@x"))?.delivery.id).toBe(id);
    });
  });

  describe("the readers of a conversation", () => {
    const rig = rigFor(make);

    test("nobody reads what was never written", async () => {
      const { store } = rig();
      const { thread } = await put(store, text());
      expect(await store.audience(thread)).toEqual([]);
      expect(await store.audience(4711)).toEqual([]);
    });

    test("all who were given the newest text, but those whom it did not reach", async () => {
      const { store } = rig();
      const [first] = await all(store, heard([ANA, BOB, { via: "chat", address: "-100" }]));
      assert(first);
      expect(await store.audience(first.thread)).toEqual([ANA, BOB, { via: "chat", address: "-100" }]);
      await store.report([news(first.id, "failed")]);
      expect(await store.audience(first.thread)).toEqual([BOB, { via: "chat", address: "-100" }]);
      await put(store, heard([ANA], "newer"));
      expect(await store.audience(first.thread)).toEqual([ANA]);
    });

    test("answers, copies for others, notices and later texts to the phone are none of its own", async () => {
      const { store } = rig();
      const { thread, message: of, id } = await put(store, heard([ANA]));
      const copy = toPerson(BOB, { way: "id", id: thread });
      const answer = text({ thread: out({ refs: [] }) });
      await store.accept({ ...answer, deliveries: [...answer.deliveries, copy] });
      const notice = message({
        from: null,
        user: null,
        ref: null,
        notice: { kind: "failed", message: of, about: [id] },
      });
      await store.accept({ message: notice, deliveries: [copy] });
      for (let n = 0; n < 60; n++) await put(store, text({ text: `more ${n}` }));
      expect(await store.audience(thread)).toEqual([ANA]);
    });

    test("those who get it when it reached nobody else read it too, and an older text's do not count", async () => {
      const { store } = rig();
      const old = await put(store, heard([ANA], "old"));
      const { id, thread, message: of } = await put(store, heard([ANA], "new"));
      const next = (message: string, party: Party): Entry => ({
        message,
        deliveries: [toPerson(party, { way: "id", id: thread })],
      });
      await store.report([{ ...news(id, "failed"), follow: [next(of, BOB)] }]);
      expect(await store.audience(thread)).toEqual([BOB]);
      await store.accept(next(old.message, ANA));
      expect(await store.audience(thread)).toEqual([BOB]);
    });

    test("the answer to a code is a text of the phone's, in the thread that asked", async () => {
      const { store } = rig();
      const phone = "*100#";
      const asked = await put(store, text({ phone }));
      await store.claim(claim());
      const answer: Entry = {
        message: message({ from: { via: SIM.gateway, address: phone }, user: null, ref: null }),
        deliveries: [toPerson(ANA, { way: "id", id: asked.thread })],
      };
      await store.report([{ ...news(asked.id, "delivered"), follow: [answer] }]);
      expect(await store.audience(asked.thread)).toEqual([ANA]);
      await store.report([news((await store.list({ limit: 1 }))[0]?.delivery.id ?? 0, "failed")]);
      expect(await store.audience(asked.thread)).toEqual([]);
    });

    test("what somebody unknown writes to the phone is none of the phone's", async () => {
      const { store } = rig();
      const { thread } = await put(store, heard([ANA]));
      await store.accept({
        message: message({ from: BOB, user: null }),
        deliveries: [toPerson({ via: "chat", address: "1" }, { way: "id", id: thread })],
      });
      expect(await store.audience(thread)).toEqual([ANA]);
    });

    test("a forgotten text has no readers", async () => {
      const { store } = rig();
      const { id, thread } = await put(store, heard([ANA]));
      await put(store, text({ at: NOW + 10 }));
      await store.claim(claim({ pools: ["email"], gateway: null }));
      await store.report([news(id, "accepted", { due: null, deadline: null })]);
      expect(await store.prune(NOW + 1, 9)).toBe(1);
      expect(await store.audience(thread)).toEqual([]);
    });
  });
}
