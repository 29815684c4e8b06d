// The sockets that mail comes in through, and how many may stand in them: strangers are counted, those on trusted networks are not.
import { once } from "node:events";
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import type { Log } from "../../bridge/ports/system.ts";
import { client, plainAddress } from "./networks.ts";
import type { Inherited } from "./options.ts";

export interface DoorLimits {
  /** Strangers at once, over all listeners. */
  readonly strangers: number;
  /** Of these, from one address (IPv6: one /64). */
  readonly perClient: number;
}

/** How long a refused client has to read why. */
const LINGER = 2_000;

/** Counts strangers. One for all listeners. */
export class Crowd {
  readonly #limits: DoorLimits;
  readonly #here = new Map<string, number>();
  #total = 0;

  constructor(limits: DoorLimits) {
    this.#limits = limits;
  }

  /** Lets a stranger in until its socket closes; false: there are too many. */
  enter(socket: Socket): boolean {
    const key = client(socket.remoteAddress ?? "");
    const here = this.#here.get(key) ?? 0;
    if (this.#total >= this.#limits.strangers || here >= this.#limits.perClient) return false;
    this.#total += 1;
    this.#here.set(key, here + 1);
    socket.once("close", () => {
      this.#total -= 1;
      const left = (this.#here.get(key) ?? 1) - 1;
      if (left > 0) this.#here.set(key, left);
      else this.#here.delete(key);
    });
    return true;
  }
}

export interface DoorOptions {
  readonly address: string;
  readonly port: number;
  /** A socket that is open already, to be served in the place of an own one. */
  readonly inherited: Inherited | undefined;
  /** TLS from the first byte, with this certificate (PEM). */
  readonly implicit: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** Milliseconds for a TLS handshake. */
  readonly handshake: number;
  readonly crowd: Crowd;
  trusted(address: string): boolean;
  serve(socket: Socket | TLSSocket, trusted: boolean): void;
  readonly log: Log;
}

export interface Door {
  readonly at: AddressInfo;
  /** Takes no new connections; those that stand in it stay. */
  close(): void;
}

/** Opens a listener. Rejects when it can't (address in use). */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { crowd, log, implicit } = options;
  const tls = implicit
    ? createTlsServer({ ...implicit, minVersion: "TLSv1.2", handshakeTimeout: options.handshake })
    : null;
  tls?.on("secureConnection", (socket) => options.serve(socket, options.trusted(socket.remoteAddress ?? "")));
  tls?.on("tlsClientError", (_error, socket) => socket.destroy());
  const meet = (socket: Socket): void => {
    // until the protocol has the socket, an error on it is nobody's
    socket.on("error", () => socket.destroy());
    const trusted = options.trusted(socket.remoteAddress ?? "");
    if (!trusted && !crowd.enter(socket)) {
      log.warn("connection refused", { client: plainAddress(socket.remoteAddress) });
      if (tls) socket.destroy();
      else socket.end("421 4.7.0 Too many connections, please try again later\r\n");
      socket.resume();
      const gone = setTimeout(() => socket.destroy(), LINGER);
      socket.once("close", () => clearTimeout(gone));
      return;
    }
    if (tls) tls.emit("connection", socket);
    else options.serve(socket, trusted);
  };
  if (options.inherited) return { at: options.inherited.at, close: options.inherited.serve(meet) };
  const server: Server = createNetServer({ noDelay: true }, meet);
  server.listen({ host: options.address, port: options.port, backlog: 1024 });
  await once(server, "listening");
  server.on("error", (error) => log.error("channel failing", { error }));
  const at = server.address();
  if (at === null || typeof at === "string") throw new Error("the listener has no address");
  return { at, close: () => void server.close() };
}
