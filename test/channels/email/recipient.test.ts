// Local parts: numbers in any form, and the SIM asked for.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readLocalPart, unquoteRecipient } from "../../../src/channels/email/recipient.ts";

test.each([
  ["+491701234567", { to: "+491701234567" }],
  ["00491701234567", { to: "00491701234567" }],
  ["01701234567", { to: "01701234567" }],
  ["491701234567", { to: "491701234567" }],
  ["110", { to: "110" }],
  ["*100#", { to: "*100#" }],
  ["*100*1#+3", { to: "*100*1#", port: 3 }],
  ["*100#+office.3", { to: "*100#", gateway: "office", port: 3 }],
  ["+491701234567+3", { to: "+491701234567", port: 3 }],
  ["+491701234567+office", { to: "+491701234567", gateway: "office" }],
  ["+491701234567+office-2.31", { to: "+491701234567", gateway: "office-2", port: 31 }],
  ["01701234567+0", { to: "01701234567", port: 0 }],
  ["%2B491701234567", { to: "+491701234567" }],
  ["+49%20170%201234567", { to: "+49 170 1234567" }],
  ["*100%23+3", { to: "*100#", port: 3 }],
  ["tel:+491701234567", { to: "+491701234567" }],
  ["sms:+491701234567", { to: "+491701234567" }],
  ["SMS=+491701234567", { to: "+491701234567" }],
  ["+49.170.1234567", { to: "+49.170.1234567" }],
  ["+49-170-1234567", { to: "+49-170-1234567" }],
  ["Vodafone", { to: "Vodafone" }],
])("%s", (local, expected) => {
  expect(readLocalPart(local)).toEqual(expected);
});

test.each([
  "",
  "+",
  "+49170+",
  "+49170+1234",
  "+49170+of fice",
  "+49170+office.3x",
  "+49170+491701",
  "+4+9+3",
  "1".repeat(300),
])("%j is none", (local) => {
  expect(readLocalPart(local)).toBeNull();
});

test.each([
  ['RCPT TO:<"+49 170 1234567"@sms.example.org>', "RCPT TO:<+49%20170%201234567@sms.example.org>"],
  ['rcpt to:<"*100#"@sms.example.org> NOTIFY=NEVER', "rcpt to:<*100#@sms.example.org> NOTIFY=NEVER"],
  ['RCPT TO:<"a\\"b@c"@sms.example.org>', "RCPT TO:<a%22b%40c@sms.example.org>"],
  ["RCPT TO:<+49170@sms.example.org>", "RCPT TO:<+49170@sms.example.org>"],
  ['RCPT TO:<"open@sms.example.org>', 'RCPT TO:<"open@sms.example.org>'],
])("%s loses its quotes", (command, expected) => {
  expect(unquoteRecipient(command)).toBe(expected);
});

test("whatever is quoted is read as it was meant", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\+[0-9][0-9 ().@<>"\\-]{1,30}$/), (local) => {
      const quoted = local.replace(/["\\]/g, "\\$&");
      const plain = /<(.*)@d>$/s.exec(unquoteRecipient(`RCPT TO:<"${quoted}"@d>`))?.[1] ?? "";
      expect(plain).not.toMatch(/[\s"<>@]/);
      expect(readLocalPart(plain)).toEqual({ to: local.trim() });
    }),
  );
});

test("any local part is read or refused, never thrown at", () => {
  fc.assert(
    fc.property(fc.string(), (local) => {
      const read = readLocalPart(local);
      expect(read === null || read.to !== "").toBe(true);
    }),
  );
});
