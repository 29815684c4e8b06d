// The way past a Dinstar's login: Digest or Basic as the device asks for, and no second guess at a wrong password.
import { SendError } from "../../bridge/errors.ts";
import type { GatewayOptions } from "../../bridge/ports/gateway.ts";
import {
  basicAuthorization,
  type Challenge,
  choose,
  digestAuthorization,
  readChallenges,
} from "../digest.ts";
import type { Answer, Http } from "../http.ts";
import { isHtml } from "./parse.ts";

/** Asked without a body to get a challenge: some firmware drops the connection on a POST without one. Changes nothing. */
const PROBE = "/api/query_sms_in_queue";

/** After a refused login the gateway is left alone, milliseconds: failed attempts get the address banned. Doubles up to the second figure. */
const FIRST_BACKOFF = 2 * 60_000;
const LONGEST_BACKOFF = 30 * 60_000;

const REFUSED = "login refused: check username and password";
const BANNED =
  "the gateway refuses this address (403): a ban after failed logins, or no right to use the API";
const NO_WAY = "login refused: the gateway offers neither Digest nor Basic";
const EXPIRED =
  "the gateway answers with a web page instead of data: session expired, or the New API is not switched on";

export interface Call {
  readonly method: "GET" | "POST";
  /** From "/api/" on, with the query. */
  readonly path: string;
  readonly body?: string;
}

/**
 * Makes requests as the configured user. The answer's status is never 401 or 403, and its body is no web page: those are SendErrors `temporary`
 * (the device did nothing). Otherwise throws what `Http.exchange` throws.
 */
export interface Login {
  exchange(call: Call, signal: AbortSignal): Promise<Answer>;
}

export function createLogin(http: Http, options: GatewayOptions): Login {
  const { clock, log, name, username, password } = options;
  let challenge: Challenge | undefined;
  let count = 0;
  let failures = 0;
  let closedUntil = 0;
  let why = REFUSED;

  const authorization = (method: string, uri: string): Readonly<Record<string, string>> => {
    if (!challenge) return {};
    if (challenge.scheme === "basic") return { authorization: basicAuthorization(username, password) };
    count += 1;
    const request = { method, uri, username, password, count };
    return { authorization: digestAuthorization(challenge, request) };
  };

  const refuse = (message: string): SendError => {
    why = message;
    const pause = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** failures);
    failures += 1;
    closedUntil = clock.now() + pause;
    challenge = undefined;
    log.error("gateway login refused", { gateway: name, why, retryInSeconds: Math.round(pause / 1000) });
    return new SendError("temporary", why, { retryAfter: pause });
  };

  const attempt = (call: Call, signal: AbortSignal, fresh: boolean): Promise<Answer> => {
    const path = http.base + call.path;
    const headers = () => {
      const pause = closedUntil - clock.now();
      if (pause > 0) throw new SendError("temporary", why, { retryAfter: pause });
      return {
        accept: "application/json",
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...authorization(call.method, path),
      };
    };
    const body = call.body === undefined ? {} : { body: call.body };
    return http.exchange({ method: call.method, path, headers, ...body, signal, fresh });
  };

  /** Takes the challenge of a 401. */
  const learn = (answer: Answer): void => {
    challenge = choose(readChallenges(answer.headers["www-authenticate"]));
    count = 0;
    if (!challenge) throw refuse(NO_WAY);
  };

  const probe = async (signal: AbortSignal): Promise<void> => {
    const answer = await attempt({ method: "GET", path: PROBE }, signal, false).catch((error: unknown) => {
      throw certain(error);
    });
    if (answer.status === 401) learn(answer);
    else if (answer.status === 403) throw refuse(BANNED);
  };

  return {
    async exchange(call, signal) {
      if (!challenge && call.body !== undefined) await probe(signal);
      let answer = await attempt(call, signal, false);
      if (answer.status === 401) {
        learn(answer);
        answer = await attempt(call, signal, true);
      } else if (isHtml(answer.body) && answer.status < 300) {
        challenge = undefined;
        await probe(signal);
        answer = await attempt(call, signal, true);
      }
      if (answer.status === 401) throw refuse(REFUSED);
      if (answer.status === 403) throw refuse(BANNED);
      if (isHtml(answer.body) && answer.status < 300) throw new SendError("temporary", EXPIRED);
      failures = 0;
      return answer;
    },
  };
}

/** A request that changes nothing was certainly not taken, however it ended. Gives back anything but a SendError as it is. */
export function certain(error: unknown): unknown {
  if (!(error instanceof SendError) || error.kind !== "unsure") return error;
  return new SendError("temporary", error.message, { cause: error.cause, scope: error.scope });
}
