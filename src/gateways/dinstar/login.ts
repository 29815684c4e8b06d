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
  /** The device has let us in with this challenge: a later 401 says that its time is over. */
  let proven = false;
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

  /** Takes the challenge of a 401. */
  const learn = (answer: Answer): void => {
    challenge = choose(readChallenges(answer.headers["www-authenticate"]));
    proven = false;
    count = 0;
    if (!challenge) throw refuse(NO_WAY);
  };

  const converse = async (call: Call, signal: AbortSignal, exchange: Http["exchange"]): Promise<Answer> => {
    const pause = closedUntil - clock.now();
    if (pause > 0) throw new SendError("temporary", why, { retryAfter: pause });

    const attempt = ({ method, path, body }: Call, fresh = false): Promise<Answer> => {
      const target = http.base + path;
      const json = body === undefined ? {} : { "content-type": "application/json" };
      const headers = { accept: "application/json", ...json, ...authorization(method, target) };
      return exchange({
        method,
        path: target,
        headers,
        ...(body === undefined ? {} : { body }),
        signal,
        fresh,
      });
    };
    const probe = async (): Promise<void> => {
      const answer = await attempt({ method: "GET", path: PROBE }).catch((error: unknown) => {
        throw certain(error);
      });
      if (answer.status === 401) learn(answer);
      else if (answer.status === 403) throw refuse(BANNED);
    };

    if (!challenge && call.body !== undefined) await probe();
    const guess = challenge !== undefined && !proven;
    let answer = await attempt(call);
    if (answer.status === 401 && !guess) {
      learn(answer);
      answer = await attempt(call, true);
    } else if (isPage(answer)) {
      challenge = undefined;
      await probe();
      answer = await attempt(call, true);
    }
    if (answer.status === 401) throw refuse(REFUSED);
    if (answer.status === 403) throw refuse(BANNED);
    if (isPage(answer)) throw new SendError("temporary", EXPIRED);
    failures = 0;
    proven = true;
    return answer;
  };

  return {
    exchange: (call, signal) => http.hold(signal, (exchange) => converse(call, signal, exchange)),
  };
}

const isPage = ({ status, body }: Answer): boolean => status < 300 && isHtml(body);

/** A request that changes nothing was certainly not taken, however it ended. Gives back anything but a SendError as it is. */
export function certain(error: unknown): unknown {
  if (!(error instanceof SendError) || error.kind !== "unsure") return error;
  return new SendError("temporary", error.message, { cause: error.cause, scope: error.scope });
}
