// Sockets that somebody else opened for us: systemd's socket activation, the protocol of sd_listen_fds(3).
import { once } from "node:events";
import { type AddressInfo, createServer, isIPv6, type Server, type Socket } from "node:net";

/** The first file descriptor that is handed over (SD_LISTEN_FDS_START). */
const FIRST = 3;
/** Connections that may wait in the system for us. */
const BACKLOG = 1024;

/** A listening socket that was open before we started, and stays open after we end. */
export interface Inherited {
  readonly at: AddressInfo;
  /** Gives connections to `meet`, those that came while nobody served too. What it returns ends that: who comes later waits for the next to serve. */
  serve(meet: (socket: Socket) => void): () => void;
}

export interface Sockets {
  /** The one that is bound to this address and port, unless it is being served; undefined: there is none. */
  readonly find: (address: string, port: number) => Inherited | undefined;
  /** Lets go of those that nobody serves: whoever connects to them waits in the system. What they are, for the operator. */
  release(): readonly string[];
  /** Takes no more connections: who comes from now on waits in the system for the next process. */
  close(): void;
}

export const NO_SOCKETS: Sockets = { find: () => undefined, release: () => [], close: () => {} };

/**
 * Takes over what LISTEN_FDS names, if LISTEN_PID says that it is meant for this process. Never rejects: what is no TCP socket is left alone
 * and named by the first `release`.
 */
export async function inheritSockets(env: NodeJS.ProcessEnv, pid: number): Promise<Sockets> {
  const count = env.LISTEN_PID === String(pid) ? Number(env.LISTEN_FDS) : 0;
  if (!Number.isInteger(count) || count < 1) return NO_SOCKETS;
  const names = (env.LISTEN_FDNAMES ?? "").split(":");
  const foreign: string[] = [];
  const held: Held[] = [];
  for (let index = 0; index < count; index++) {
    const socket = await hold(FIRST + index);
    if (socket) held.push(socket);
    else foreign.push(names[index] || `file descriptor ${FIRST + index}`);
  }
  return {
    find(address, port) {
      const free = held.filter((socket) => socket.isFree && socket.at.port === port);
      const wanted = canonical(address);
      const exact = free.find(({ at }) => canonical(at.address) === wanted);
      // systemd's `ListenStream=25` is the IPv6 wildcard, and takes IPv4 too.
      return (
        exact ?? (wanted === "0.0.0.0" ? free.find(({ at }) => canonical(at.address) === "::") : undefined)
      );
    },
    release() {
      const unused = held.filter(({ isFree }) => isFree);
      for (const socket of unused) {
        socket.close();
        held.splice(held.indexOf(socket), 1);
      }
      return [...foreign.splice(0), ...unused.map(({ at }) => `${at.address}, port ${at.port}`)];
    },
    close() {
      for (const socket of held.splice(0)) socket.close();
    },
  };
}

/** One way to write an IP address. */
const canonical = (address: string): string =>
  isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;

interface Held extends Inherited {
  /** Nobody serves it. */
  readonly isFree: boolean;
  close(): void;
}

/** null: this is no listening TCP socket. */
async function hold(fd: number): Promise<Held | null> {
  const waiting = new Set<Socket>();
  let meet: ((socket: Socket) => void) | null = null;
  const server: Server = createServer({ noDelay: true }, (socket) => {
    if (meet) return meet(socket);
    waiting.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => waiting.delete(socket));
  });
  try {
    server.listen({ fd, backlog: BACKLOG });
    await once(server, "listening");
  } catch {
    return null;
  }
  // A connection that could not be accepted (no more files) is the client's to try again.
  server.on("error", () => {});
  const at = server.address();
  if (at === null || typeof at === "string") {
    server.close();
    return null;
  }
  return {
    at,
    get isFree() {
      return meet === null;
    },
    serve(next) {
      meet = next;
      for (const socket of [...waiting]) {
        waiting.delete(socket);
        next(socket);
      }
      return () => {
        if (meet === next) meet = null;
      };
    },
    close() {
      meet = null;
      server.close();
      for (const socket of waiting) socket.destroy();
    },
  };
}
