// In the place of systemd: a process that opens sockets, keeps them, and starts the daemon with them as often as it is told (sd_listen_fds(3)).
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** Not Node: a Node that listens accepts, too. Each line on its input is a start; it says where it listens, and when the daemon ended. */
const KEEPER = `
import json, os, socket, subprocess, sys
addresses = json.loads(sys.argv[1])
sockets = [socket.create_server((a, 0), family=socket.AF_INET6, dualstack_ipv6=True) if ":" in a else socket.create_server((a, 0)) for a in addresses]
spare = [os.dup(s.fileno()) for s in sockets]
for s in sockets: s.close()
high = [os.dup2(fd, 100 + i) for i, fd in enumerate(spare)]
for i, fd in enumerate(high): os.dup2(fd, 3 + i, inheritable=True)
ports = [socket.socket(fileno=os.dup(fd)).getsockname()[1] for fd in high]
print(json.dumps({"event": "kept", "ports": ports}), flush=True)
start = 'LISTEN_PID=$$ LISTEN_FDS=%d LISTEN_FDNAMES=%s exec "$@"' % (len(ports), ":".join("smtp" for _ in ports))
for line in sys.stdin:
    child = subprocess.Popen(["sh", "-c", start, "sh"] + sys.argv[2:], stdin=subprocess.DEVNULL, close_fds=False)
    print(json.dumps({"event": "begun", "pid": child.pid}), flush=True)
    print(json.dumps({"event": "ended", "code": child.wait()}), flush=True)
`;

/** A line of the daemon's log, or of the keeper. */
export interface KeptLine {
  readonly event: string;
  readonly ports?: readonly number[];
  readonly pid?: number;
  readonly code?: number;
  readonly port?: number;
  readonly problem?: string;
}

export class Activation {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: KeptLine[] = [];
  readonly #waiting = new Set<() => void>();
  #stderr = "";
  /** Of #lines, those that `next` has passed. */
  #passed = 0;
  #ended = false;
  #pid = 0;

  /** `addresses`: what to listen on, each at a free port. `config`: the daemon's config file. */
  constructor(addresses: readonly string[], config: string) {
    const args = ["-c", KEEPER, JSON.stringify(addresses), process.execPath, MAIN, "run", "-c", config];
    this.#child = spawn("python3", args, { stdio: "pipe" });
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString("utf8");
    });
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      this.#lines.push(JSON.parse(line) as KeptLine);
      this.#wake();
    });
    this.#child.once("close", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The ports, as the addresses. */
  async ports(): Promise<readonly number[]> {
    return (await this.next("kept")).ports ?? [];
  }

  /** Starts the daemon, without waiting for it. */
  async start(): Promise<void> {
    this.#child.stdin.write("start\n");
    this.#pid = (await this.next("begun")).pid ?? 0;
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.#pid, name);
  }

  /** The next line of this event, after those that were asked for before. */
  async next(event: string): Promise<KeptLine> {
    for (;;) {
      const line = this.#lines[this.#passed];
      if (line) {
        this.#passed += 1;
        if (line.event === event) return line;
      } else if (this.#ended) throw new Error(`it ended without "${event}": ${this.#stderr}`);
      else
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            this.#waiting.delete(wake);
            resolve();
          };
          this.#waiting.add(wake);
        });
    }
  }

  /** Ends the daemon, if it runs, and the keeper. */
  async close(): Promise<void> {
    if (this.#ended) return;
    const closed = new Promise((resolve) => this.#child.once("close", resolve));
    const isRunning = this.#lines.filter(({ event }) => event === "begun").length;
    if (isRunning > this.#lines.filter(({ event }) => event === "ended").length) this.signal("SIGKILL");
    this.#child.stdin.end();
    await closed;
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
