// What every installed simpost must do, whatever it was installed from: the suite that its tests call.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type SimulatedDinstar, startDinstar } from "../../src/demo/devices/dinstar.ts";
import { Mailbox } from "../../src/demo/mailbox.ts";
import { Phones } from "../../src/demo/phones.ts";
import { type BotApi, createBotApi } from "../../src/demo/telegram/botapi.ts";
import { submit } from "../support/smtp.ts";
import type { Program } from "./program.ts";

/** How long a text may take, on a machine that does other things too, milliseconds. */
const PATIENCE = 20_000;
const PHONE = "+491701234567";
const TOKEN = "1001:simulated-token";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** `program`: called when the first test runs. `prepare`: told of the folder that it works in, with its config. */
export function smoke(program: () => Program, prepare: (folder: string) => void = () => {}): void {
  describe("as every simpost", () => {
    smokeTests(program, prepare);
  });
}

function smokeTests(program: () => Program, prepare: (folder: string) => void): void {
  let folder = "";
  let file = "";
  const phones = new Phones();
  let device: SimulatedDinstar;
  let mailbox: Mailbox;
  let telegram: BotApi;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "simpost-smoke-"));
    device = await startDinstar({ phones, ports: 2 });
    mailbox = await Mailbox.start();
    telegram = await createBotApi({ token: TOKEN });
    const { url, username, password } = device;
    file = join(folder, "simpost.yaml");
    const config = {
      domain: "sms.example.org",
      region: "DE",
      store: { path: "./simpost.db" },
      http: { listen: "127.0.0.1:0" },
      gateways: { office: { driver: "dinstar", url, username, password, poll: "100ms" } },
      channels: {
        email: { driver: "email", listen: [{ port: 0 }], relay: mailbox.url },
        telegram: { driver: "telegram", token: TOKEN, apiRoot: telegram.url },
      },
      users: {
        ana: { email: ["ana@example.org"], send: { allow: ["+49*"] } },
        ben: { telegram: [1002], send: { allow: ["+49*"] } },
      },
      trust: { networks: ["127.0.0.0/8"] },
      routes: [{ to: ["ana"] }],
    };
    writeFileSync(file, stringify(config));
    prepare(folder);
  });
  afterEach(async () => {
    program().kill();
    await device.stop();
    await mailbox.stop();
    await telegram.close();
    rmSync(folder, { recursive: true });
  });
  afterAll(() => program().kill());

  test("says its version, its help, and what it does not know", async () => {
    expect(await program().run("--version")).toEqual({ code: 0, out: `simpost ${version}\n`, err: "" });
    expect(await program().run("--help")).toMatchObject({
      code: 0,
      out: expect.stringContaining("Usage: simpost COMMAND"),
      err: "",
    });
    expect(await program().run("rnu")).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean "run"?'),
    });
  });

  test("checks a config", async () => {
    expect(await program().run("check", "-c", file)).toEqual({ code: 0, out: `${file}: sound\n`, err: "" });
    writeFileSync(file, "regoin: DE\n");
    expect(await program().run("check", "-c", file)).toMatchObject({
      code: 2,
      err: expect.stringContaining("regoin"),
    });
  });

  test("a mail becomes a text, the answer a mail; and it knows of both after a restart", async () => {
    const daemon = await program().daemon("-c", file);
    const { data } = await submit(daemon.mail, { to: PHONE, text: "from far away" });
    expect(data).toMatch(/^250 2\.0\.0 /);
    const sms = await phones.waitFor(({ text }) => text.includes("from far away"), PATIENCE);
    expect(sms).toMatchObject({ device: "dinstar", to: PHONE });
    phones.text(PHONE, { device: "dinstar", port: sms.port }, "and back again");
    const mail = await mailbox.waitFor(
      ({ parsed }) => parsed.text?.includes("and back again") ?? false,
      PATIENCE,
    );
    expect(mail.envelope.to).toEqual(["ana@example.org"]);
    expect(await daemon.stop()).toMatchObject({ code: 0, err: "" });

    const again = await program().daemon("-c", file);
    const { out } = await program().run("messages", "--text", "-c", file);
    expect(out).toContain("from far away");
    expect(out).toContain("and back again");
    expect(await again.stop()).toMatchObject({ code: 0, err: "" });
  });

  test("its console has all its files", async () => {
    const daemon = await program().daemon("-c", file);
    const { listen } = await daemon.until("http listening");
    const console = `http://${listen}`;
    expect(await (await fetch(`${console}/sign-in`)).text()).toContain("simpost hash");
    for (const name of ["console.css", "console.js", "charts.css", "charts.js", "uplot.js"]) {
      const { status, headers } = await fetch(`${console}/static/${name}`);
      expect([name, status, headers.get("Content-Type")]).toEqual([
        name,
        200,
        expect.stringMatching(/^text\/(?:css|javascript)/),
      ]);
    }
    expect(await daemon.stop()).toMatchObject({ code: 0, err: "" });
  });

  test("a line in a chat becomes a text, and the answer is there", async () => {
    const daemon = await program().daemon("-c", file);
    const ben = telegram.person({ id: 1002, first_name: "Ben" });
    ben.startsBot();
    ben.says(ben.chat, `/send ${PHONE} out of a chat`);
    const sms = await phones.waitFor(({ text }) => text === "out of a chat", PATIENCE);
    phones.text(PHONE, { device: "dinstar", port: sms.port }, "into a chat");
    await ben.chat.waitFor(({ text }) => text.includes("into a chat"));
    expect(await daemon.stop()).toMatchObject({ code: 0, err: "" });
  });

  test("a dry run takes mails and sends nothing", async () => {
    const before = phones.sent.length;
    const daemon = await program().daemon("--dry-run", "-c", file);
    const { data } = await submit(daemon.mail, { to: PHONE, text: "echo a trial" });
    expect(data).toMatch(/^250 2\.0\.0 /);
    // The loopback gateway took it, and played a phone that answers.
    await daemon.until("text in");
    expect(await daemon.stop()).toMatchObject({ code: 0, err: "" });
    expect(phones.sent).toHaveLength(before);
  });
}
