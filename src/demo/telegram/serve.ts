// The simulated Telegram as a process of its own, that outlives whatever talks to it: node serve.ts --token 1:x --port 0 --control 0
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { type BotApi, createBotApi } from "./botapi.ts";
import { obey, show } from "./control.ts";

const HELP = `node serve.ts [--token TOKEN] [--port PORT] [--control PORT] [options]     (PORT 0: any free one)
  --topics       topics in private chats
  --username NAME   of the bot (default simpost_bot)
  --quiet        no line for each message of the bot
Prints {"event":"ready",…} once it listens, then {"event":"message",…} for each message that the bot sent.
POST /ORDER takes an order of control.ts (person, group, say, press, fault, down, …), GET /seen, /calls and /stats show (?chat=ID, ?since=N, ?method=NAME).`;

const { values } = parseArgs({
  options: {
    token: { type: "string", default: "123456:demo" },
    port: { type: "string", default: "0" },
    control: { type: "string", default: "0" },
    username: { type: "string", default: "simpost_bot" },
    topics: { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

if (values.help) process.stdout.write(`${HELP}\n`);
else await serve();

async function serve(): Promise<void> {
  const { token, username, topics } = values;
  const api = await createBotApi({ token, username, has_topics_enabled: topics, port: Number(values.port) });
  if (!values.quiet) api.onBotMessage((post) => say({ event: "message", ...post.toJSON() }));
  const control = createServer((request, response) => {
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    };
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      answer(api, request, Buffer.concat(chunks).toString("utf8")).then(
        (result) => reply(200, result),
        (error: unknown) => reply(400, { error: error instanceof Error ? error.message : "unknown" }),
      );
    });
  });
  await new Promise<void>((resolve) => control.listen(Number(values.control), "127.0.0.1", resolve));
  const { port } = control.address() as AddressInfo;
  say({ event: "ready", url: api.url, control: `http://127.0.0.1:${port}` });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));
}

async function answer(api: BotApi, { method, url = "/" }: IncomingMessage, text: string): Promise<unknown> {
  const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
  const name = pathname.slice(1);
  if (method === "GET") return show(api, name, searchParams);
  return obey(api, name, text === "" ? {} : (JSON.parse(text) as object));
}
