// One call to a Dinstar: the request, the answer's envelope, and what its codes mean.
import { SendError, Unreadable } from "../../bridge/errors.ts";
import type { GatewayOptions } from "../../bridge/ports/gateway.ts";
import type { Answer } from "../http.ts";
import { type Call, certain, type Login } from "./login.ts";
import { type Fields, int, type Parsed, parseAnswer } from "./parse.ts";

export interface Reply {
  /** The body's own code: it decides, whatever the HTTP status (which is 200 even for 202). */
  readonly code: number;
  readonly fields: Fields;
  /** The body as it came: near 8 KB long it may lack records. */
  readonly body: string;
  /** The body ended in the middle of a list. */
  readonly cut: boolean;
}

export interface Api {
  /** A request that changes something: throws SendError `unsure` where the device may have done it. Any code is returned. */
  order(path: string, body: unknown, signal: AbortSignal): Promise<Reply>;
  /**
   * A request that only reads; with `body` a POST. Returns codes 200 and those of `also`; any other is a SendError `temporary`.
   * Throws Unreadable for an answer that is no JSON.
   */
  read(path: string, signal: AbortSignal, body?: unknown, also?: readonly number[]): Promise<Reply>;
}

export function createApi(login: Login, options: Pick<GatewayOptions, "name" | "log">): Api {
  const warned = new Set<string>();

  /** Each kind of oddity is told once. */
  const odd = (path: string, parsed: Parsed): void => {
    const what = parsed.cut ? "answer cut off" : parsed.repaired ? "faulty JSON" : "no error_code";
    const where = path.split("?", 1)[0];
    if (warned.has(`${where} ${what}`)) return;
    warned.add(`${where} ${what}`);
    options.log.warn("gateway odd answer", { gateway: options.name, path: where, what });
  };

  const call = async (request: Call, signal: AbortSignal): Promise<Reply> => {
    const answer = await login.exchange(request, signal);
    if (answer.body.trim() === "" || answer.status === 404) throw meaningless(answer);
    const parsed = readBody(answer);
    const code = int(parsed.fields.error_code);
    if (parsed.repaired || code === undefined) odd(request.path, parsed);
    return { code: code ?? answer.status, fields: parsed.fields, body: answer.body, cut: parsed.cut };
  };

  return {
    async order(path, body, signal) {
      try {
        return await call({ method: "POST", path, body: JSON.stringify(body) }, signal);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        throw new SendError("unsure", "the gateway's answer can't be read", { cause: error });
      }
    },
    async read(path, signal, body, also = []) {
      const request: Call =
        body === undefined ? { method: "GET", path } : { method: "POST", path, body: JSON.stringify(body) };
      const reply = await call(request, signal).catch((error: unknown) => {
        throw certain(error);
      });
      if (reply.code === 200 || also.includes(reply.code)) return reply;
      throw new SendError("temporary", `${path.split("?", 1)[0]}: the gateway answers ${reply.code}`);
    },
  };
}

/** Below 400 and from 500 on the device may have done it; a 4xx of its web server says that it has not. */
function meaningless(answer: Answer): SendError {
  if (answer.status === 404) {
    return new SendError("temporary", "no such page on the gateway (404): switch on its New API");
  }
  const kind = answer.status >= 400 && answer.status < 500 ? "temporary" : "unsure";
  return new SendError(kind, `the gateway answers ${answer.status} without a word`);
}

function readBody(answer: Answer): Parsed {
  try {
    return parseAnswer(answer.body);
  } catch (error) {
    if (answer.status >= 300 && answer.status < 400) {
      throw new SendError("temporary", `the gateway redirects (${answer.status}): check the url`);
    }
    if (answer.status >= 400 && answer.status < 500) {
      throw new SendError("temporary", `the gateway refuses the request (${answer.status})`, {
        cause: error,
      });
    }
    if (answer.status >= 500) {
      throw new SendError("unsure", `the gateway has a fault (${answer.status})`, { cause: error });
    }
    throw error;
  }
}
