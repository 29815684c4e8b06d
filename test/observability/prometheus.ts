// The real Prometheus as a process of its own, on loopback, with its data in a folder that goes with it.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";

/** Debian: the package prometheus. */
const PROMETHEUS = "prometheus";
export const PROMTOOL = "promtool";

/** Whether they are installed. */
export const installed = [PROMETHEUS, PROMTOOL].every((name) => spawnSync(name, ["--version"]).status === 0);

const answer = z.object({ status: z.literal("success"), data: z.unknown() });
const vector = z.object({
  result: z.array(
    z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
  ),
});
const targets = z.object({
  activeTargets: z.array(z.object({ health: z.string(), lastError: z.string() })),
});
const rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({ name: z.string(), query: z.string(), health: z.string(), state: z.string() }),
      ),
    }),
  ),
});

export type Rule = z.infer<typeof rules>["groups"][number]["rules"][number];

export class Prometheus implements AsyncDisposable {
  readonly #url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.#url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** Scrapes `target` ("address:port") twice a second as job simpost, with these rules. */
  static async start(target: string, ruleFile: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), "simpost-prometheus-"));
    const config = {
      global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
      rule_files: [ruleFile],
      scrape_configs: [{ job_name: "simpost", static_configs: [{ targets: [target] }] }],
    };
    const file = join(folder, "prometheus.yml");
    writeFileSync(file, JSON.stringify(config));
    const child = spawn(
      PROMETHEUS,
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        "--web.listen-address=127.0.0.1:0",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const said: string[] = [];
    let url: string | undefined;
    for await (const line of createInterface({ input: child.stderr })) {
      said.push(line);
      const address = /msg="Listening on" address=(\S+)/.exec(line)?.[1];
      if (address !== undefined) url = `http://${address}`;
      if (line.includes("ready to receive web requests")) break;
    }
    // What it says from now on is read, so that it never waits for a reader.
    child.stderr.resume();
    const prometheus = new Prometheus(url ?? "", child, folder);
    if (url === undefined) {
      await prometheus[Symbol.asyncDispose]();
      throw new Error(`prometheus did not start:\n${said.join("\n")}`);
    }
    return prometheus;
  }

  async query(expr: string): Promise<z.infer<typeof vector>["result"]> {
    return vector.parse(await this.#ask("query", { query: expr })).result;
  }

  async targets(): Promise<z.infer<typeof targets>["activeTargets"]> {
    return targets.parse(await this.#ask("targets", {})).activeTargets;
  }

  async rules(): Promise<readonly Rule[]> {
    return rules.parse(await this.#ask("rules", {})).groups.flatMap((group) => group.rules);
  }

  async #ask(what: string, query: Readonly<Record<string, string>>): Promise<unknown> {
    const reply = await fetch(`${this.#url}/api/v1/${what}?${new URLSearchParams(query).toString()}`);
    const body: unknown = await reply.json();
    if (!reply.ok) throw new Error(`${query.query ?? what}: ${JSON.stringify(body)}`);
    return answer.parse(body).data;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const gone = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
