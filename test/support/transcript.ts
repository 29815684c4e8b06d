// Plays an SMTP conversation written as a transcript: `C:` lines are sent, `S:` lines are what the server must answer; `*` there is any run of characters.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** One client. */
export class Conversation {
  readonly replies: string[] = [];
  socket: Socket | TLSSocket;
  #pending = "";
  #lines: string[] = [];
  #wake: () => void = () => undefined;
  #ended = false;

  constructor(socket: Socket | TLSSocket) {
    this.socket = socket;
    this.listen(socket);
  }

  /** Reads from `socket` from now on. */
  listen(socket: Socket | TLSSocket): void {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#pending += chunk.toString("utf8");
      const lines = this.#pending.split("\r\n");
      this.#pending = lines.pop() ?? "";
      this.#lines.push(...lines);
      this.#wake();
    });
    const end = () => {
      this.#ended = true;
      this.#wake();
    };
    socket.on("end", end);
    socket.on("close", end);
    socket.on("error", end);
  }

  send(line: string): void {
    this.socket.write(`${line}\r\n`);
  }

  /** The next whole reply, its lines joined by newlines; "" when the server has hung up. */
  async reply(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const line = this.#lines.shift();
      if (line === undefined) {
        if (this.#ended) return lines.join("\n");
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      lines.push(line);
      if (line.charAt(3) !== "-") {
        const reply = lines.join("\n");
        this.replies.push(reply);
        return reply;
      }
    }
  }

  /** Plays `script`; throws at the first answer that differs. Blank lines and lines of other kinds are comments. */
  async play(script: string): Promise<this> {
    for (const raw of script.split("\n")) {
      const line = raw.trimStart();
      if (line.startsWith("C:")) this.send(line.slice(3));
      if (!line.startsWith("S:")) continue;
      const expected = line.slice(3).trim();
      const got = await this.reply();
      const last = got.split("\n").at(-1) ?? "";
      const pattern = expected.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      if (!new RegExp(`^${pattern.join(".*")}$`).test(last))
        throw new Error(`expected ${expected}\n     got ${got || "(closed)"}`);
    }
    return this;
  }

  /** Resolves when the server has closed. */
  async closed(): Promise<void> {
    while (!this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Connects to a port of this machine. `from`: the local address to come from. */
export async function dial(port: number, from = "127.0.0.1"): Promise<Conversation> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from });
  const conversation = new Conversation(socket);
  await once(socket, "connect");
  return conversation;
}
