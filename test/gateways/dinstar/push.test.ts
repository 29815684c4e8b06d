// What a pushed body makes us look at. Whatever it is, it makes us look at something, and at nothing but that.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPush } from "../../../src/gateways/dinstar/push.ts";

test.each([
  ['{"sn":"da00-1","sms":[{"incoming_sms_id":1,"port":0,"number":"10086","text":"hi"}]}', ["inbox"]],
  ['{"sn":"da00-1","sms_result":[{"port":0,"user_id":1,"status":"SENT_OK"}]}', ["results"]],
  ['{"sn":"da00-1","sms_deliver_status":[{"port":0,"ref_id":3,"status_code":0}]}', ["results"]],
  ['{"sn":"da00-1","ussd":[{"port":0,"text":"Balance: 5"}]}', ["results"]],
  ['{"sn":"da00-1","register":[{"port":0,"status":"down"}]}', ["ports"]],
  ['{"sms_result":[],"sms":[],"sms_deliver_status":[],"register":[]}', ["results", "inbox", "ports"]],
  ["", ["inbox"]],
  ['{"sms":[{"text":"cut', ["inbox"]],
  ["[]", ["inbox"]],
  ["null", ["inbox"]],
  ['"sms_result"', ["inbox"]],
  ['{"hello":1}', ["inbox"]],
  ['{"__proto__":1,"constructor":2,"toString":3}', ["inbox"]],
])("%s", (body, hints) => {
  expect(readPush(body)).toEqual(hints);
});

test("never throws, never twice the same, never nothing", () => {
  const known = new Set(["inbox", "results", "ports"]);
  const lists = fc.dictionary(
    fc.constantFrom("sn", "sms", "sms_result", "sms_deliver_status", "ussd", "register", "other"),
    fc.jsonValue(),
  );
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    lists.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const hints = readPush(body);
      expect(hints.length).toBeGreaterThan(0);
      expect(hints.every((hint) => known.has(hint))).toBe(true);
      expect(new Set(hints).size).toBe(hints.length);
    }),
  );
});
