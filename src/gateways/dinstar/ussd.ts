// send_ussd and query_ussd_reply (sections 7 and 8).
import { SendError } from "../../bridge/errors.ts";
import type { Ussd } from "../../bridge/ports/gateway.ts";
import type { Clock } from "../../bridge/ports/system.ts";
import type { Api } from "./api.ts";
import { MAX_USSD_BYTES } from "./limits.ts";
import { int, rows, str } from "./parse.ts";

/**
 * An answer that equals the one which lay there before the code was sent is taken for new after this, milliseconds: a network answers within
 * 4 to 15 s, and the device gives no other sign.
 */
const STALE = 20_000;

const words = "The SIM can't send this code.";

export function createUssd(api: Api, clock: Clock): Ussd {
  /** What lay in each port when the last code was sent. */
  const before = new Map<number, string>();

  const read = async (port: number, signal: AbortSignal): Promise<string | null> => {
    const reply = await api.read(`/api/query_ussd_reply?port=${port}`, signal);
    const row = rows(reply.fields, "reply").find((one) => int(one.port) === port);
    const text = str(row?.text) ?? "";
    return text.trim() === "" || text.trim() === "NULL" ? null : text;
  };

  return {
    async send(port, code, signal) {
      if (code.trim() === "" || Buffer.byteLength(code) > MAX_USSD_BYTES) {
        const message = `a USSD text has 1 to ${MAX_USSD_BYTES} bytes`;
        throw new SendError("permanent", message, { words: "The code is too long.", scope: "message" });
      }
      const stale = await read(port, signal);
      if (stale === null) before.delete(port);
      else before.set(port, stale);
      const body = { port: [port], command: "send", text: code };
      const { code: answer, fields } = await api.order("/api/send_ussd", body, signal);
      if (answer === 400)
        throw new SendError("permanent", "send_ussd: not valid (400)", { words, scope: "message" });
      if (answer !== 202 && answer !== 200) {
        throw new SendError("unsure", `send_ussd: the gateway answers ${answer}`, { scope: "message" });
      }
      // The envelope says only that the request was read. One firmware writes the key with a colon.
      const row = rows(fields, "result", "result:").find((one) => int(one.port) === port);
      const status = int(row?.status);
      if (status === 200) return;
      if (status === 486) throw new SendError("temporary", "the port is busy (486)", { scope: "message" });
      if (status === 503)
        throw new SendError("permanent", "no USSD on this port (503)", { words, scope: "message" });
      throw new SendError("unsure", `send_ussd: status ${status ?? "missing"}`, { scope: "message" });
    },

    async reply(port, since, signal) {
      const text = await read(port, signal);
      if (text === null) return null;
      if (text === before.get(port) && clock.now() - since < STALE) return null;
      before.delete(port);
      return text;
    },

    async cancel(port, signal) {
      // The status of the port does not matter: where there is no session there is none to end.
      await api.order("/api/send_ussd", { port: [port], command: "cancel", text: "" }, signal);
      before.delete(port);
    },
  };
}
