// The daemon speaks its people's languages.
import { expect, test } from "vitest";
import { openRig } from "../support/rig.ts";

const TO = "+491701234567";

test("each user is told in her own language what became of her text", async () => {
  await using rig = await openRig({
    users: {
      ana: { email: ["ana@example.org"], send: { allow: ["*"] }, language: "de" },
      ben: { email: ["ben@example.org"], send: { allow: ["*"] } },
    },
  });
  rig.phones.behave(TO, { refuseFrom: 0 });
  await rig.mail({ from: "ana@example.org", to: [TO], text: "hallo" });
  await rig.mail({ from: "ben@example.org", to: [TO], text: "hello" });
  const told = (address: string) => rig.mailbox.mails.find(({ envelope }) => envelope.to.includes(address));
  await rig.until("both are told", () => Boolean(told("ana@example.org") && told("ben@example.org")));
  expect(told("ana@example.org")?.parsed.subject).toBe(`Deine SMS an ${TO} wurde nicht zugestellt`);
  expect(told("ana@example.org")?.parsed.text).toMatch(/vom Netz abgelehnt[\s\S]*Deine SMS lautete:\s+hallo/);
  expect(told("ben@example.org")?.parsed.subject).toBe(`Your text to ${TO} was not delivered`);
  expect(told("ben@example.org")?.parsed.text).toMatch(/the network refused it[\s\S]*Your text was:\s+hello/);
});
