// Reads a config file, and says of all that is wrong where it stands and what to do.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { contradictions, doubts } from "./checks.ts";
import { SETTLE, SLOW_TIMEOUT, USUAL_TIMEOUT } from "./gateways.ts";
import { type ChannelConfig, configSchema, type GatewayConfig, type Parsed } from "./schema.ts";
import { createPlace, reason } from "./secrets.ts";
import { type Path, type Problem, readSource, type Source } from "./source.ts";
import { words } from "./words.ts";

/** One person of a route, or one mailbox or chat. */
export type Target = string | { readonly via: string; readonly address: string };

/**
 * A config that is whole and sound. Durations are milliseconds, sizes bytes; secrets are their values, paths absolute; `import` is the age in
 * milliseconds (0: none, Infinity: all).
 */
export interface Config extends Omit<Parsed, "gateways" | "channels" | "routes"> {
  /** The file that it was read from, absolute. */
  readonly file: string;
  /** What is allowed and yet worth a look, as `file:line:column: …`. */
  readonly warnings: readonly string[];
  /** All of them, those with `enabled: false` too. `timeout` is what holds for this one. */
  readonly gateways: ReadonlyMap<string, GatewayConfig & { readonly timeout: number }>;
  /** `hostname` of mail channels is never undefined. */
  readonly channels: ReadonlyMap<string, ChannelConfig>;
  /** A target is a user's name, or a party. */
  readonly routes: readonly (Omit<Parsed["routes"][number], "to"> & { readonly to: readonly Target[] })[];
}

/** All that is wrong with a config, in the order of the file. `message` has a line for each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  /** `file:line:column: what is wrong and what to do`. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Reads and checks a config file, and the secrets that it names. Throws ConfigError. */
export function load(file: string, env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const source = readSource(readText(file));
  const sorted = (problems: readonly Problem[]): string[] =>
    problems
      .map((problem) => ({ ...problem, ...source.where(problem.path) }))
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map(({ path, line, column, message }) => `${file}:${line}:${column}: ${label(path)}${message}`);
  if (source.problems.length > 0) {
    throw new ConfigError(
      source.problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`),
    );
  }
  const schema = configSchema(createPlace(dirname(resolve(file)), env));
  const read = schema.safeParse(whole(source), { error: words, reportInput: false });
  if (!read.success) throw new ConfigError(sorted(read.error.issues.flatMap(problemsOf)));
  const wrong = contradictions(read.data);
  if (wrong.length > 0) throw new ConfigError(sorted(wrong));
  return finish(resolve(file), read.data, sorted(doubts(read.data)));
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError([`${file}: can't be read: ${reason(error)}`]);
  }
}

/** An empty file is an empty config: then the message says what is missing. */
const whole = ({ data }: Source): unknown => data ?? {};

/** zod's issues as ours: each unknown key has its own place and its own line of the message. */
function problemsOf(issue: z.core.$ZodIssue): readonly Problem[] {
  if (issue.code === "unrecognized_keys") {
    const messages = issue.message.split("\n");
    return issue.keys.map((key, index) => ({
      path: [...issue.path, key],
      message: messages[index] ?? "unknown key",
    }));
  }
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path: issue.path, message }));
  return [{ path: issue.path, message: issue.message }];
}

/** `gateways.office.poll: `, `routes[0].to[1]: `. */
function label(path: Path): string {
  const spelled = path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${String(step)}`))
    .join("");
  return spelled === "" ? "" : `${spelled}: `;
}

function finish(file: string, parsed: Parsed, warnings: readonly string[]): Config {
  const timeout = (gateway: GatewayConfig): number =>
    gateway.timeout ?? parsed.timing.timeout ?? (gateway.driver === "synway" ? SLOW_TIMEOUT : USUAL_TIMEOUT);
  // Absence must be provable before the time to find out about it is over.
  const settle = Math.min(SETTLE, parsed.timing.unknown / 2);
  const whole = (gateway: GatewayConfig): GatewayConfig & { readonly timeout: number } =>
    gateway.driver === "synway"
      ? { ...gateway, settle: gateway.settle ?? Math.round(settle), timeout: timeout(gateway) }
      : { ...gateway, timeout: timeout(gateway) };
  return {
    ...parsed,
    file,
    warnings,
    gateways: new Map([...parsed.gateways].map(([name, gateway]) => [name, whole(gateway)])),
    channels: new Map(
      [...parsed.channels].map(([name, channel]) => [
        name,
        channel.driver === "email" ? { ...channel, hostname: channel.hostname ?? parsed.domain } : channel,
      ]),
    ),
    routes: parsed.routes.map((route) => ({ ...route, to: route.to.map(target) })),
  };
}

function target(written: string): Target {
  const colon = written.indexOf(":");
  return colon < 0 ? written : { via: written.slice(0, colon), address: written.slice(colon + 1) };
}
