// A simulated Dinstar DWG2000 / UC2000 ("New API", v0.4): nine endpoints over real HTTP, with its login, habits and faults.
import { type IncomingSms, Phones, type Station } from "../phones.ts";
import { Timers } from "../timers.ts";
import { basic, digest, type LoginOptions } from "./auth.ts";
import { DeviceClock } from "./clock.ts";
import * as check from "./dinstar-checks.ts";
import { DinstarInbox, INBOX_CUT, type InboxRecord } from "./dinstar-inbox.ts";
import type { DinstarOptions, DinstarPort } from "./dinstar-options.ts";
import { DinstarOutbox } from "./dinstar-outbox.ts";
import type { ReportRecord, ResultRecord } from "./dinstar-records.ts";
import { DinstarUssd } from "./dinstar-ussd.ts";
import type { Faults } from "./faults.ts";
import { Modem } from "./modem.ts";
import { Shell } from "./shell.ts";
import type { Call, RequestRecord } from "./shell-options.ts";

export type { DinstarOptions } from "./dinstar-options.ts";

/** What tests and the demo hold in hand. */
export interface SimulatedDinstar {
  readonly name: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly phones: Phones;
  readonly faults: Faults;
  readonly clock: DeviceClock;
  /** Queue and air: `hold`, `finish`, `sendTime`, `waiting`, `deepest`. */
  readonly modem: Modem;
  /** USSD: `push` an answer, `log` of what was sent. */
  readonly ussd: DinstarUssd;
  readonly requests: readonly RequestRecord[];
  readonly requestCount: number;
  readonly connectionCount: number;
  readonly mostConcurrent: number;
  readonly results: readonly ResultRecord[];
  readonly reports: readonly ReportRecord[];
  readonly inbox: readonly InboxRecord[];
  readonly unread: number;
  /** Most texts that ever waited at once. */
  readonly queued: number;
  forgetRequests(): void;
  /** Changes what is in a port. */
  setPort(port: number, change: DinstarPort): void;
  setAnswerDelay(ms: number): void;
  /** Someone opened the inbox in the web page. */
  markRead(): void;
  wipeInbox(options?: { readonly restartIds?: boolean }): void;
  /**
   * Power cut: forgets queue, results, reports, sessions and logins, restarts task ids and references, breaks all connections, stays away
   * for `downtime` milliseconds (default 0). The inbox is kept, kept under new ids, or wiped (ids from 1).
   */
  reboot(options?: {
    readonly downtime?: number;
    readonly inbox?: "keep" | "renumber" | "wipe";
  }): Promise<void>;
  /** Off the net (connections refused), nothing forgotten, texts go on leaving; and back. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  stop(): Promise<void>;
}

/** Endpoint -> method (document sections 2 to 10). */
const ENDPOINTS: Readonly<Record<string, "GET" | "POST">> = {
  send_sms: "POST",
  query_sms_result: "POST",
  query_sms_deliver_status: "POST",
  query_sms_in_queue: "GET",
  query_incoming_sms: "GET",
  send_ussd: "POST",
  query_ussd_reply: "GET",
  stop_sms: "GET",
  get_port_info: "GET",
};

const INFO_TYPES = ["type", "imei", "imsi", "iccid", "smsc", "number", "reg"] as const;

const defaultPort = (index: number): DinstarPort => ({
  number: `+49151000000${String(index).padStart(2, "0")}`,
  type: "GSM",
  imei: `3589670429172${String(index).padStart(2, "0")}`,
  imsi: `2620165298022${String(index).padStart(2, "0")}`,
  iccid: `894901148404004281${String(index).padStart(2, "0")}`,
  smsc: "+491710760000",
});

/** Starts a device on 127.0.0.1. */
export async function startDinstar(options: DinstarOptions = {}): Promise<SimulatedDinstar> {
  const name = options.name ?? "dinstar";
  const phones = options.phones ?? new Phones();
  const given = options.ports ?? 8;
  const ports: DinstarPort[] =
    typeof given === "number" ? Array.from({ length: given }, (_, index) => defaultPort(index)) : [...given];
  const login: LoginOptions = {
    username: options.username ?? "admin",
    password: options.password ?? "secret",
    realm: "Web Server",
    banAfter: options.banAfter ?? Number.POSITIVE_INFINITY,
    banFor: options.banFor ?? 60_000,
    nonceLifetime: options.nonceLifetime ?? 300_000,
    nonceUses: options.nonceUses ?? Number.POSITIVE_INFINITY,
  };
  const gatekeeper = options.auth === "basic" ? basic(login) : digest(login);

  const ready = (port: number): boolean =>
    ports[port] !== undefined &&
    ["REGISTER_OK", "REGISTERED", "Mobile Registered"].includes(ports[port].reg ?? "REGISTER_OK");
  const radio = new Timers();
  const clock = new DeviceClock(options.timezone ?? "UTC", options.skew ?? 0, options.now);
  const sims = { ready, numberOf: (port: number) => ports[port]?.number ?? "" };
  const modem = new Modem(name, phones, sims, radio, options.sendTime ?? 0);
  const outbox = new DinstarOutbox(options, modem, clock, [...ports.keys()], ready);
  const inbox = new DinstarInbox(
    clock,
    options.inboxCut ?? INBOX_CUT,
    options.inboxCapacity ?? Number.POSITIVE_INFINITY,
  );
  const ussd = new DinstarUssd(options, modem, radio, ready);
  let powered = true;

  const station: Station = {
    name,
    portOf: (number) => {
      const port = ports.findIndex((sim) => sim.number !== undefined && sim.number === number);
      return port < 0 ? undefined : port;
    },
    receive(port: number, sms: IncomingSms) {
      if (!powered || !ready(port)) return false;
      inbox.add(port, sms);
      return true;
    },
  };

  const portInfo = (query: URLSearchParams): object => {
    const known = options.infoTypes ?? INFO_TYPES;
    const types = query.get("info_type")?.split(",") ?? [...known];
    if (options.strictInfo) check.refuseUnless(types.every((type) => known.includes(type)));
    const asked = check.portList(query.get("port")) ?? [...ports.keys()];
    const info = asked.flatMap((port) => {
      const sim = ports[port];
      if (!sim) return [];
      const all: Record<string, string> = {
        type: sim.type ?? "GSM",
        imei: sim.imei ?? "",
        imsi: sim.imsi ?? "",
        iccid: sim.iccid ?? "",
        smsc: sim.smsc ?? "",
        number: sim.shownNumber ?? "",
        reg: sim.reg ?? "REGISTER_OK",
      };
      const shown = INFO_TYPES.filter((type) => types.includes(type) && known.includes(type));
      return [{ port, ...Object.fromEntries(shown.map((type) => [type, all[type]])) }];
    });
    return { error_code: 200, info };
  };

  const run = (endpoint: string, { method, query, body }: Call): object => {
    check.refuseUnless(ENDPOINTS[endpoint] === method);
    const unknown = options.unknownFilters ?? [];
    check.refuseUnless(
      !unknown.some((key) => query.has(key) || (check.isFields(body) && body[key] !== undefined)),
    );
    switch (endpoint) {
      case "send_sms":
        return outbox.send(body);
      case "query_sms_result":
        return outbox.queryResults(body);
      case "query_sms_deliver_status":
        return outbox.queryReports(body);
      case "query_sms_in_queue":
        return outbox.queryQueue();
      case "query_incoming_sms":
        return inbox.query(query);
      case "send_ussd":
        return ussd.send(body);
      case "query_ussd_reply":
        return ussd.queryReply(query);
      case "stop_sms":
        return outbox.stop(query);
      default:
        return portInfo(query);
    }
  };

  const shell = new Shell({
    port: options.port,
    tls: options.tls,
    keepRequests: options.keepRequests ?? 10_000,
    answerDelay: options.answerDelay ?? 0,
    serial: false,
    dropsEmptyPost: true,
    gatekeeper,
    refuses: (request) => options.commaQuirk === true && /,[^&]*$/.test(request.url ?? ""),
    name: (path) => path.replace(/^\/api\//, ""),
    handle(endpoint, call) {
      if (!call.path.startsWith("/api/") || ENDPOINTS[endpoint] === undefined) return null;
      let answer: object;
      try {
        answer = run(endpoint, call);
      } catch (error) {
        answer = { error_code: error instanceof check.Refusal ? error.code : 500 };
      }
      return JSON.stringify(options.sn === undefined ? answer : { sn: options.sn, ...answer });
    },
  });
  await shell.up();
  phones.attach(station);

  return {
    name,
    phones,
    clock,
    modem,
    ussd,
    username: login.username,
    password: login.password,
    faults: shell.faults,
    get url() {
      return shell.url;
    },
    get requests() {
      return shell.requests;
    },
    get requestCount() {
      return shell.requestCount;
    },
    get connectionCount() {
      return shell.connectionCount;
    },
    get mostConcurrent() {
      return shell.mostConcurrent;
    },
    get results() {
      return outbox.results;
    },
    get reports() {
      return outbox.reports;
    },
    get inbox() {
      return inbox.records;
    },
    get unread() {
      return inbox.unread;
    },
    get queued() {
      return modem.deepest;
    },
    forgetRequests: () => shell.forgetRequests(),
    setPort(port, change) {
      ports[port] = { ...ports[port], ...change };
      modem.wake();
      phones.attach(station);
    },
    setAnswerDelay(ms) {
      shell.answerDelay = ms;
    },
    markRead: () => inbox.markRead(),
    wipeInbox: (how = {}) => inbox.wipe(how.restartIds ?? true),
    async reboot({ downtime = 0, inbox: fate = "keep" } = {}) {
      powered = false;
      modem.reset();
      outbox.reset();
      ussd.reset();
      gatekeeper.reset();
      if (fate === "wipe") inbox.wipe(true);
      if (fate === "renumber") inbox.renumber();
      if (downtime > 0) {
        await shell.down();
        await new Promise((resolve) => setTimeout(resolve, downtime));
        await shell.up();
      } else await shell.drop();
      powered = true;
      phones.attach(station);
    },
    unplug: () => shell.down(),
    plug: () => shell.up(),
    async stop() {
      powered = false;
      modem.reset();
      phones.detach(station);
      await shell.down();
    },
  };
}
