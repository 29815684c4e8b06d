// Wiring only: the one file that knows every room. Starts them, reloads them, stops them.
import { hostname, uptime } from "node:os";
import { type Channels, channelsOf } from "./assembly/channels.ts";
import { gatewaysOf } from "./assembly/gateways.ts";
import { settingsOf } from "./assembly/settings.ts";
import { Bell } from "./bridge/bell.ts";
import { type Engine, startEngine } from "./bridge/engine.ts";
import type { FaultPoint, House } from "./bridge/house.ts";
import { People } from "./bridge/people.ts";
import { masked } from "./bridge/phone.ts";
import type { Store } from "./bridge/ports/store.ts";
import type { Clock } from "./bridge/ports/system.ts";
import { Station } from "./bridge/station.ts";
import { type Config, ConfigError, load } from "./config/load.ts";
import { createMeter, type Metrics } from "./http/metrics.ts";
import { type HttpServer, type Readiness, type Standing, startHttp } from "./http/server.ts";
import { systemClock } from "./operation/clock.ts";
import { createLog, type OperationLog } from "./operation/log.ts";
import { createNotify } from "./operation/notify.ts";
import { warnOfRelease } from "./operation/release.ts";
import { untilStopped } from "./operation/signals.ts";
import { inheritSockets, NO_SOCKETS, type Sockets } from "./operation/sockets.ts";
import { stores } from "./stores/index.ts";

interface StoreOptions {
  readonly took: (ok: boolean, ms: number) => void;
}

export interface DaemonOptions {
  readonly config: Config;
  /** Loopback gateways in the place of real ones: nothing is sent. */
  readonly dryRun?: boolean;
  readonly log?: OperationLog;
  readonly clock?: Clock;
  /** Opens the store; default: the config's. Tests make it fail. */
  readonly openStore?: (path: string, options: StoreOptions) => Store;
  /** Of this program, for the figures. */
  readonly version?: string;
  /** Takes over sockets that were opened for us; called once the store is ours. Default: there are none. */
  readonly inherit?: () => Promise<Sockets>;
  /** Called at named points of the pipeline: tests end the process there. */
  readonly fault?: (point: FaultPoint) => void;
}

export interface Daemon {
  /** Where mail is taken in, in the config's order. */
  readonly mail: readonly { readonly address: string; readonly port: number }[];
  /** Where health and metrics are, "address:port". */
  readonly http: string;
  /** Puts another config in force. Rejects, with the old one still in force, when it can't be. */
  reload(config: Config): Promise<void>;
  /** Whether it works as it should; what the watchdog wants to know. */
  sound(): boolean;
  stop(): Promise<void>;
}

/** All that a config change replaces. */
interface Running {
  readonly config: Config;
  readonly house: House;
  readonly channels: Channels;
  readonly engine: Engine;
}

/** Starts the daemon. Rejects with a clear Error when the store or an address can't be had. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { config, clock = systemClock, fault = () => {} } = options;
  const log = options.log ?? createLog({ ...config.log, mask: masked });
  const meter = createMeter({ version: options.version ?? "unknown" });
  const means = { clock, log, meter };
  for (const problem of config.warnings) log.warn("config", { problem });
  const openStore = options.openStore ?? stores[config.store.driver];
  // A dry run has a store of its own: texts that wait in the real one must not "leave" through gateways that send nothing.
  const path = options.dryRun ? `${config.store.path}.dry-run` : config.store.path;
  const store = openStore(path, { took: meter.committed });
  log.info("store opened", { path });
  meter.setStore({
    depth: () => store.depth(),
    waiting: () => store.waiting(),
    now: () => clock.now(),
    path,
  });
  const sockets = (await options.inherit?.()) ?? NO_SOCKETS;
  /** Sockets that belong to no `listen` (any more): nobody would answer there. */
  const tidy = (): void => {
    for (const at of sockets.release())
      log.warn("config", { problem: `nothing listens on the socket ${at}` });
  };

  // Whatever cut this machine's power may have cut the gateways', and they forget what they were given: so nothing is certain from before.
  const bootedAt = clock.now() - uptime() * 1_000;
  /** `before`: the house that this one takes over from; what it knew of the gateways' absences must not be forgotten. */
  const build = async (next: Config, before?: House): Promise<Running> => {
    const node = hostname();
    const random = Math.random;
    const channels = channelsOf(next, { ...means, store, node, random, fault, inherited: sockets.find });
    const gateways = gatewaysOf(next, means, options.dryRun ?? false);
    const stations = gateways.map((gateway) => {
      const station = new Station(gateway);
      station.lostAt = before?.stations.get(gateway.name)?.lostAt ?? bootedAt;
      return station;
    });
    const settings = settingsOf(next);
    const house: House = {
      store,
      ...means,
      settings,
      people: new People(settings.users, settings.routes, store),
      stations: new Map(stations.map((station) => [station.name, station])),
      channels: new Map(channels.all.map((channel) => [channel.name, channel])),
      troubled: new Set(),
      watchers: before?.watchers ?? new Set(),
      node,
      random,
      bell: new Bell(),
      fault,
    };
    return { config: next, house, channels, engine: await startEngine(house) };
  };

  let running: Running;
  try {
    running = await build(config);
  } catch (error) {
    await store.close();
    throw error;
  }
  let http: HttpServer;
  try {
    http = await startHttp({
      listen: config.http.listen,
      health: () =>
        running.engine.sound() ? { ok: true } : { ok: false, problem: "the outbox does not move any more" },
      ready: () => readiness(running.house, store),
      hook: (path) => {
        const { webhook } = running.channels.chat.find((chat) => chat.path === path)?.channel ?? {};
        return webhook
          ? (headers, body) => webhook.handle(headers.get("X-Telegram-Bot-Api-Secret-Token"), body)
          : undefined;
      },
      metrics: { contentType: meter.contentType, text: () => figures(running.house, meter) },
      log,
    });
  } catch (error) {
    await running.engine.stop();
    await store.close();
    throw error;
  }
  tidy();
  log.info("ready", {
    gateways: [...running.house.stations.keys()],
    channels: [...running.house.channels.keys()],
  });

  return {
    get mail() {
      return running.channels.mail.flatMap((channel) => [...channel.addresses]);
    },
    http: http.address,
    async reload(next) {
      const old = running;
      if (next.store.path !== old.config.store.path || next.http.listen !== old.config.http.listen) {
        throw new Error("store.path and http.listen take effect at a restart only");
      }
      await old.engine.stop();
      try {
        running = await build(next, old.house);
      } catch (error) {
        running = await build(old.config, old.house);
        throw error;
      }
      for (const name of old.house.stations.keys())
        if (!running.house.stations.has(name)) meter.setGateway(name, null);
      for (const name of old.house.channels.keys())
        if (!running.house.channels.has(name)) meter.setChannel(name, null);
      tidy();
      log.set(next.log);
    },
    sound: () => running.engine.sound(),
    async stop() {
      sockets.close();
      await running.engine.stop();
      await http.close();
      await store.close();
      log.info("stopped", {});
      await log.flush();
    },
  };
}

