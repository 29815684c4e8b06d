#!/usr/bin/env node
// The command line: parses, calls, prints. What a command needs is loaded when it is called.
import { existsSync } from "node:fs";
import { assetText } from "./assets.ts";
import type { ClientMeans } from "./command/client-means.ts";
import { EXIT, type Io, printed, say, Usage } from "./command/io.ts";
import { type Line, parse } from "./command/parse.ts";
import type { Config } from "./config/load.ts";

/** Where the config is looked for without `-c`. */
const PLACES = ["./simpost.yaml", "/etc/simpost/simpost.yaml"];

/** Runs one command line (without the program's name); resolves with the exit code: 0 done, 1 failed, 2 bad usage or config, 3 no daemon answers. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const parsed = parse(argv);
    if (parsed.kind === "line") return await call(parsed, io);
    io.stdout.write(parsed.kind === "help" ? parsed.text : `simpost ${version()}\n`);
    return EXIT.ok;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    // A config's problems are lines of their own: file:line:column: what is wrong.
    say(io.stderr, name === "ConfigError" ? message : `simpost: ${message}`);
    if (name === "Away") return EXIT.away;
    return name === "ConfigError" || error instanceof Usage ? EXIT.usage : EXIT.failed;
  }
}

async function call(line: Line, io: Io): Promise<number> {
  switch (line.command) {
    case "demo": {
      const { demo } = await import("./demo/main.ts");
      return demo(io);
    }
    case "run": {
      const demo = process.env.SIMPOST_DEMO_FOLDER;
      if (demo) (await import("./demo/leash.ts")).leash(demo);
      const { runDaemon } = await import("./daemon/run.ts");
      return runDaemon(fileOf(line), {
        dryRun: line.has("dry-run"),
        version: version(),
        doctor: async (config) => (await import("./main/setup.ts")).examined(config),
      });
    }
    case "check": {
      const config = await load(line);
      for (const warning of config.warnings) say(io.stderr, `${warning} (a warning)`);
      say(io.stdout, `${config.file}: sound`);
      return EXIT.ok;
    }
    case "init":
      return (await import("./main/setup.ts")).init(line, io);
    case "doctor":
      return (await import("./main/setup.ts")).doctor(line, fileOf(line), io);
    case "send":
      return send(line, io);
    case "messages":
      return messages(line, io);
    case "gateway":
      return gateway(line, io);
    case "invite":
      return invite(line, io);
    case "backup":
    case "restore":
      return copying(line, io);
    case "completion": {
      const { completionCommand } = await import("./command/completion.ts");
      return completionCommand(line, io);
    }
    case "status":
    case "queue":
    case "retry":
    case "cancel":
    case "pause":
    case "resume":
    case "ports":
    case "ussd":
    case "users":
    case "token": {
      const { clientCommand } = await import("./command/client-commands.ts");
      return clientCommand(line.command, line, await clientMeans(line, io));
    }
    case "hash": {
      const { hashCommand } = await import("./command/hash.ts");
      const { hash } = await import("./config/hash.ts");
      return hashCommand(io, hash);
    }
  }
}

async function send(line: Line, io: Io): Promise<number> {
  const config = await load(line);
  const [door] = [...config.channels.values()].flatMap((channel) =>
    channel.driver === "email" ? channel.listen : [],
  );
  if (!door) throw new Usage(`send: ${config.file} has no mail channel that listens`);
  const users = [...config.users.values()];
  const from = line.text("from") ?? users.find(({ send, email }) => send && email.length > 0)?.email[0];
  if (from === undefined)
    throw new Usage(`send: no user of ${config.file} may send by mail: say --from ADDRESS`);
  const [number = "", text = ""] = line.positionals;
  const { sendCommand } = await import("./command/send.ts");
  return sendCommand({ door, domain: config.domain, from, number, text }, io);
}

async function messages(line: Line, io: Io): Promise<number> {
  const config = await load(line);
  const { messagesCommand } = await import("./command/messages.ts");
  const { stores } = await import("./stores/index.ts");
  const store = stores[config.store.driver](config.store.path, { readOnly: true });
  try {
    return await messagesCommand(line, store, await canonical(config), io);
  } finally {
    await store.close();
  }
}

async function gateway(line: Line, io: Io): Promise<number> {
  const config = await load(line);
  const { gatewayOf } = await import("./assembly/gateways.ts");
  const { gatewayCommand } = await import("./command/gateway.ts");
  const { systemClock: clock } = await import("./operation/clock.ts");
  const silent = { info() {}, warn() {}, error() {} };
  const [name = ""] = line.positionals;
  if (!config.gateways.has(name)) {
    throw new Usage(
      `gateway: ${config.file} has no gateway "${name}", only: ${[...config.gateways.keys()].join(", ")}`,
    );
  }
  const device = gatewayOf(config, name, { clock, log: silent });
  try {
    const { signal } = new AbortController();
    const patience = config.timing.ussd;
    return await gatewayCommand(line, {
      gateway: device,
      clock,
      canonical: await canonical(config),
      patience,
      signal,
      io,
    });
  } finally {
    await device.close();
  }
}

async function invite(line: Line, io: Io): Promise<number> {
  const config = await load(line);
  const { inviteCommand, readInvited } = await import("./command/invite.ts");
  const { botName } = await import("./command/invite-bot.ts");
  const { invitationOf } = await import("./assembly/invite.ts");
  const bots = new Map(
    [...config.channels].flatMap(([name, channel]) =>
      channel.driver === "telegram" ? [[name, channel] as const] : [],
    ),
  );
  const users = [...config.users.keys()];
  const { user, channel, bot } = readInvited(line, { file: config.file, users, bots });
  const means = {
    user,
    channel,
    botName: () => botName({ key: `channels.${channel}`, token: bot.token, apiRoot: bot.apiRoot }),
    invitation: () => invitationOf(bot.token, user, Date.now()),
  };
  return inviteCommand(line, means, io);
}

async function copying(line: Line, io: Io): Promise<number> {
  const { store } = await load(line);
  const { backupCommand } = await import("./command/backup.ts");
  const { restoreCommand } = await import("./command/restore.ts");
  const { copies } = await import("./stores/index.ts");
  const over = new AbortController();
  const interrupt = (): void => over.abort(new Error("interrupted: nothing was changed"));
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.once(signal, interrupt);
  const means = { copies: copies[store.driver], path: store.path, signal: over.signal };
  try {
    if (line.command === "backup") return await backupCommand(line, means, io);
    return await restoreCommand(line, { ...means, now: Date.now() }, io);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/** What the commands beside the daemon work with. */
