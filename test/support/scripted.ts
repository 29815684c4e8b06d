// A server that says what it is told to say, line by line: for what no real relay can be made to do.
import { createServer, type Socket } from "node:net";

/** What to do with a line of the client: answer, `HANG_UP`, or say nothing. */
export type Reply = string | null;
export const HANG_UP = "(hangs up)";

export interface Scripted {
  readonly port: number;
  /** What the clients wrote, the lines of mails included. */
  readonly heard: string[];
  /** How many clients came. */
  readonly clients: number;
  stop(): Promise<void>;
}

/** `reply` sees each line; "GREETING" is asked for when a client comes, "." is the end of a mail, the lines of mails are not asked about. */
export async function startScripted(reply: (line: string, client: number) => Reply): Promise<Scripted> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  let clients = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    clients += 1;
    const client = clients;
    let rest = "";
    let inMail = false;
    const say = (line: string): void => {
      const answer = reply(line, client);
      if (answer === HANG_UP) socket.destroy();
      else if (answer !== null) socket.write(`${answer}\r\n`);
      if (line === "DATA" && answer?.startsWith("354")) inMail = true;
    };
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      rest += chunk.toString("latin1");
      const lines = rest.split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        heard.push(line);
        if (inMail && line !== ".") continue;
        inMail = false;
        say(line);
      }
    });
    say("GREETING");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    heard,
    get clients() {
      return clients;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** What a plain server says. */
export function politely(line: string): Reply {
  if (line === "GREETING") return "220 relay ESMTP";
  if (line.startsWith("EHLO") || line.startsWith("LHLO")) return "250-relay\r\n250 ENHANCEDSTATUSCODES";
  if (line === "DATA") return "354 go on";
  if (line === "QUIT") return "221 bye";
  return "250 2.0.0 ok";
}