/** Ready: mail and gateways are being served; one that is down shows, and does not change that. */
async function readiness(house: House, store: Store): Promise<Readiness> {
  const storeUp = await store.probe().then(
    () => true,
    () => false,
  );
  const standing = (up: boolean): Standing => (up ? "up" : "down");
  return {
    ready: true,
    store: standing(storeUp),
    gateways: Object.fromEntries([...house.stations].map(([name, station]) => [name, standing(station.up)])),
    channels: Object.fromEntries(
      [...house.channels.keys()].map((name) => [name, standing(!house.troubled.has(name))]),
    ),
  };
}

/** The figures, with how gateways and channels stand at this moment. */
function figures(house: House, meter: Metrics): Promise<string> {
  for (const [name, station] of house.stations) {
    const ports = [...station.ports].map(([port, { info }]) => ({ port, up: info.registered }));
    meter.setGateway(name, station.up, ports);
  }
  for (const name of house.channels.keys()) meter.setChannel(name, !house.troubled.has(name));
  return meter.text();
}

/** Runs until a signal ends it; the exit code: 0, or 1 with a line on what could not be started. */
export async function runDaemon(
  file: string,
  options: { readonly dryRun?: boolean; readonly version?: string } = {},
): Promise<number> {
  const config = load(file);
  const log = createLog({ ...config.log, mask: masked });
  const notify = createNotify({ clock: systemClock });
  warnOfRelease(log);
  log.info("started", { pid: process.pid, node: process.version, config: config.file });
  const fault = faultFromEnvironment();
  const inherit = (): Promise<Sockets> => inheritSockets(process.env, process.pid);
  let daemon: Daemon;
  try {
    daemon = await startDaemon({ config, log, inherit, ...options, ...(fault ? { fault } : {}) });
  } catch (error) {
    log.error("stopped", { error });
    await log.flush();
    process.stderr.write(`simpost: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const over = new AbortController();
  await notify.ready(`serving on ${daemon.mail.map(({ address, port }) => `${address}:${port}`).join(", ")}`);
  const alive = notify.watchdog(() => daemon.sound(), over.signal);
  const code = await untilStopped({
    stop: async () => {
      void notify.stopping();
      over.abort();
      await daemon.stop();
    },
    reload: async () => {
      await notify.reloading();
      try {
        await daemon.reload(load(file));
        log.info("reloaded", { config: config.file });
      } catch (error) {
        const problems = error instanceof ConfigError ? error.problems : undefined;
        log.error("reload refused", { problems, error: problems ? undefined : error });
      }
      await notify.ready();
    },
    log,
    clock: systemClock,
  });
  await alive;
  return code;
}

/** `SIMPOST_KILL=POINT:N` ends the process, as `kill -9` would, when it comes to that point for the Nth time: for crash tests only. */
function faultFromEnvironment(): ((point: FaultPoint) => void) | undefined {
  const [point, count = "1"] = (process.env.SIMPOST_KILL ?? "").split(":");
  if (!point) return undefined;
  let left = Number(count);
  return (reached) => {
    if (reached !== point) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
}
