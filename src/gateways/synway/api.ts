// One request to the device: event, address, login, and what its answer means (vendor chapter 1).
import { SendError, Unreadable } from "../../bridge/errors.ts";
import type { GatewayOptions } from "../../bridge/ports/gateway.ts";
import { basicAuthorization } from "../digest.ts";
import { createHttp } from "../http.ts";
import { readEnvelope } from "./json.ts";
import type { Settings } from "./settings.ts";

/** Parameters of an event: all values are strings, and what is undefined is left out. */
export type Params = Readonly<Record<string, string | undefined>>;

export interface Api {
  /** An event that changes something. Gives the answer's content. Throws Refused when the device said no, SendError `unsure` when it may have acted, Unreadable. */
  act(event: Action, params: Params, signal: AbortSignal): Promise<string>;
  /** An event that only reads. Throws Refused, SendError `temporary`, Unreadable. */
  ask(event: Question, params: Params, signal: AbortSignal): Promise<string>;
  /** A question that deletes what it answers. Throws Refused, SendError `unsure` when it may have deleted, Unreadable. */
  take(event: Question, params: Params, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** Events of /API/TaskHandle. */
export type Action = "txsms" | "deletesms" | "txussd" | "deleteussd";
/** Events of /API/QueryInfo. */
export type Question =
  | "getportinfo"
  | "getportconnectstate"
  | "getwirelessinfo"
  | "querytxsms"
  | "queryrxsms"
  | "newqueryrxsms"
  | "querysxsms"
  | "querytxsmsrpt"
  | "rxussd";

/** Newer firmware's own URL for some functions, with the same bodies. */
const FUNCTIONS: Readonly<Partial<Record<Action | Question, string>>> = {
  txsms: "/API/SendSMS",
  querytxsms: "/API/QueryTxSMS",
  queryrxsms: "/API/QueryRxSMS",
  getportinfo: "/API/QueryPortInfo",
};

/** After a refused login the device is left alone: 1 minute, doubling up to 15, so that no lock-out is provoked. */
const REST_FIRST = 60_000;
const REST_MOST = 15 * 60_000;

/** The device answered `"result":"error"`: it did not do what was asked. `reason` is its own words. */
export class Refused extends SendError {
  readonly reason: string;

  constructor(event: string, reason: string) {
    super("temporary", `the gateway refused ${event}: ${reason || "no reason given"}`, { scope: "message" });
    this.reason = reason;
  }
}

/** Throws a plain Error for a wrong URL. */
export function createApi(options: GatewayOptions, settings: Settings): Api {
  const { clock, log, name } = options;
  const http = createHttp(options);
  const headers = {
    authorization: basicAuthorization(options.username, options.password),
    "content-type": "application/json",
  };
  let refusals = 0;
  let restUntil = 0;
  let saidMended = false;

  const loginRefused = (status: number): SendError => {
    const rest = Math.min(REST_FIRST * 2 ** refusals, REST_MOST);
    refusals++;
    restUntil = clock.now() + rest;
    log.warn("gateway login refused", { gateway: name, status, retryIn: rest });
    return new SendError(
      "temporary",
      `login refused (HTTP ${status}): the gateway wants the name and password of its API account`,
      { retryAfter: rest },
    );
  };

  const call = async (
    url: string,
    event: string,
    params: Params,
    signal: AbortSignal,
    fresh = false,
  ): Promise<string> => {
    const rest = restUntil - clock.now();
    if (rest > 0)
      throw new SendError("temporary", "login was refused before: waiting before the next try", {
        retryAfter: rest,
      });
    const answer = await http.exchange({
      method: "POST",
      path: http.base + url,
      headers,
      body: JSON.stringify({ event, ...params }),
      signal,
      fresh,
    });
    const { status, body } = answer;
    if (status === 401 || status === 403) throw loginRefused(status);
    refusals = 0;
    if (status >= 500) throw new SendError("unsure", `the gateway answered HTTP ${status} to ${event}`);
    if (status < 200 || status > 299)
      throw new SendError(
        "temporary",
        `the gateway answered HTTP ${status} to ${event}: is the URL its API's?`,
      );
    const { ok, content, mended } = readEnvelope(body, settings.json === "literal");
    if (mended && !saidMended) {
      saidMended = true;
      log.warn("gateway odd answer", { gateway: name, event, what: "broken JSON, mended" });
    }
    if (!ok) throw new Refused(event, content);
    return content;
  };

  const path = (event: Action | Question, classic: string): string =>
    (settings.paths === "functions" ? FUNCTIONS[event] : undefined) ?? classic;

  return {
    // on a connection of its own: one that the device has closed in the meantime would leave the outcome in doubt
    act: (event, params, signal) => call(path(event, "/API/TaskHandle"), event, params, signal, true),
    async ask(event, params, signal) {
      try {
        return await call(path(event, "/API/QueryInfo"), event, params, signal);
      } catch (error) {
        // reading twice does no harm: there is nothing to be unsure about
        if (error instanceof SendError && error.kind === "unsure")
          throw new SendError("temporary", error.message, { cause: error });
        throw error;
      }
    },
    take: (event, params, signal) => call(path(event, "/API/QueryInfo"), event, params, signal, true),
    close: () => http.close(),
  };
}

/** What a parser may need: the answer is kept with the error. */
export const unreadable = (what: string, content: string): Unreadable =>
  new Unreadable(`${what} can't be read`, content);
