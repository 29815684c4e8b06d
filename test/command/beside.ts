// Commands beside a real daemon: a whole house, and what it takes to run one command line against it.
import { join } from "node:path";
import { clientConfig } from "../../src/assembly/client.ts";
import { connect } from "../../src/command/client.ts";
import { type ClientCommandName, clientCommand } from "../../src/command/client-commands.ts";
import type { ClientConfig, ClientMeans } from "../../src/command/client-means.ts";
import { load } from "../../src/config/load.ts";
import { systemClock } from "../../src/operation/clock.ts";
import { openSqlite } from "../../src/stores/sqlite/store.ts";
import type { Rig } from "../support/rig.ts";
import { line, screen } from "./setup.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Around {
  /** What is typed; with it, there is a terminal. */
  readonly typed?: readonly string[];
  /** Is given what Ctrl-C calls. */
  readonly interrupt?: (stop: () => void) => void;
  /** Standard error is a terminal. */
  readonly drawn?: boolean;
}

/** Runs a command line against the rig's daemon, or where it was. Throws what the command throws. */
export function beside(rig: Rig, argv: readonly string[], around: Around = {}): Promise<Ran> {
  const store = join(rig.folder, "simpost.db");
  return ran(argv, around, {
    config: clientConfig(load(join(rig.folder, "simpost.yaml"))),
    connect: () => connect({ listen: addressOf(rig), store }),
    openStore: async () => openSqlite(store, { readOnly: true }),
  });
}

/** Runs a command line that should not get as far as to ask anybody. */
export function alone(argv: readonly string[], config: Partial<ClientConfig> = {}): Promise<Ran> {
  const ana = { name: "ana", role: "user", addresses: [], perDay: null, sends: true } as const;
  const asked = (): never => {
    throw new Error("the daemon was asked");
  };
  return ran(
    argv,
    {},
    {
      config: { file: "simpost.yaml", users: [ana], gateways: ["dinstar"], patience: 1_000, ...config },
      connect: asked,
      openStore: asked,
    },
  );
}

async function ran(
  argv: readonly string[],
  { typed, interrupt, drawn = false }: Around,
  means: Pick<ClientMeans, "config" | "connect" | "openStore">,
): Promise<Ran> {
  const { io, out, err } = screen(typed ?? [], typed !== undefined);
  Object.assign(io.stderr, { isTTY: drawn });
  const parsed = line(...argv);
  const code = await clientCommand(parsed.command as ClientCommandName, parsed, {
    ...means,
    io,
    clock: systemClock,
    onInterrupt(stop) {
      interrupt?.(stop);
      return () => {};
    },
  });
  return { code, out: out(), err: err() };
}

const known = new WeakMap<Rig, string>();

/** Where the rig's daemon answers; once it is stopped, where it did. */
function addressOf(rig: Rig): string {
  const address = known.get(rig) ?? rig.daemon.http;
  known.set(rig, address);
  return address;
}

/** JSON lines. */
export const records = <T>({ out }: Ran): readonly T[] =>
  out
    .split("\n")
    .filter((json) => json !== "")
    .map((json) => JSON.parse(json) as T);
