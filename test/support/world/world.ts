// A whole small world around one daemon that may die at any moment: gateways, phones, mail clients, a mailbox; and the count of what was lost or doubled.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { settingsOf } from "../../../src/assembly/settings.ts";
import { load } from "../../../src/config/load.ts";
import { phoneKey } from "../../../src/demo/phones.ts";
import { openSqlite } from "../../../src/stores/sqlite/store.ts";
import { ChatSide } from "./chat.ts";
import { LOGIN, type WorldOptions, writeConfig } from "./config.ts";
import { DaemonProcess, type Exit } from "./daemon.ts";
import { type DeviceName, Devices } from "./devices.ts";
import { openMaildir, openRelay, type Post } from "./post.ts";
import { send } from "./sender.ts";
import { type Count, type Expected, tally } from "./tally.ts";

/** How long anything may take on a slow machine, milliseconds. */
const PATIENCE = 90_000;
/** How often a condition is looked at, milliseconds. */
const LOOK = 50;
/** Log lines that tell how a text came to end as "outcome unknown". */
const DOUBT = /"event":"unsure"|outcome unknown|"event":"gateway (?:up|down)"/;
/** Requests a device answers in the time of two looks into its inbox, whatever else goes on. */
const TWO_LOOKS = 8;

export class World {
  readonly devices: Devices;
  readonly post: Post;
  /** Null: there is mail alone. */
  readonly chat: ChatSide | null;
  readonly folder: string;
  readonly gateways: readonly DeviceName[];
  readonly expected: Expected = { mails: [], texts: [] };
  /** The daemon of this moment, or the last one. */
  daemon: DaemonProcess | undefined;
  /** Mails that had to be sent more than once. */
  resent = 0;
  readonly #config: string;
  readonly #id = Math.random().toString(36).slice(2, 8);
  readonly #doubts: string[] = [];
  readonly #underWay = new Set<Promise<void>>();
  readonly #waiting = new Set<() => void>();

