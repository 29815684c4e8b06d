// What a method of the simulated Bot API is given.
import type { Account } from "../account.ts";
import type { Flood } from "../flood.ts";
import type { Params } from "../params.ts";
import type { Webhook } from "../webhook.ts";

export interface Context {
  readonly account: Account;
  readonly flood: Flood;
  readonly webhook: Webhook;
}

/** Answers the result. Throws (or rejects with) ApiFailure. `gone` is aborted when the client has gone. */
export type Method = (context: Context, params: Params, gone: AbortSignal) => unknown;

export type Methods = Readonly<Record<string, Method>>;
