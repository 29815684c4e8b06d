// send_sms: what goes over the wire, what each answer means, and what is refused before anything leaves.
import { describe, expect, test } from "vitest";
import { failure } from "../../contract/gateway.ts";
import { answer, bench, never, requests, text } from "./device.ts";

const one = { ports: [0], texts: [text(1)] };

describe("the request", () => {
  test("every text is a parameter, with its id as an integer and the ports as given", async () => {
    const { sim, gateway } = await bench();
    const receipts = await gateway.send(
      { ports: [2, 3], texts: [text(7, "a #param# b"), text(0, "ok")] },
      never,
    );
    expect(requests(sim, "send_sms").map(({ body }) => body)).toEqual([
      {
        text: "#param#",
        port: [2, 3],
        encoding: "gsm-7bit",
        param: [
          { number: "+4915112345678", text_param: ["a #param# b"], user_id: 7 },
          { number: "+4915112345678", text_param: ["ok"], user_id: 0 },
        ],
      },
    ]);
    expect(receipts).toEqual([
      { id: 7, track: '{"task":0}' },
      { id: 0, track: '{"task":0}' },
    ]);
    expect(sim.phones.sent.map(({ text: body }) => body)).toEqual(["a #param# b", "ok"]);
  });

  test("128 different texts are one request", async () => {
    const { sim, gateway } = await bench();
    const texts = Array.from({ length: 128 }, (_, index) => text(index + 1, `text ${index}`));
    expect(await gateway.send({ ports: [0, 1, 2], texts }, never)).toHaveLength(128);
    expect(requests(sim, "send_sms")).toHaveLength(1);
    expect(sim.phones.sent).toHaveLength(128);
  });

  test.each([
    ["e164", "+4915112345678"],
    ["digits", "4915112345678"],
    ["national", "015112345678"],
  ] as const)("numbers as the device wants them: %s", async (numbers, written) => {
    const { sim, gateway } = await bench({}, { numbers });
    await gateway.send(one, never);
    expect(sim.phones.sent[0]?.to).toBe(written);
  });

  test("the encoding is what the text needs; a batch that needs both goes in two, so that neither costs more", async () => {
    const { sim, gateway } = await bench();
    const texts = [text(1, "plain [€]"), text(2, "漢字"), text(3, "plain")];
    const receipts = await gateway.send({ ports: [0], texts }, never);
    expect(requests(sim, "send_sms").map(({ body }) => body)).toMatchObject([
      { encoding: "gsm-7bit", param: [{ user_id: 1 }, { user_id: 3 }] },
      { encoding: "unicode", param: [{ user_id: 2 }] },
    ]);
    expect(receipts.map(({ id, track }) => [id, track])).toEqual([
      [1, '{"task":0}'],
      [3, '{"task":0}'],
      [2, '{"task":1}'],
    ]);
  });

  test("if the second half fails after the first was taken, all of it is unsure", async () => {
    const { sim, gateway } = await bench();
    const texts = [text(1, "plain"), text(2, "漢字")];
    sim.faults.add({ kind: "reply", on: "send_sms", skip: 1, body: '{"error_code":400}' });
    const error = await failure(gateway.send({ ports: [0], texts }, never));
    expect(error.kind).toBe("unsure");
    expect(sim.phones.sent).toHaveLength(1);
    answer(sim, "send_sms", { error_code: 400 });
    expect((await failure(gateway.send({ ports: [0], texts }, never))).kind).toBe("permanent");
  });
});

describe("the answer", () => {
  test.each([
    [400, "permanent", "message"],
    [413, "permanent", "message"],
    [500, "unsure", "message"],
    [550, "temporary", "message"],
    [200, "unsure", "message"],
    [299, "unsure", "message"],
  ])("error_code %i is %s", async (error_code, kind, scope) => {
    const { sim, gateway } = await bench();
    answer(sim, "send_sms", { error_code });
    expect(await failure(gateway.send(one, never))).toMatchObject({ kind, scope });
  });

  test("the body decides, not the HTTP status; a serial number and a missing task id are no trouble", async () => {
    const { sim, gateway } = await bench({ sn: "da00" });
    answer(sim, "send_sms", '{"sn":"x","error_code":202,"sms_in_queue":1,}');
    expect(await gateway.send(one, never)).toEqual([{ id: 1, track: "{}" }]);
    sim.faults.add({ kind: "error", on: "send_sms", status: 500 });
    expect((await failure(gateway.send(one, never))).kind).toBe("unsure");
  });

  test.each(["garbage", "half", "drop-after-processing", "drop-before-processing"] as const)(
    "%s is unsure",
    async (kind) => {
      const { sim, gateway } = await bench();
      await gateway.ports(never);
      sim.faults.add({ kind, on: "send_sms" });
      expect((await failure(gateway.send(one, never))).kind).toBe("unsure");
      expect(requests(sim, "send_sms").length + sim.phones.sent.length).toBeLessThanOrEqual(2);
    },
  );

  test("no answer in time is unsure; an empty one too", async () => {
    const { sim, gateway } = await bench({}, { timeout: 100 });
    await gateway.ports(never);
    sim.faults.add({ kind: "hang", on: "send_sms" });
    expect((await failure(gateway.send(one, never))).kind).toBe("unsure");
    answer(sim, "send_sms", "");
    expect((await failure(gateway.send(one, never))).kind).toBe("unsure");
  });

  test("ports that can't send are told by later firmware: temporary", async () => {
    const { sim, gateway } = await bench();
    sim.setPort(0, { reg: "NO_SIM" });
    expect(await failure(gateway.send(one, never))).toMatchObject({ kind: "temporary", scope: "message" });
  });
});

describe("refused before anything leaves, in words that name the limit", () => {
  const texts = (count: number) => Array.from({ length: count }, (_, index) => text(index + 1));
  test.each([
    ["129 texts", { ports: [0], texts: texts(129) }, "takes 128"],
    ["port 32", { ports: [32], texts: texts(1) }, "0 to 31"],
    ["1501 bytes", { ports: [0], texts: [text(1, `${"ä".repeat(750)}x`)] }, "over 1500 bytes"],
    ["25 bytes of number", { ports: [0], texts: [text(1, "x", "1".repeat(25))] }, "over 24 bytes"],
  ])("%s", async (_, batch, words) => {
    const { sim, gateway } = await bench();
    const error = await failure(gateway.send(batch, never));
    expect([error.kind, error.scope, error.message]).toEqual([
      "permanent",
      "message",
      expect.stringContaining(words),
    ]);
    expect(error.words).toBeDefined();
    expect(sim.requestCount).toBe(0);
  });

  test("1500 bytes and 24 bytes of number are taken", async () => {
    const { sim, gateway } = await bench();
    expect(gateway.limits.fits("ä".repeat(750))).toBe(true);
    expect(gateway.limits.fits(`${"ä".repeat(750)}x`)).toBe(false);
    await gateway.send({ ports: [0], texts: [text(1, "ä".repeat(750), "1".repeat(24))] }, never);
    expect(sim.phones.sent).toHaveLength(1);
  });
});
