// A tiny HTTP door to the phones: GET /phones/NUMBER shows the screen of one, POST /phones/NUMBER lets it text the body.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { People } from "./people.ts";
import type { Phones } from "./phones.ts";

export interface Booth {
  readonly url: string;
  close(): void;
}

/** A text is short: more is not read. */
const MOST = 10_000;
const PLAIN = { "Content-Type": "text/plain; charset=utf-8" };

/** Listens on 127.0.0.1. */
export async function openBooth(port: number, phones: Phones, people: People): Promise<Booth> {
  const server: Server = createServer((request, response) => {
    answer(request, phones, people).then(
      ({ status, text }) => response.writeHead(status, PLAIN).end(text),
      () => response.writeHead(400, PLAIN).end("this can't be read\n"),
    );
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  phones: Phones,
  people: People,
): Promise<{ readonly status: number; readonly text: string }> {
  const number = /^\/phones\/(\+?\d{3,15})$/.exec(decodeURIComponent(request.url ?? ""))?.[1];
  if (number === undefined) return { status: 404, text: "GET or POST /phones/+491701234567\n" };
  if (request.method === "GET") {
    const lines = phones.to(number).map(({ ownNumber, text }) => `${ownNumber}: ${text}\n`);
    return { status: 200, text: lines.join("") || "no SMS yet\n" };
  }
  if (request.method !== "POST") return { status: 405, text: "GET or POST\n" };
  const text = (await read(request)).trim();
  if (text === "") return { status: 400, text: "nothing to text\n" };
  people.text(number, text);
  return { status: 200, text: "texted\n" };
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
