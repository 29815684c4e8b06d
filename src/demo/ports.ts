// Ports for the demo: the ones in the documentation when they are free, else any.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";

const isTaken = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");

/** Starts something on the preferred port, or on a free one when that is taken. Rejects as `start` does otherwise. */
export async function startOn<T>(preferred: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(preferred);
  } catch (error) {
    if (!isTaken(error)) throw error;
    return start(0);
  }
}

/** For another process: as many different ports of 127.0.0.1, all free a moment ago; 0 prefers none. */
export async function freePorts(preferred: readonly number[]): Promise<readonly number[]> {
  const servers: Server[] = [];
  try {
    for (const port of preferred) servers.push(await startOn(port, listen));
    return servers.map((server) => (server.address() as AddressInfo).port);
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}
