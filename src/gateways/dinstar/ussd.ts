// send_ussd and query_ussd_reply (sections 7 and 8).
import { SendError } from "../../bridge/errors.ts";
import type { Ussd, UssdDesk } from "../../bridge/ports/gateway.ts";
import type { Clock } from "../../bridge/ports/system.ts";
import type { Api } from "./api.ts";
import { refuse } from "./conditions.ts";
import { MAX_USSD_BYTES } from "./limits.ts";
import { int, rows, str } from "./parse.ts";

/**
 * An answer that equals the one which lay there before the code was sent is taken for new after this, milliseconds: a network answers within
 * 4 to 15 s, and the device gives no other sign.
 */
const STALE = 20_000;

const words = "The SIM can't send this code.";

/** For the flow, one port at a time, and for the command line, several in one request. They share what is known of stale answers. */
export function createUssd(api: Api, clock: Clock): { readonly one: Ussd; readonly several: UssdDesk } {
  /** What lay in each port when the last code was sent. */
  const before = new Map<number, string>();

  /** What lies in these ports; those with nothing are left out. */
  const read = async (ports: readonly number[], signal: AbortSignal): Promise<Map<number, string>> => {
    const which = encodeURIComponent(ports.join(","));
    const reply = await api.read(`/api/query_ussd_reply?port=${which}`, signal);
    const found = new Map<number, string>();
    for (const row of rows(reply.fields, "reply")) {
      const port = int(row.port);
      const text = str(row.text) ?? "";
      if (port === undefined || found.has(port) || !ports.includes(port)) continue;
      if (text.trim() !== "" && text.trim() !== "NULL") found.set(port, text);
    }
    return found;
  };

  const several: UssdDesk = {
    async send(ports, code, signal) {
      if (code.trim() === "" || Buffer.byteLength(code) > MAX_USSD_BYTES) {
        const message = `a USSD text has 1 to ${MAX_USSD_BYTES} bytes`;
        throw new SendError("permanent", message, { words: "The code is too long.", scope: "message" });
      }
      const stale = await read(ports, signal);
      for (const port of ports) {
        const text = stale.get(port);
        if (text === undefined) before.delete(port);
        else before.set(port, text);
      }
      const body = { port: ports, command: "send", text: code };
      const { code: answer, fields } = await api.order("/api/send_ussd", body, signal);
      if (answer === 400)
        throw new SendError("permanent", "send_ussd: not valid (400)", { words, scope: "message" });
      if (answer !== 202 && answer !== 200) {
        throw new SendError("unsure", `send_ussd: the gateway answers ${answer}`, { scope: "message" });
      }
      // The envelope says only that the request was read. One firmware writes the key with a colon.
      const answers = rows(fields, "result", "result:");
      return ports.map((port) => ({
        port,
        error: refusal(int(answers.find((one) => int(one.port) === port)?.status)),
      }));
    },

    async replies(ports, since, signal) {
      const found = await read(ports, signal);
      for (const [port, text] of found) {
        if (text === before.get(port) && clock.now() - since < STALE) found.delete(port);
        else before.delete(port);
      }
      return found;
    },

    async cancel(ports, signal) {
      // The status of a port does not matter: where there is no session there is none to end.
      await api.order("/api/send_ussd", { port: ports, command: "cancel", text: "" }, signal);
      for (const port of ports) before.delete(port);
    },

    async kept(ports, { since, until }, signal) {
      if (since !== undefined || until !== undefined)
        throw refuse("the gateway's USSD answers carry no time");
      const found = await read(ports, signal);
      return ports.map((port) => ({ port, reply: found.get(port) ?? null }));
    },
  };

  return {
    several,
    one: {
      async send(port, code, signal) {
        const [dialled] = await several.send([port], code, signal);
        if (dialled?.error) throw dialled.error;
      },
      reply: async (port, since, signal) => (await several.replies([port], since, signal)).get(port) ?? null,
      cancel: (port, signal) => several.cancel([port], signal),
    },
  };
}

/** Section 7.3, `status`. */
function refusal(status: number | undefined): SendError | null {
  if (status === 200) return null;
  if (status === 486) return new SendError("temporary", "the port is busy (486)", { scope: "message" });
  if (status === 503)
    return new SendError("permanent", "no USSD on this port (503)", { words, scope: "message" });
  return new SendError("unsure", `send_ussd: status ${status ?? "missing"}`, { scope: "message" });
}
