// A small DNS server over UDP (RFC 1035) that knows what it is told: enough for a resolver that asks for A, AAAA, MX and TXT.
import { createSocket } from "node:dgram";
import { once } from "node:events";

/** By name: its records. "silent": no answer ever; "broken": SERVFAIL. */
export type Zone = Readonly<
  Record<
    string,
    | "silent"
    | "broken"
    | { readonly a?: readonly string[]; readonly mx?: readonly string[]; readonly txt?: readonly string[] }
  >
>;

const TYPES: Readonly<Record<number, "a" | "mx" | "txt">> = { 1: "a", 15: "mx", 16: "txt" };
const NXDOMAIN = 3;
const SERVFAIL = 2;

/** Listens on 127.0.0.1; `address`: as resolvers want it. */
export async function startDns(zone: Zone): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const socket = createSocket("udp4");
  socket.on("message", (query, { address, port }) => {
    const { name, type, end } = question(query);
    const entry = zone[name.toLowerCase()];
    if (entry === "silent") return;
    const known = TYPES[type];
    const records = typeof entry === "object" && known ? (entry[known] ?? []) : [];
    const code = entry === "broken" ? SERVFAIL : entry === undefined ? NXDOMAIN : 0;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    const answers = records.map((record) => answer(type, rdata(known ?? "a", record)));
    socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function question(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** The name is the question's (a pointer to byte 12); class IN; 60 s. */
function answer(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function rdata(type: "a" | "mx" | "txt", record: string): Buffer {
  if (type === "a") return Buffer.from(record.split(".").map(Number));
  if (type === "mx") return Buffer.concat([Buffer.from([0, 10]), encoded(record)]);
  // A text over 255 bytes comes in pieces.
  const pieces = record.match(/.{1,255}/gs) ?? [""];
  return Buffer.concat(pieces.flatMap((piece) => [Buffer.from([piece.length]), Buffer.from(piece)]));
}

const encoded = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split(".")
      .filter((label) => label !== "")
      .flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]),
    Buffer.from([0]),
  ]);
