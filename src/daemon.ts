// Wiring only: the one file that knows every room. Starts them, reloads them, stops them.
import { hostname, uptime } from "node:os";
import { type Channels, channelsOf } from "./assembly/channels.ts";
import { gatewaysOf } from "./assembly/gateways.ts";
import { hookOf } from "./assembly/hooks.ts";
import { settingsOf } from "./assembly/settings.ts";
import { type Doctor, siteOf } from "./assembly/site.ts";
import { Bell } from "./bridge/bell.ts";
import { type Engine, startEngine } from "./bridge/engine.ts";
import type { FaultPoint, House } from "./bridge/house.ts";
import { People } from "./bridge/people.ts";
import { masked } from "./bridge/phone.ts";
import type { Store } from "./bridge/ports/store.ts";
import type { Clock } from "./bridge/ports/system.ts";
import { Station } from "./bridge/station.ts";
import type { Config } from "./config/load.ts";
import { figures, readiness } from "./daemon/standing.ts";
import { createMeter } from "./http/metrics.ts";
import { type HttpServer, startHttp } from "./http/server.ts";
import { systemClock } from "./operation/clock.ts";
import { createLog, type OperationLog } from "./operation/log.ts";
import { NO_SOCKETS, type Sockets } from "./operation/sockets.ts";
import { beside } from "./stores/index.ts";

interface StoreOptions {
  readonly clock: () => number;
  readonly took: (ok: boolean, ms: number) => void;
}

export interface DaemonOptions {
  readonly config: Config;
  /** Loopback gateways in the place of real ones: nothing is sent. */
  readonly dryRun?: boolean;
  readonly log?: OperationLog;
  readonly clock?: Clock;
  /** Opens the store; default: the config's. Tests make it fail. */
  readonly openStore?: (path: string, options: StoreOptions) => Store | Promise<Store>;
  /** Tries everything for real when an admin asks for it on the console. Default: it can't be asked for. */
  readonly doctor?: Doctor;
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
  /** False after a reload that could put neither the new config nor the old one in force: all that is left to do is to stop. */
  readonly serving: boolean;
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
  const { version = "unknown" } = options;
  const meter = createMeter({ version });
  const means = { clock, log, meter };
  for (const problem of config.warnings) log.warn("config", { problem });
  const openStore = options.openStore ?? beside[config.store.driver];
  // A dry run has a store of its own: texts that wait in the real one must not "leave" through gateways that send nothing.
  const path = options.dryRun ? `${config.store.path}.dry-run` : config.store.path;
  const store = await openStore(path, {
    clock: () => clock.now(),
    took: (ok, ms) => meter.committed(ok, ms),
  });
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
    const channels = await channelsOf(next, {
      ...means,
      store,
      node,
      random,
      fault,
      inherited: sockets.find,
    });
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

  let serving = true;
  let running: Running;
  try {
    running = await build(config);
  } catch (error) {
    await store.close();
    throw error;
  }
  const stopping = new AbortController();
  let http: HttpServer;
  try {
    const site = siteOf({
      config: () => running.config,
      house: () => running.house,
      path,
      version,
      ...(options.doctor ? { doctor: options.doctor } : {}),
      stopping: stopping.signal,
    });
    http = await startHttp({
      site,
      listen: config.http.listen,
      health: () =>
        running.engine.sound() ? { ok: true } : { ok: false, problem: "the outbox does not move any more" },
      ready: () => readiness(running.house, store),
      hook: (path) => hookOf(path, running.config, running.house, running.channels),
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
        serving = false;
        running = await build(old.config, old.house);
        serving = true;
        throw error;
      }
      for (const name of old.house.stations.keys())
        if (!running.house.stations.has(name)) meter.setGateway(name, null);
      for (const name of old.house.channels.keys())
        if (!running.house.channels.has(name)) meter.setChannel(name, null);
      tidy();
      log.set(next.log);
    },
    get serving() {
      return serving;
    },
    sound: () => running.engine.sound(),
    async stop() {
      stopping.abort();
      sockets.close();
      await running.engine.stop();
      await http.close();
      await store.close();
      log.info("stopped", {});
      await log.flush();
    },
  };
}
