// A console to visit: real store, control room and HTTP listener; a clock that stands, passwords that need no second to check.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openControl } from "../../src/bridge/control.ts";
import type { Job } from "../../src/bridge/ports/archive.ts";
import type { Channel } from "../../src/bridge/ports/channel.ts";
import type { Control } from "../../src/bridge/ports/control.ts";
import type { Store } from "../../src/bridge/ports/store.ts";
import { Station } from "../../src/bridge/station.ts";
import { type ConsoleOptions, type ConsoleUser, createConsole } from "../../src/console/index.ts";
import { loopback } from "../../src/gateways/loopback/index.ts";
import { type HttpServer, startHttp } from "../../src/http/server.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import type { FakeClock } from "../support/clock.ts";
import { port } from "../support/deliveries.ts";
import { gatewayOptions } from "../support/gateway.ts";
import { house, settings, type TestHouse } from "../support/house.ts";
import { Visitor } from "./visitor.ts";

const mailbox: Channel = {
  name: "email",
  concurrency: 1,
  async start() {},
  async stop() {},
  send: async () => ({ ref: null }),
};

const person = (name: string) => {
  const party = { via: "email", address: `${name}@example.org` };
  const send = { allow: ["+49*", "112"], deny: ["+49900*"], perDay: null, gateways: null };
  return { name, parties: [party], reach: [party], send, validity: null, language: null };
};

/** The password of `name` is `NAMEs secret`. */
const consoleUser = (
  name: string,
  role: ConsoleUser["role"],
  more: Partial<ConsoleUser> = {},
): ConsoleUser => ({
  name,
  addresses: [`${name}@example.org`],
  password: `hash of ${name}s secret`,
  role,
  language: null,
  ...more,
});

export class Stand {
  readonly store: Store;
  readonly house: TestHouse;
  readonly control: Control;
  /** Who may sign in; to be changed. */
  readonly users = new Map<string, ConsoleUser>([
    ["ana", consoleUser("ana", "user")],
    ["ben", consoleUser("ben", "user")],
    ["olga", consoleUser("olga", "operator")],
    ["adam", consoleUser("adam", "admin")],
  ]);
  readonly stopping = new AbortController();
  /** Hashes that passwords were checked against. */
  readonly checked: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "simpost-console-"));
  #http: HttpServer | undefined;
  #heard = 0;

  constructor() {
    this.store = openSqlite(join(this.#folder, "simpost.db"), { clock: () => this.house.clock.now() });
    const { clock, log } = house(this.store);
    const station = new Station(loopback(gatewayOptions({ name: "office", clock, log })));
    station.learn([port({ port: 0 }), port({ port: 1 })]);
    const users = ["ana", "ben", "olga", "adam"].map((name) => [name, person(name)] as const);
    const ports = new Map([[1, { label: "sales", number: null }]]);
    this.house = house(this.store, {
      settings: settings({
        users: new Map(users),
        gateways: new Map([
          ["office", { inbox: "office", numbers: "e164", poll: 500, onUnknown: "fail", importAge: 0, ports }],
        ]),
      }),
      stations: new Map([["office", station]]),
      channels: new Map([["email", mailbox]]),
    });
    this.control = openControl(this.house);
  }

  get clock(): FakeClock {
    return this.house.clock;
  }

  async open(more: Partial<ConsoleOptions> = {}): Promise<this> {
    const site = createConsole({
      control: () => this.control,
      users: () => this.users,
      verify: async (hash, password) => {
        this.checked.push(hash);
        return hash === `hash of ${password}`;
      },
      region: () => "DE",
      language: () => "en",
      clock: this.clock,
      log: this.house.log,
      stopping: this.stopping.signal,
      ...more,
    });
    this.#http = await startHttp({
      listen: "127.0.0.1:0",
      health: () => ({ ok: true }),
      ready: () => ({ ready: true, store: "up", gateways: {}, channels: {} }),
      metrics: { contentType: "text/plain", text: async () => "" },
      site,
      log: this.house.log,
    });
    return this;
  }

  get url(): string {
    return `http://${this.#http?.address ?? ""}`;
  }

  visitor(headers: Readonly<Record<string, string>> = {}): Visitor {
    return new Visitor(this.url, headers);
  }

  /** Somebody who is signed in. */
  async as(name: string): Promise<Visitor> {
    const visitor = this.visitor();
    await visitor.signIn(name);
    return visitor;
  }

  /** `user` writes to a phone; the message's id. */
  async write(user: string, to: string, text: string): Promise<string> {
    return (await this.control.send({ user, to: [to], text })).id;
  }

  /** A phone writes, and `users` are given it; its thread. */
  async hear(phone: string, text: string, users: readonly string[]): Promise<number> {
    const lane = { gateway: "office", port: 1 };
    this.#heard += 1;
    const now = this.clock.now();
    const [accepted] = await this.store.receive({
      gateway: "office",
      cursor: `${this.#heard}`,
      scan: null,
      now,
      texts: [
        {
          print: `${this.#heard}`,
          entry: {
            message: {
              id: `in${this.#heard}x${now.toString(36)}`,
              at: now,
              from: { via: "office", address: phone },
              user: null,
              text,
              ref: null,
              origin: {},
              notice: null,
            },
            deliveries: users.map((name) => ({
              thread: { way: "in", phone, lane, since: 0 },
              to: { via: "email", address: `${name}@example.org` },
              text,
              parts: 0,
              priority: 1,
              expires: now + 86_400_000,
              deadline: null,
              pool: "email",
              line: "",
              lane: null,
              once: null,
              notify: [],
            })),
          },
        },
      ],
    });
    return accepted?.deliveries[0]?.thread ?? 0;
  }

  /** All deliveries of a message. */
  async jobs(message: string): Promise<readonly Job[]> {
    const found = await this.control.story({ user: null, role: "admin" }, message);
    return found?.jobs ?? [];
  }

  /** The text could not be sent. */
  async fail(message: string, error: string): Promise<void> {
    for (const { delivery } of await this.jobs(message)) {
      await this.store.claim({
        pools: [
          { pool: "*", max: 10 },
          { pool: "office:1", max: 10 },
          { pool: "office", max: 10 },
        ],
        limit: 10,
        run: 1,
        now: this.clock.now(),
        gateway: "office",
        node: "test",
        lease: this.clock.now() + 60_000,
      });
      await this.store.report([{ id: delivery.id, change: { state: "failed", error } }]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopping.abort();
    await this.#http?.close();
    await this.store.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** `await using` closes it. */
export const openStand = (more: Partial<ConsoleOptions> = {}): Promise<Stand> => new Stand().open(more);
