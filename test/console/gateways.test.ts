// The page of the gateways, over HTTP: every SIM with what its device says, pausing, USSD codes; and who may come here.
import { expect, test } from "vitest";
import { SendError } from "../../src/bridge/errors.ts";
import { markDown, markUp } from "../../src/bridge/station.ts";
import { port } from "../support/deliveries.ts";
import { openStand, type Stand } from "./stand.ts";

const station = (stand: Stand) => {
  const found = stand.house.stations.get("office");
  if (!found) throw new Error("there is no office");
  return found;
};

/** The code has left, and its answer is waited for. */
async function dialled(stand: Stand, message: string): Promise<void> {
  const now = stand.clock.now();
  const pools = ["*", "office", "office:0", "office:1"].map((pool) => ({ pool, max: 9 }));
  await stand.store.claim({
    pools,
    limit: 9,
    run: 1,
    now,
    gateway: "office",
    node: "test",
    lease: now + 60_000,
  });
  const [job] = await stand.jobs(message);
  const lane = { gateway: "office", port: 1 };
  await stand.store.report([{ id: job?.delivery.id ?? 0, change: { state: "accepted", lane, sentAt: now } }]);
}

test("every SIM shows what its device says of it", async () => {
  await using stand = await openStand();
  station(stand).learn([
    port({
      port: 0,
      imsi: "262011234567890",
      iccid: "8949200001234567890",
      imei: "356938035643809",
      type: "LTE",
    }),
    port({ port: 1, registered: false, state: "NO_SIM", number: "+491701112233" }),
  ]);
  const own = station(stand).ports.get(0);
  if (own) own.restUntil = stand.clock.now() + 60_000;
  own?.inHand.add(7);
  const olga = await stand.as("olga");
  const { text } = await olga.get("/gateways");
  for (const shown of ["262011234567890", "8949200001234567890", "356938035643809", "LTE", "NO_SIM"])
    expect(text).toContain(shown);
  const [first = "", second = ""] = text.split('<li id="p-office-1"');
  expect(first).toMatch(/in the network/);
  expect(first).toMatch(/resting/);
  expect(first).toContain("1 in hand");
  expect(second).toMatch(/sales/);
  expect(second).toContain("+491701112233");
  expect(second).toMatch(/not in the network/);
});

test("why a gateway is not there is said in its own words, and that it is there again", async () => {
  await using stand = await openStand();
  const heard: string[] = [];
  stand.control.watch((happening) => heard.push(happening.kind));
  const olga = await stand.as("olga");
  expect((await olga.get("/gateways")).text).toContain("not reached yet");
  markDown(stand.house, station(stand), new SendError("temporary", "gateway request failed: ECONNREFUSED"));
  const down = (await olga.get("/gateways")).text;
  expect(down).toContain("not there");
  expect(down).toContain("gateway request failed: ECONNREFUSED");
  markUp(stand.house, station(stand));
  expect((await olga.get("/gateways")).text).not.toContain("ECONNREFUSED");
  expect(heard).toEqual(["gateway", "gateway"]);
});

test("a port and a whole gateway are paused and resumed", async () => {
  await using stand = await openStand();
  const olga = await stand.as("olga");
  await olga.get("/gateways");
  const paused = await olga.post("/gateways/pause", { gateway: "office", port: "1" });
  expect(paused.to).toBe("/gateways?said=panel-said-paused#g-office");
  expect(stand.control.paused()).toEqual([{ gateway: "office", port: 1 }]);
  expect((await olga.get(paused.to)).text).toContain("Paused: nothing is sent there");
  await olga.post("/gateways/pause", { gateway: "office", port: "" });
  expect(stand.control.paused()).toContainEqual({ gateway: "office", port: null });
  const page = (await olga.get("/gateways")).text;
  expect(page).toContain("Resume all of it");
  expect((await olga.post("/gateways/resume", { gateway: "office", port: "" })).to).toContain("resumed");
  expect(stand.control.paused()).toEqual([]);
  for (const fields of [
    { gateway: "attic", port: "" },
    { gateway: "office", port: "9" },
    { gateway: "office", port: "x" },
  ]) {
    expect((await olga.post("/gateways/pause", fields)).to).toBe("/gateways?said=panel-said-no-sim");
  }
  expect(stand.control.paused()).toEqual([]);
  expect(stand.house.log.of("paused")[0]?.fields.by).toBe("olga");
});

test("a code goes out from the chosen SIM, once for a form that is sent twice, and leads to its conversation", async () => {
  await using stand = await openStand();
  const olga = await stand.as("olga");
  const fields = { sim: "office:1", code: " *100# ", key: "k1" };
  await olga.get("/gateways");
  const seen = await olga.post("/gateways/ussd", fields);
  expect([seen.status, seen.text]).toEqual([422, expect.stringContaining("You may")]);
  await using free = await openStand();
  allowAll(free);
  const ola = await free.as("olga");
  const [one, two] = [await ola.post("/gateways/ussd", fields), await ola.post("/gateways/ussd", fields)];
  expect(one.to).toMatch(/^\/conversations\/\d+\?said=panel-said-dialled$/);
  expect(two.to).toBe(one.to);
  const jobs = await free.store.list({ number: "*100#", limit: 9 });
  expect(jobs.map(({ delivery }) => [delivery.text, delivery.lane?.port])).toEqual([["*100#", 1]]);
  expect((await ola.get(one.to)).text).toContain("The code is on its way");
});