async function clientMeans(line: Line, io: Io): Promise<ClientMeans> {
  const config = await load(line);
  const { connect } = await import("./command/client.ts");
  const { clientConfig } = await import("./assembly/client.ts");
  const { systemClock: clock } = await import("./operation/clock.ts");
  const { stores } = await import("./stores/index.ts");
  const { path, driver } = config.store;
  return {
    io,
    clock,
    config: clientConfig(config),
    connect: () => connect({ listen: config.http.listen, store: path }),
    openStore: async () => stores[driver](path, { readOnly: true }),
    onInterrupt(stop) {
      process.once("SIGINT", stop);
      return () => process.off("SIGINT", stop);
    },
  };
}

/** A phone as people write it, in the form that is stored; names and the like as they are. */
async function canonical({ region }: Config): Promise<(number: string) => string> {
  const { readRecipient } = await import("./bridge/phone.ts");
  return (number) => {
    try {
      return readRecipient(number, region).phone;
    } catch {
      return number;
    }
  };
}

async function load(line: Line): Promise<Config> {
  return (await import("./config/load.ts")).load(fileOf(line));
}

function fileOf(line: Line): string {
  const file = line.text("config") ?? PLACES.find((place) => existsSync(place));
  if (file === undefined) throw new Usage(`there is no config: neither ${PLACES.join(" nor ")}; say -c FILE`);
  return file;
}

function version(): string {
  const { version } = JSON.parse(assetText("../package.json")) as { version: string };
  return version;
}

if (import.meta.main) {
  // `simpost messages | head`: a reader that has seen enough is no error.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const code = await run(process.argv.slice(2), process);
  await printed(process.stdout);
  await printed(process.stderr);
  process.exit(code);
}
