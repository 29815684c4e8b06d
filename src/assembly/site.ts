// What the HTTP listener serves besides its own: the API under /api/, the console everywhere else.
import type { Api } from "../api/index.ts";
import { localKeyFile, makeLocalKey } from "../api/key.ts";
import { openControl } from "../bridge/control.ts";
import type { House } from "../bridge/house.ts";
import type { Control } from "../bridge/ports/control.ts";
import { verify } from "../config/hash.ts";
import type { Config } from "../config/load.ts";
import type { Console, Finding } from "../console/index.ts";

export interface SiteMeans {
  /** Config and house in force now: a reload brings others. */
  readonly config: () => Config;
  readonly house: () => House;
  /** Where the store lies; beside it the key of the command line. */
  readonly path: string;
  readonly version: string;
  /** Tries everything for real, for the page of the settings. Left out: there is no doctor. */
  readonly doctor?: Doctor;
  /** Aborted when the daemon stops. */
  readonly stopping: AbortSignal;
}

/** Examines the house that a config describes. Never rejects. */
export type Doctor = (config: Config) => Promise<readonly Finding[]>;

/** Answers one request; `peer`: the client's address. */
export type Site = (request: Request, peer: string) => Promise<Response>;

/** Throws Error when the key of the command line can't be written. */
export function siteOf({ config, house, path, version, doctor, stopping }: SiteMeans): Site {
  const { store, clock, log } = house();
  let of: { readonly house: House; readonly control: Control } | undefined;
  const control = (): Control => {
    const now = house();
    if (of?.house !== now) of = { house: now, control: openControl(now) };
    return of.control;
  };
  const region = (): string | undefined => config().region;
  const common = { control, region, clock, log, stopping };
  const localKey = makeLocalKey(localKeyFile(path));
  // Loaded when somebody asks: a daemon that nobody looks at needs less memory.
  const makeApi = async (): Promise<Api> =>
    (await import("../api/index.ts")).createApi({
      ...common,
      users: () => apiUsers(config(), house()),
      sentBy: (user, now) => store.sentBy(user, now),
      ledger: store,
      localKey,
      version,
    });
  const makeConsole = async (): Promise<Console> => {
    const { createConsole, settingsRoom } = await import("../console/index.ts");
    const { maskedText } = await import("../config/masked.ts");
    const settings = settingsRoom({
      file: () => config().file,
      sections: () => maskedText(config()),
      warnings: () => config().warnings,
      ...(doctor ? { doctor: () => doctor(config()) } : {}),
    });
    return createConsole({
      ...common,
      users: () => consoleUsers(config()),
      verify,
      language: () => config().language,
      rooms: [settings],
    });
  };
  let api: Promise<Api> | undefined;
  let pages: Promise<Console> | undefined;
  return async (request, peer) => {
    if (new URL(request.url).pathname.startsWith("/api/")) {
      api ??= makeApi();
      return (await api)(request, peer);
    }
    pages ??= makeConsole();
    return (await pages)(request, peer);
  };
}

const apiUsers = (config: Config, { people }: House) =>
  new Map(
    [...config.users].map(([name, { role }]) => {
      const user = people.users.get(name);
      const perDay = user?.send?.perDay ?? null;
      return [name, { name, role, addresses: user?.parties ?? [], perDay }];
    }),
  );

const consoleUsers = (config: Config) =>
  new Map(
    [...config.users].map(([name, { role, email, password, language }]) => [
      name,
      { name, role, addresses: email, password: password ?? null, language: language ?? null },
    ]),
  );