test("a number is no code, and is never sent as one", async () => {
  await using stand = await openStand();
  allowAll(stand);
  const olga = await stand.as("olga");
  await olga.get("/gateways");
  for (const code of ["+491701234567", "12345", "", "hello", "*100", "<b>*100#</b>"]) {
    const { status, text } = await olga.post("/gateways/ussd", { sim: "office:0", code, key: "k" });
    expect(status).toBe(422);
    expect(text).toContain("This is no code");
    expect(text).toMatch(/<details open>/);
    expect(text).not.toContain("<b>*100#");
  }
  expect((await olga.post("/gateways/ussd", { sim: "", code: "*100#" })).to).toContain("no-sim");
  expect(await stand.store.list({ limit: 9 })).toEqual([]);
});

test("a code that waits for its answer is listed, and its session is ended", async () => {
  await using stand = await openStand();
  allowAll(stand);
  const olga = await stand.as("olga");
  await olga.get("/gateways");
  expect((await olga.get("/gateways")).text).toContain("No code waits for an answer.");
  await olga.post("/gateways/ussd", { sim: "office:1", code: "*100#", key: "k" });
  const [sent] = await stand.store.list({ number: "*100#", limit: 9 });
  const message = sent?.message.id ?? "";
  await dialled(stand, message);
  station(stand).sessions.add(1);
  expect((await olga.get("/gateways")).text).toContain(`/gateways/hang-up/${message}`);
  expect((await olga.post(`/gateways/hang-up/${message}`)).to).toBe("/gateways?said=panel-said-ended");
  const [job] = await stand.jobs(message);
  expect([job?.delivery.state, job?.delivery.error]).toEqual(["failed", "ended by olga"]);
  expect([...station(stand).sessions]).toEqual([]);
  expect((await olga.post(`/gateways/hang-up/${message}`)).to).toBe("/gateways?said=panel-said-over");
  expect((await olga.post("/gateways/hang-up/nothing")).to).toBe("/gateways?said=panel-said-over");
});

test("a session is over here, too, when the device can't be told", async () => {
  await using stand = await openStand();
  allowAll(stand);
  const { gateway } = station(stand);
  const { ussd } = gateway;
  if (!ussd) throw new Error("no USSD");
  ussd.cancel = () => Promise.reject(new SendError("temporary", "no route to it"));
  const message = await stand.write("olga", "*100#", "*100#");
  await dialled(stand, message);
  expect(await stand.control.hangUp({ user: "ana", role: "user" }, message)).toBe(false);
  expect(await stand.control.hangUp({ user: null, role: "operator" }, message)).toBe(true);
  expect((await stand.jobs(message))[0]?.delivery.error).toBe("ended by the operator");
  expect(stand.house.log.of("ussd")).toHaveLength(1);
});

test("users have no business here, nor has any form from elsewhere", async () => {
  await using stand = await openStand();
  const ana = await stand.as("ana");
  const page = (await ana.get("/queue")).text;
  for (const path of ["/gateways", "/charts", "/settings"]) expect(page).not.toContain(`href="${path}"`);
  expect((await ana.get("/gateways")).status).toBe(403);
  for (const path of ["/gateways/pause", "/gateways/ussd", "/gateways/hang-up/x"]) {
    const refused = await ana.post(path, { gateway: "office", port: "1", sim: "office:0", code: "*100#" });
    expect([path, refused.status]).toEqual([path, 403]);
  }
  const olga = await stand.as("olga");
  await olga.get("/gateways");
  const wrong = await olga.post("/gateways/pause", { gateway: "office", port: "1", token: "wrong" });
  const foreign = await olga.post(
    "/gateways/pause",
    { gateway: "office", port: "1" },
    { Origin: "https://evil.example" },
  );
  expect([wrong.status, foreign.status]).toEqual([403, 403]);
  expect(stand.control.paused()).toEqual([]);
});

test("what a device says is text and nothing else", async () => {
  await using stand = await openStand();
  const evil = '"><script>alert(1)</script>';
  station(stand).learn([port({ port: 0, state: evil, number: evil, imsi: evil, type: evil })]);
  markDown(stand.house, station(stand), new SendError("temporary", evil));
  const { text } = await (await stand.as("olga")).get("/gateways");
  expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(text).not.toContain("<script>alert");
});

/** Olga may send whatever there is. */
function allowAll(stand: Stand): void {
  const olga = stand.house.people.users.get("olga");
  if (!olga?.send) throw new Error("no olga");
  Object.assign(olga.send, { allow: ["*"] });
}
