// The whole house in one process, for tests from outside: the daemon on a written config, simulated devices, phones, a mailbox, and a log that remembers.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stringify } from "yaml";
import { settingsOf } from "../../src/assembly/settings.ts";
import type { LogEvent } from "../../src/bridge/log.ts";
import type { Job } from "../../src/bridge/ports/store.ts";
import { type Config, load } from "../../src/config/load.ts";
import { type Daemon, startDaemon } from "../../src/daemon.ts";
import { type SimulatedDinstar, startDinstar } from "../../src/demo/devices/dinstar.ts";
import { type SimulatedSynway, startSynway } from "../../src/demo/devices/synway.ts";
import { Mailbox, type ReceivedMail } from "../../src/demo/mailbox.ts";
import { Phones, type SentSms } from "../../src/demo/phones.ts";
import { type BotApi, createBotApi } from "../../src/demo/telegram/botapi.ts";
import type { OperationLog } from "../../src/operation/log.ts";
import type { SqliteOptions } from "../../src/stores/sqlite/open.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import { type Line, MemoryLog } from "./log.ts";
import { configOf, type DeviceName, type Devices, type Group, type RigOptions, TOKEN } from "./rig-config.ts";
import { type Answers, type Letter, submit } from "./smtp.ts";

/** How long anything may take on a machine that others load, milliseconds. */
const PATIENCE = 20_000;
const LOOK = 20;

/** A log for the daemon, that remembers. */
class RigLog extends MemoryLog implements OperationLog {
  set(): void {}
  flush(): Promise<void> {
    return Promise.resolve();
  }
}

export class Rig {
  readonly log = new RigLog();
  readonly folder = mkdtempSync(join(tmpdir(), "simpost-rig-"));
  readonly phones = new Phones();
  readonly names: readonly DeviceName[];
  readonly #options: RigOptions;
  readonly #devices: Partial<Devices> = {};
  #mailbox: Mailbox | undefined;
  #telegram: BotApi | undefined;
  #daemon: Daemon | undefined;

  constructor(options: RigOptions) {
    this.#options = options;
    this.names = options.devices ?? ["dinstar"];
  }

