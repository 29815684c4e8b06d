// A simulated Synway SMG ("Wireless Gateway API", v1.8): twelve events over real HTTP, in the dialect it is told to speak.
import { type IncomingSms, Phones, type Station } from "../phones.ts";
import { Timers } from "../timers.ts";
import { basic } from "./auth.ts";
import { DeviceClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import { Modem } from "./modem.ts";
import { Shell } from "./shell.ts";
import type { RequestRecord } from "./shell-options.ts";
import { type BoxRecord, SynwayBoxes } from "./synway-boxes.ts";
import * as check from "./synway-checks.ts";
import type { SynwayOptions, SynwayPort } from "./synway-options.ts";
import { SynwayTasks } from "./synway-tasks.ts";
import { SynwayUssd, type UssdFile } from "./synway-ussd.ts";

export type { SynwayOptions } from "./synway-options.ts";

/** What tests and the demo hold in hand. */
export interface SimulatedSynway {
  readonly name: string;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly phones: Phones;
  readonly faults: Faults;
  readonly clock: DeviceClock;
  /** Queue and air: `hold`, `finish`, `sendTime`, `waiting`, `deepest`. */
  readonly modem: Modem;
  readonly requests: readonly RequestRecord[];
  readonly requestCount: number;
  readonly connectionCount: number;
  /** Most requests that were under way at once, waiting ones included. */
  readonly mostConcurrent: number;
  readonly inbox: readonly BoxRecord[];
  readonly outbox: readonly BoxRecord[];
  readonly ussdFiles: readonly UssdFile[];
  /** Most texts that ever waited at once. */
  readonly queued: number;
  forgetRequests(): void;
  /** Changes what is in a port, counted as for texts. */
  setPort(port: number, change: SynwayPort): void;
  setAnswerDelay(ms: number): void;
  wipeInbox(): void;
  /** Power cut: forgets tasks, receipts and USSD, restarts task ids, breaks all connections, stays away for `downtime` milliseconds. Boxes are kept or wiped. */
  reboot(options?: { readonly downtime?: number; readonly inbox?: "keep" | "wipe" }): Promise<void>;
  /** Off the net (connections refused), nothing forgotten, texts go on leaving; and back. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  stop(): Promise<void>;
}

const TASK = "/API/TaskHandle";
const QUERY = "/API/QueryInfo";

/** Which door each event uses (sections 2.1 to 2.3). */
const DOORS: Readonly<Record<string, string>> = {
  getportinfo: QUERY,
  getportconnectstate: QUERY,
  getwirelessinfo: QUERY,
  txsms: TASK,
  querytxsms: QUERY,
  queryrxsms: QUERY,
  newqueryrxsms: QUERY,
  querysxsms: QUERY,
  deletesms: TASK,
  querytxsmsrpt: QUERY,
  txussd: TASK,
  rxussd: QUERY,
  deleteussd: TASK,
};

/** Newer firmware: one address per function, same bodies. */
const ALIASES: Readonly<Record<string, string>> = {
  txsms: "/API/SendSMS",
  querytxsms: "/API/QueryTxSMS",
  queryrxsms: "/API/QueryRxSMS",
  getportinfo: "/API/QueryPortInfo",
};

/** Types of getwirelessinfo (section 2.1.3). */
const WIRELESS = { iccid: "iccid", imei: "imei", imsi: "imsi", phoneno: "number" } as const;
type WirelessType = keyof typeof WIRELESS;
const isWireless = (type: string): type is WirelessType => Object.hasOwn(WIRELESS, type);

const defaultPort = (index: number): SynwayPort => ({
  number: `+49152000000${String(index).padStart(2, "0")}`,
  type: "GSM",
  imei: `8630700170051${String(index).padStart(2, "0")}`,
  imsi: `2620265298022${String(index).padStart(2, "0")}`,
  iccid: `898600581115512264${String(index).padStart(2, "0")}`,
});

/** Starts a device on 127.0.0.1. */
export async function startSynway(options: SynwayOptions = {}): Promise<SimulatedSynway> {
  const name = options.name ?? "synway";
  const phones = options.phones ?? new Phones();
  const base = options.portBase ?? 1;
  const given = options.ports ?? 8;
  const slots: SynwayPort[] =
    typeof given === "number" ? Array.from({ length: given }, (_, index) => defaultPort(index)) : [...given];
  const ports = slots.map((_, index) => index + base);
  const username = options.username ?? "ApiUserAdmin";
  const password = options.password ?? "secret";
  const gatekeeper = basic({
    username,
    password,
    realm: "SMG",
    banAfter: Number.POSITIVE_INFINITY,
    banFor: 0,
    nonceLifetime: 0,
    nonceUses: 0,
  });

  const sim = (port: number): SynwayPort => slots[port - base] ?? {};
  const connected = (slot: SynwayPort): boolean => [1, 5].includes(slot.connect ?? 1);
  const ready = (port: number): boolean => ports.includes(port) && connected(sim(port));
  const radio = new Timers();
  const clock = new DeviceClock(options.timezone ?? "UTC", options.skew ?? 0, options.now);
  const sims = { ready, numberOf: (port: number) => sim(port).number ?? "" };
  const modem = new Modem(name, phones, sims, radio, options.sendTime ?? 0);
  const boxes = new SynwayBoxes(options, clock);
  const tasks = new SynwayTasks(options, modem, boxes, radio, { ports, ready, sim });
  const ussd = new SynwayUssd(options, modem, clock, radio, ready);
  let powered = true;

  const station: Station = {
    name,
    portOf: (number) => ports.find((port) => sim(port).number === number),
    receive(port: number, sms: IncomingSms) {
      if (!powered || !ready(port)) return false;
      boxes.receive(port, sim(port), sms);
      return true;
    },
  };

  const wireless = (parameters: check.Parameters): string => {
    const type = check.required(parameters, "type").trim().toLowerCase();
    const first = options.wirelessBase ?? 0;
    const all = slots.map((_, index) => index + first);
    const asked = check.integers(parameters, "port") ?? all;
    check.refuseUnless(
      asked.every((port) => all.includes(port)),
      "port error",
    );
    if (type === "porttype" && options.portTypes !== "each") return `PortType:${slots[0]?.type ?? "GSM"}`;
    check.refuseUnless(type === "porttype" || isWireless(type), "type error");
    const value = (slot: SynwayPort = {}): string =>
      isWireless(type) ? (slot[WIRELESS[type]] ?? "") : (slot.type ?? "GSM");
    return asked.map((port) => `${port}:${value(slots[port - first])}.`).join("");
  };

  const run = (event: string, parameters: check.Parameters): string => {
    const total = `total:${slots.length};`;
    switch (event) {
      case "getportinfo":
        return `${total}portstate:${slots.map((slot) => slot.state ?? (connected(slot) ? 0 : 11)).join(",")};`;
      case "getportconnectstate":
        return `${total}ConnectState:${slots.map((slot) => slot.connect ?? 1).join(",")}.`;
      case "getwirelessinfo":
        return wireless(parameters);
      case "txsms":
        return tasks.send(parameters);
      case "querytxsms":
        return tasks.query(parameters);
      case "queryrxsms":
        return boxes.queryInbox(parameters, false);
      case "newqueryrxsms":
        check.refuseUnless(options.newInbox === true, "unknown event");
        return boxes.queryInbox(parameters, true);
      case "querysxsms":
        check.refuseUnless((options.outbox ?? "querysxsms") === "querysxsms", "unknown event");
        return boxes.queryOutbox(parameters);
      case "deletesms":
        return boxes.delete(parameters);
      case "querytxsmsrpt":
        return tasks.queryReceipt(parameters);
      case "txussd":
        return ussd.send(parameters);
      case "rxussd":
        return ussd.query(parameters);
      case "deleteussd":
        return ussd.delete(parameters);
      default:
        throw new check.Refusal("unknown event");
    }
  };

  const answer = (result: string, content: string): string => {
    if ((options.json ?? "raw") === "proper") return JSON.stringify({ result, content });
    const written = options.json === "none" ? content : content.replaceAll(/["\\]/g, "\\$&");
    return `{"result":"${result}","content":"${written}"}`;
  };

  const shell = new Shell({
    port: options.port,
    keepRequests: options.keepRequests ?? 10_000,
    answerDelay: options.answerDelay ?? 0,
    serial: options.serial ?? true,
    dropsEmptyPost: false,
    gatekeeper,
    name: (_path, body) => eventOf(body),
    handle(event, { path, method, body }) {
      const alias = options.aliases === true && Object.values(ALIASES).includes(path);
      if (method !== "POST" || !(path === TASK || path === QUERY || alias)) return null;
      try {
        const parameters = check.parameters(body);
        check.refuseUnless(path === (alias ? ALIASES[event] : DOORS[event]), "unknown event");
        return answer(options.ok ?? "ok", run(event, parameters));
      } catch (error) {
        return answer("error", error instanceof check.Refusal ? error.message : "other error");
      }
    },
  });
  await shell.up();
  phones.attach(station);

  return {
    name,
    phones,
    clock,
    modem,
    username,
    password,
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
    get inbox() {
      return boxes.inbox;
    },
    get outbox() {
      return boxes.outbox;
    },
    get ussdFiles() {
      return ussd.files;
    },
    get queued() {
      return modem.deepest;
    },
    forgetRequests: () => shell.forgetRequests(),
    setPort(port, change) {
      slots[port - base] = { ...sim(port), ...change };
      modem.wake();
      phones.attach(station);
    },
    setAnswerDelay(ms) {
      shell.answerDelay = ms;
    },
    wipeInbox: () => boxes.wipeInbox(),
    async reboot({ downtime = 0, inbox = "keep" } = {}) {
      powered = false;
      modem.reset();
      tasks.reset();
      ussd.reset();
      if (inbox === "wipe") boxes.wipe();
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

/** The event that a body names, whatever the case of the parameter's name. */
function eventOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const entry = Object.entries(body).find(([key]) => key.toLowerCase() === "event");
  return typeof entry?.[1] === "string" ? entry[1] : undefined;
}
