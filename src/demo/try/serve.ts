// The page "Try it": phones, a mailbox and a chat side by side, on 127.0.0.1, live by server-sent events.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { say } from "../chat.ts";
import type { Screen } from "../screen.ts";
import type { World } from "../world.ts";
import { page } from "./page.ts";
import { script } from "./script.ts";
import { watch } from "./state.ts";
import { style } from "./style.ts";

export interface TryPage {
  readonly url: string;
  /** simpost is there now: mails are taken on this port of 127.0.0.1, its console is at `console`. */
  connect(mailPort: number, console: string): void;
  close(): void;
}

/** How often it is looked whether there is anything new, milliseconds. */
const LOOK = 250;
/** Largest request, characters. */
const MOST = 50_000;

const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
} as const;

const text = z.string().trim().min(1).max(5_000);
const requests = {
  "/try/text": z.object({ number: z.string().regex(/^\+?\d{3,15}$/), text }),
  "/try/mail": z.object({
    to: z.string().min(3).max(300),
    subject: z.string().max(500),
    text: z.string().max(5_000),
    inReplyTo: z.string().max(1_000).optional(),
    references: z.array(z.string().max(1_000)).max(100).optional(),
  }),
  "/try/chat": z.object({ text, replyTo: z.int().optional() }),
  "/try/press": z.object({ post: z.int(), button: z.string() }),
};

/** Listens on 127.0.0.1. */
export async function openTry(port: number, world: World, screen: Screen): Promise<TryPage> {
  const stateNow = watch(world);
  const streams = new Map<ServerResponse, string>();
  let mailPort: number | undefined;
  let console = "";

  const timer = setInterval(() => {
    if (streams.size === 0) return;
    const now = JSON.stringify(stateNow());
    for (const [stream, shown] of streams) {
      if (shown === now) continue;
      stream.write(`data: ${now}\n\n`);
      streams.set(stream, now);
    }
  }, LOOK);

  const act = async (path: string, body: unknown): Promise<string> => {
    const { ana } = world.chat;
    switch (path) {
      case "/try/text": {
        const { number, text: words } = requests[path].parse(body);
        world.people.text(number, words);
        return "sent";
      }
      case "/try/mail": {
        if (mailPort === undefined) throw new Error("simpost is not there yet");
        const { inReplyTo, references, ...letter } = requests[path].parse(body);
        const thread = { ...(inReplyTo ? { inReplyTo } : {}), ...(references ? { references } : {}) };
        screen.step("ana", `mails ${letter.to}: "${letter.text}"`);
        const { answer } = await world.letters.send(mailPort, { ...letter, ...thread });
        return answer;
      }
      case "/try/chat": {
        const { text: words, replyTo } = requests[path].parse(body);
        const post = ana?.chat.messages.find(({ id }) => id === replyTo);
        say(world.chat, words, screen, post);
        return "sent";
      }
      default: {
        const { post: id, button } = requests["/try/press"].parse(body);
        const post = ana?.chat.messages.find((one) => one.id === id);
        if (!ana || !post) throw new Error("there is no such message");
        ana.presses(post, button);
        return "pressed";
      }
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path } = new URL(request.url ?? "/", "http://here");
    const put = (status: number, type: string, body: string): void => {
      response.writeHead(status, { ...HEADERS, "Content-Type": `${type}; charset=utf-8` }).end(body);
    };
    // Another site's page, or a name of its own that leads here, must not type on these phones.
    if (!isHere(request)) return put(403, "text/plain", "not from there\n");
    if (request.method === "POST" && path in requests) {
      const [status, words] = await act(path, JSON.parse(await read(request))).then(
        (said) => [200, said] as const,
        (error: unknown) => [422, error instanceof Error ? error.message : String(error)] as const,
      );
      return put(status, "text/plain", words);
    }
    if (request.method !== "GET") return put(405, "text/plain", "GET, or POST what the page posts\n");
    if (path === "/" || path === "/try") return put(200, "text/html", page(console));
    if (path === "/try/script.js") return put(200, "text/javascript", script);
    if (path === "/try/style.css") return put(200, "text/css", style);
    if (path === "/try/state") return put(200, "application/json", JSON.stringify(stateNow()));
    if (path !== "/try/events") return put(404, "text/plain", "not found\n");
    response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream; charset=utf-8" });
    response.on("close", () => streams.delete(response));
    streams.set(response, "");
  };

  const server: Server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400, HEADERS).end("this can't be read\n"));
  }).listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    clearInterval(timer);
    throw error;
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/try`,
    connect(there, at) {
      mailPort = there;
      console = at;
    },
    close() {
      clearInterval(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Asked for by its address, and what is posted comes from its own page (Fetch Metadata, else Origin). */
function isHere({ headers, method, socket }: IncomingMessage): boolean {
  const { host = "", origin } = headers;
  const own = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (!own.includes(host)) return false;
  if (method === "GET") return true;
  const site = headers["sec-fetch-site"];
  return site === undefined
    ? origin === undefined || own.some((one) => origin === `http://${one}`)
    : site === "same-origin";
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MOST) throw new Error("too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
