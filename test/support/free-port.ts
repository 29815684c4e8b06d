// Ports for processes that must be told theirs.
import { once } from "node:events";
import { createServer } from "node:net";

/** Below what systems hand out by themselves (from 32768 on): between our look and the process nobody gets one by chance. */
const FIRST = 20_000;
const EACH = 100;
/** Every test process looks through a hundred of its own, as far as they go. */
const PROCESSES = 120;
let next = 0;

/** A TCP port of 127.0.0.1 that is free now, and another one each time. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < EACH; tries++) {
    const port = FIRST + (process.pid % PROCESSES) * EACH + (next++ % EACH);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
  throw new Error("no port is free");
}