  async open(): Promise<this> {
    const { ports = 2, dinstar, synway, mailbox, before, wait = true } = this.#options;
    const own = { phones: this.phones, ports };
    if (this.names.includes("dinstar")) this.#devices.dinstar = await startDinstar({ ...own, ...dinstar });
    if (this.names.includes("synway")) this.#devices.synway = await startSynway({ ...own, ...synway });
    this.#mailbox = await Mailbox.start(mailbox);
    if (this.#options.telegram)
      this.#telegram = await createBotApi({ token: TOKEN, ...this.#options.telegram });
    if (this.#options.relayDown) await this.#mailbox.stop();
    await before?.(this);
    await this.start();
    if (wait) await this.listening();
    return this;
  }

  get devices(): Devices {
    const all = this.#devices;
    return {
      get dinstar() {
        return present(all.dinstar);
      },
      get synway() {
        return present(all.synway);
      },
    };
  }

  /** The first one. */
  get device(): SimulatedDinstar | SimulatedSynway {
    return this.devices[this.names[0] ?? "dinstar"];
  }

  /** As the API counts the device's first port. */
  get port(): number {
    return this.names[0] === "synway" ? 1 : 0;
  }

  get mailbox(): Mailbox {
    return present(this.#mailbox);
  }

  get telegram(): BotApi {
    return present(this.#telegram);
  }

  get daemon(): Daemon {
    return present(this.#daemon);
  }

  get smtp(): number {
    return this.daemon.mail[0]?.port ?? 0;
  }

  /** Writes the config, and reads it as the daemon would. `change`: other top-level keys. */
  config(change: Group = {}): Config {
    const file = join(this.folder, "simpost.yaml");
    const known = this.names.map((name) => ({ name, ...reach(this.devices[name]) }));
    writeFileSync(
      file,
      stringify({
        ...configOf(this.#options, known, this.mailbox.url, this.#telegram?.url ?? null),
        ...change,
      }),
    );
    return load(file);
  }

  /** The relay is back, at its old place. */
  async relayUp(): Promise<void> {
    this.#mailbox = await Mailbox.start({ ...this.#options.mailbox, port: this.mailbox.port });
  }

  async start(): Promise<void> {
    const { store = (real) => real } = this.#options;
    const openStore = (path: string, options: SqliteOptions) => store(openSqlite(path, options));
    this.#daemon = await startDaemon({ config: this.config(), log: this.log, openStore });
  }

  async stop(): Promise<void> {
    await this.#daemon?.stop();
    this.#daemon = undefined;
  }

  /** Resolves when every inbox was looked into once: what comes from now on is new. */
  async listening(): Promise<void> {
    const inboxes = [...settingsOf(this.config()).gateways.values()].map(({ inbox }) => inbox);
    await this.until("a first look into every inbox", async () => {
      const store = openSqlite(join(this.folder, "simpost.db"), { readOnly: true });
      const cursors = await Promise.all(inboxes.map((name) => store.cursor(name)));
      await store.close();
      return cursors.every((cursor) => cursor !== undefined);
    });
  }

  /** Sends a mail, and shows every answer. */
  mail(letter: Letter): Promise<Answers> {
    return submit(this.smtp, letter);
  }

  /** Sends a mail that must be taken; resolves with the answer to DATA. */
  async send(to: string, text: string, more: Partial<Letter> = {}): Promise<string> {
    const { rcpt, data } = await this.mail({ to, text, ...more });
    if (!data.startsWith("250")) throw new Error(`not taken: ${[...rcpt, data].join(" | ")}`);
    return data;
  }

  /** A phone texts the device's port. */
  text(from: string, text: string, port = this.port, device = this.names[0] ?? "dinstar"): void {
    this.phones.text(from, { device, port }, text);
  }

  /** The first SMS with this text. */
  sms(text: string): Promise<SentSms> {
    return this.#explain(this.phones.waitFor((sms) => sms.text === text, PATIENCE));
  }

  /** The first mail that fits. */
  post(wanted: (mail: ReceivedMail) => boolean): Promise<ReceivedMail> {
    return this.#explain(this.mailbox.waitFor(wanted, PATIENCE));
  }

  /** The first mail with this text in it. */
  letter(text: string): Promise<ReceivedMail> {
    return this.post(({ parsed }) => parsed.text?.includes(text) ?? false);
  }

  /** The first status notification with this action. */
  notice(action: "failed" | "delayed" | "delivered" | "relayed"): Promise<ReceivedMail> {
    return this.post((mail) => action === actionOf(mail));
  }

  /** All status notifications, by action. */
  get notices(): readonly string[] {
    return this.mailbox.mails.map(actionOf).filter((action) => action !== "");
  }

  get texts(): readonly string[] {
    return this.phones.sent.map((sms) => sms.text);
  }

  logged(event: LogEvent): Promise<Line> {
    return this.until(`"${event}" in the log`, () => this.log.of(event)[0]);
  }

  /** Everything on disk. */
  async jobs(): Promise<readonly Job[]> {
    const store = openSqlite(join(this.folder, "simpost.db"), { readOnly: true });
    const jobs = await store.list({ limit: 100_000 });
    await store.close();
    return jobs;
  }

  /** Resolves when all that was taken is at its end: sent, delivered or failed; mails taken by the relay. */
  async settled(): Promise<void> {
    await this.until("everything at its end", async () => {
      const open = (await this.jobs()).filter(({ delivery: { state, to } }) =>
        to.via === "email" && state === "accepted"
          ? false
          : ["queued", "sending", "unsure", "accepted"].includes(state),
      );
      return open.length === 0;
    });
  }

  /** Resolves when each device has answered this many more requests to an endpoint or event. */
  async asked(endpoint: string, times = 1, device = this.device): Promise<void> {
    const count = () => device.requests.filter((request) => request.endpoint === endpoint).length;
    const before = count();
    await this.until(`${times} more requests for ${endpoint}`, () => count() >= before + times);
  }

  /** Resolves with what `met` returns once that is true or a thing. */
  async until<T>(what: string, met: () => T | Promise<T>): Promise<NonNullable<T>> {
    for (const over = Date.now() + PATIENCE; ; ) {
      const value = await met();
      if (value !== undefined && value !== null && value !== false) return value;
      if (Date.now() > over) throw new Error(`not within ${PATIENCE} ms: ${what}\n${this.#evidence()}`);
      await pause(LOOK);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#devices.dinstar?.stop();
    await this.#devices.synway?.stop();
    this.phones.close();
    await this.#mailbox?.stop();
    await this.#telegram?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #explain<T>(wait: Promise<T>): Promise<T> {
    try {
      return await wait;
    } catch (cause) {
      throw new Error(`${String(cause)}\n${this.#evidence()}`, { cause });
    }
  }

  /** What the daemon said last. */
  #evidence(): string {
    const lines = this.log.lines.slice(-30);
    return lines.map(({ event, fields }) => `${event} ${stringifyFields(fields)}`).join("\n");
  }
}

const stringifyFields = (fields: Group): string =>
  JSON.stringify(fields, (_, value: unknown) =>
    value instanceof Error ? { said: value.message, cause: value.cause } : value,
  );

/** The action of a status notification (RFC 3464); "" for other mails. */
export const actionOf = ({ source }: ReceivedMail): string =>
  /^Action: (\w+)/m.exec(source.toString("latin1"))?.[1] ?? "";

const reach = ({ url, username, password }: SimulatedDinstar | SimulatedSynway) => ({
  url,
  username,
  password,
});

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("not there");
  return value;
}

/** Opens the house; `await using` closes it. */
export const openRig = (options: RigOptions = {}): Promise<Rig> => new Rig(options).open();