  private constructor(
    devices: Devices,
    post: Post,
    chat: ChatSide | null,
    folder: string,
    options: WorldOptions,
  ) {
    this.devices = devices;
    this.post = post;
    this.chat = chat;
    this.folder = folder;
    this.gateways = options.gateways ?? ["dinstar", "synway"];
    this.#config = writeConfig(folder, devices, post.url, options, chat);
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), "simpost-world-"));
    const login = ["--username", LOGIN.username, "--password", LOGIN.password];
    const devices = await Devices.start([...login, "--ports", "4", ...(options.devices ?? [])]);
    const post = options.relay === "maildir" ? openMaildir(join(folder, "mail")) : await openRelay();
    const chat = options.chat ? await ChatSide.start() : null;
    return new World(devices, post, chat, folder, options);
  }

  get config(): string {
    return this.#config;
  }

  get store(): string {
    return join(this.folder, "simpost.db");
  }

  /** Starts the daemon; resolves when it takes mail, or has ended. `kill`: "POINT:N". */
  async start(kill?: string): Promise<DaemonProcess> {
    const daemon = this.launch(kill);
    await daemon.ready;
    return daemon;
  }

  /** Starts the daemon and waits for nothing. */
  launch(kill?: string): DaemonProcess {
    if (this.daemon?.alive) throw new Error("a daemon runs already");
    const daemon = new DaemonProcess(this.#config, kill, (line) => {
      if (DOUBT.test(line)) this.#doubts.push(line);
    });
    this.daemon = daemon;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return daemon;
  }

  /** Kills the daemon as a power cut would, or with another signal. */
  async crash(signal: NodeJS.Signals = "SIGKILL"): Promise<Exit | undefined> {
    return this.daemon?.end(signal);
  }

  /** The port of a daemon that takes mail; waits for one. */
  async #port(): Promise<number> {
    for (;;) {
      const daemon = this.daemon;
      await daemon?.ready;
      if (daemon?.alive && daemon.port !== null) return daemon.port;
      if (this.daemon === daemon) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Mails a text to phones and goes on trying until it is taken; `settled` waits for it. `fails`: the network will refuse it. `sim`: GATEWAY.PORT. */
  mail(to: readonly string[], fails = false, sim?: string): string {
    const text = `out-${this.#id}-${this.expected.mails.length}`;
    const id = `${text}@client.example`;
    this.expected.mails.push({ id, to, text, fails });
    const sending = send({ id, to, text, ...(sim === undefined ? {} : { sim }) }, () => this.#port()).then(
      (attempts) => {
        this.resent += attempts - 1;
      },
    );
    this.#underWay.add(sending);
    void sending.finally(() => this.#underWay.delete(sending)).catch(() => undefined);
    return text;
  }

  /** Ana writes to a phone in the chat, if there is one; Telegram keeps it until the daemon took it. `answer`: to its last text. */
  say(phone: string, answer = false): void {
    const text = `out-${this.#id}-${this.expected.mails.length}`;
    if (!this.chat) return;
    this.expected.mails.push({ id: text, to: [phone], text, fails: false });
    this.chat.write(phone, text, answer);
  }

  /** A phone texts a SIM. */
  async text(from: string, device: DeviceName, port: number): Promise<void> {
    const text = `in-${this.#id}-${this.expected.texts.length}`;
    this.expected.texts.push(text);
    await this.devices.order({ do: "text", from, to: { device, port }, text });
  }

  /** Resolves when the daemon has had its first look into every inbox: what comes from now on is new. */
  async listening(): Promise<void> {
    const inboxes = [...settingsOf(load(this.#config)).gateways.values()].map(({ inbox }) => inbox);
    await this.until("a first look into every inbox", async () => {
      const store = this.#look();
      if (!store) return false;
      const cursors = await Promise.all(inboxes.map((inbox) => store.cursor(inbox)));
      await store.close();
      return cursors.every((cursor) => cursor !== undefined);
    });
  }

  /** Resolves when all mails are taken, nothing is open any more, and whatever was sent in has arrived; at the latest after a while. */
  async settled(): Promise<Count> {
    await this.until("all mails taken", () => Promise.resolve(this.#underWay.size === 0));
    const over = Date.now() + PATIENCE;
    while (Date.now() < over) {
      if ((this.chat?.taken ?? true) && (await this.open()) === 0) {
        const before = await this.#requests();
        await this.until("two more looks into the inboxes", async () => {
          const now = await this.#requests();
          return now.every((requests, index) => requests >= (before[index] ?? 0) + TWO_LOOKS);
        });
        const count = await this.count();
        if ((await this.open()) === 0 && count.lost.length === 0) return count;
      }
      await pause(LOOK);
    }
    const open = await this.open();
    if (open > 0)
      throw new Error(`${open} deliveries are still open after ${PATIENCE} ms\n${this.evidence()}`);
    return this.count();
  }

  /** Waits for mails to be taken by a daemon that is up. Rejects for one that was refused. */
  async taken(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Lost, doubled and told as of now. */
  async count(): Promise<Count> {
    const sent = await this.devices.sent();
    const left = sent.map(({ to, text }) => `${phoneKey(to)} ${text}`);
    const shown = this.chat?.shown() ?? null;
    return {
      ...tally(this.expected, left, this.post.read(), shown, this.chat?.refused()),
      resent: this.resent,
    };
  }

  /** Deliveries on disk that are not at their end yet. */
  async open(): Promise<number> {
    const store = this.#look();
    if (!store) return 0;
    try {
      const limit = 100_000;
      const moving = [];
      for (const state of ["queued", "sending", "unsure", "accepted"] as const)
        moving.push(...(await store.list({ state, limit })));
      // What the relay or Telegram took is at its end; a text that the gateway took is not.
      const people = ["email", "telegram"];
      const open = moving.filter(
        ({ delivery: { state, to } }) => state !== "accepted" || !people.includes(to.via),
      );
      return open.length + (await store.updates("telegram", limit)).length;
    } finally {
      await store.close();
    }
  }

  /** Resolves when `met` is; rejects after a while, with what the daemon logged last. */
  async until(what: string, met: () => Promise<boolean>): Promise<void> {
    const over = Date.now() + PATIENCE;
    while (!(await met())) {
      if (Date.now() > over) throw new Error(`not within ${PATIENCE} ms: ${what}\n${this.evidence()}`);
      await pause(LOOK);
    }
  }

  /** What all the daemons logged of texts that ended as "outcome unknown", one line for each step. */
  doubts(): readonly string[] {
    const ended = this.#doubts.filter((line) => line.includes("outcome unknown"));
    const ids = ended.map((line) => (JSON.parse(line) as { delivery: number }).delivery);
    return this.#doubts.filter((line) => ids.some((id) => line.includes(`"delivery":${id},`)));
  }

  /** What the daemon said last. */
  evidence(lines = 40): string {
    return [...(this.daemon?.log.slice(-lines) ?? []), this.daemon?.stderr ?? ""].join("\n");
  }

  /** Ends everything. `tidy` false: the store stays, to be looked at. */
  async close(tidy = true): Promise<void> {
    await this.daemon?.end("SIGKILL");
    await this.devices.stop();
    await this.post.stop();
    await this.chat?.stop();
    if (tidy) rmSync(this.folder, { recursive: true, force: true });
  }

  #requests(): Promise<readonly number[]> {
    return Promise.all(this.gateways.map((name) => this.devices.requests(name)));
  }

  #look() {
    try {
      return openSqlite(this.store, { readOnly: true });
    } catch {
      return undefined; // there is none yet
    }
  }
}
