// smtp-server as the simulated relay wants it: greets at once, and knows its sockets.
import type { Socket } from "node:net";
import { SMTPServer } from "smtp-server";

/** smtp-server without its pause for early talkers: everyone here is on the same machine. */
export class PromptServer extends SMTPServer {
  readonly sockets = new Map<number, Socket>();

  override connect(socket: Socket): void {
    const port = socket.remotePort ?? 0;
    this.sockets.set(port, socket);
    socket.once("close", () => this.sockets.delete(port));
    super.connect(socket);
    const connection = [...this.connections].at(-1);
    if (!connection) return;
    const ready = connection.connectionReady.bind(connection);
    connection.connectionReady = () => undefined;
    ready();
  }
}
