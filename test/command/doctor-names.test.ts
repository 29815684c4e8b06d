// The doctor's DNS: MX, and SPF of what is sent, against a DNS server of its own.
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { examine } from "../../src/command/doctor/finding.ts";
import { dnsCheck, isPrivateAddress, isPrivateName } from "../../src/command/doctor/names.ts";
import type { MailPatient } from "../../src/command/doctor/patient.ts";
import { evaluate, type Lookup } from "../../src/command/doctor/spf.ts";
import { startDns, type Zone } from "./dns.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const DOMAIN = "sms.acme-tools.de";
const RELAY = "relay.acme-tools.de";

const mail = (relay: MailPatient["relay"], listens = true): MailPatient => ({
  name: "email",
  hostname: DOMAIN,
  listen: listens ? [{ address: "0.0.0.0", port: 25, tls: "none", cert: undefined, key: undefined }] : [],
  relay,
});
const smtp = (host: string): MailPatient["relay"] => ({
  kind: "smtp",
  host,
  port: 25,
  login: false,
  try: async () => {},
});

async function dns(zone: Zone, one = mail(smtp(RELAY)), domain = DOMAIN) {
  const server = await startDns(zone);
  stops.push(() => server.stop());
  const check = dnsCheck({ domain, mail: [one], resolvers: [server.address] });
  return examine(check ? [check] : []);
}

const SOUND: Zone = {
  [DOMAIN]: { mx: ["mx.acme-tools.de"], txt: ["something else", "v=spf1 ip4:93.184.216.0/24 -all"] },
  "mx.acme-tools.de": { a: ["93.184.216.35"] },
  [RELAY]: { a: ["93.184.216.34"] },
};

test("all is well", async () => {
  expect(await dns(SOUND)).toEqual([
    expect.objectContaining({
      grade: "good",
      what: `mail for ${DOMAIN} goes to mx.acme-tools.de (93.184.216.35)`,
    }),
    expect.objectContaining({ grade: "good", what: `SPF of ${DOMAIN} allows the relay 93.184.216.34` }),
  ]);
});

test("nothing is there: what to add is said", async () => {
  const found = await dns({ [RELAY]: { a: ["93.184.216.34"] } });
  expect(found).toMatchObject([
    { grade: "doubtful", what: `${DOMAIN} has no MX record` },
    { grade: "doubtful", todo: expect.stringContaining('TXT "v=spf1 ip4:93.184.216.34 -all"') },
  ]);
});

test("an MX without an address; a domain that takes no mail", async () => {
  const [lost] = await dns({ ...SOUND, "mx.acme-tools.de": {} });
  expect(lost).toMatchObject({ grade: "bad", what: expect.stringContaining("has no address") });
  const [none] = await dns({ ...SOUND, [DOMAIN]: { mx: ["."], txt: ["v=spf1 -all"] } });
  expect(none).toMatchObject({ grade: "bad", what: expect.stringContaining("takes no mail") });
});

test("SPF: the relay is not allowed, everybody is, two records, one that is none", async () => {
  const spf = async (...txt: string[]) =>
    (await dns({ ...SOUND, [DOMAIN]: { mx: ["mx.acme-tools.de"], txt } })).slice(1);
  expect(await spf("v=spf1 ip4:203.0.113.0/24 -all")).toMatchObject([
    {
      grade: "doubtful",
      what: expect.stringContaining("(fail)"),
      todo: expect.stringContaining("ip4:93.184.216.34"),
    },
  ]);
  expect(await spf("v=spf1 +all")).toMatchObject([
    { grade: "doubtful", what: expect.stringContaining("everybody") },
  ]);
  expect(await spf("v=spf1 -all", "v=spf1 ~all")).toMatchObject([{ grade: "bad" }]);
  expect(await spf("v=spf1 nonsense -all")).toMatchObject([{ grade: "bad" }]);
});

test("a relay on this machine or in the house: only that there is a record", async () => {
  expect((await dns(SOUND, mail(smtp("127.0.0.1"))))[1]).toMatchObject({ grade: "good" });
  const [, stays] = await dns(SOUND, mail({ kind: "folder", path: "/x" }));
  expect(stays).toMatchObject({ grade: "good", what: expect.stringContaining("nobody asks") });
});

test("a channel that takes nothing in needs no MX", async () => {
  expect(await dns(SOUND, mail(smtp(RELAY), false))).toHaveLength(1);
});

test("DNS that is in trouble is said, and is not the domain's fault", async () => {
  const found = await dns({ [DOMAIN]: "broken" });
  expect(found).toMatchObject([
    { grade: "doubtful", todo: "Is DNS in order on this machine?" },
    { grade: "doubtful", todo: "Is DNS in order on this machine?" },
  ]);
});

test("private names are not looked up", async () => {
  expect(await dns({}, mail(smtp(RELAY)), "sms.internal")).toMatchObject([{ grade: "good" }]);
  expect(["sms", "a.local", "sms.example.org", "x.home.arpa"].map(isPrivateName)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["acme-tools.de", "local.de"].map(isPrivateName)).toEqual([false, false]);
  expect(["10.1.2.3", "172.20.1.1", "::1", "fd00::1"].every(isPrivateAddress)).toBe(true);
  expect(["172.32.1.1", "8.8.8.8", "2001:db8::1"].some(isPrivateAddress)).toBe(false);
});

/** DNS as a table. */
const table = (
  txt: Readonly<Record<string, string>>,
  addresses: Readonly<Record<string, string[]>> = {},
  mx: Readonly<Record<string, string[]>> = {},
): Lookup => ({
  txt: async (name) => (txt[name] === undefined ? [] : [txt[name]]),
  addresses: async (name) => addresses[name] ?? [],
  mx: async (name) => mx[name] ?? [],
});

test.each([
  ["v=spf1 a -all", "pass"],
  ["v=spf1 a:other -all", "fail"],
  ["v=spf1 a:near/24 ~all", "pass"],
  ["v=spf1 mx -all", "pass"],
  ["v=spf1 include:inner -all", "pass"],
  ["v=spf1 include:nowhere -all", "permerror"],
  ["v=spf1 redirect=inner", "pass"],
  ["v=spf1 ?all", "neutral"],
  ["v=spf1 ~all", "softfail"],
  ["v=spf1", "neutral"],
  ["v=spf1 ip6:2001:db8::/32 -all", "fail"],
  ["v=spf1 exp=why ip4:192.0.2.7 -all", "pass"],
  ["v=spf1 include:d -all", "permerror"],
])("%s: %s", async (record, result) => {
  const lookup = table(
    { d: record, inner: "v=spf1 ip4:192.0.2.0/24 -all" },
    { d: ["192.0.2.7"], near: ["192.0.2.200"], mail: ["192.0.2.7"] },
    { d: ["mail"] },
  );
  expect(await evaluate(lookup, "d", "192.0.2.7")).toBe(result);
});

test("IPv6, with both lengths", async () => {
  const lookup = table(
    { d: "v=spf1 ip6:2001:db8::/32 -all", e: "v=spf1 a/24//48 -all" },
    { e: ["2001:db8:1::1"] },
  );
  expect(await evaluate(lookup, "d", "2001:db8:5::1")).toBe("pass");
  expect(await evaluate(lookup, "e", "2001:db8:1:9::1")).toBe("pass");
  expect(await evaluate(lookup, "e", "2001:db8:2::1")).toBe("fail");
});

test("whatever a record says, it is one of the results, after at most ten lookups", async () => {
  const term = fc.constantFrom(
    "a",
    "mx",
    "include:d",
    "redirect=d",
    "ip4:1.2.3.4/99",
    "-all",
    "exists:%{i}.x",
    "x",
    "",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(term, { maxLength: 14 }), async (terms) => {
      const result = await evaluate(table({ d: `v=spf1 ${terms.join(" ")}` }), "d", "192.0.2.1");
      expect(["pass", "fail", "softfail", "neutral", "none", "permerror"]).toContain(result);
    }),
  );
});
