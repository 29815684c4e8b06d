// What the simulated Bot API says no with: code, words and parameters as Telegram gives them.
import type { ResponseParameters } from "grammy/types";

/** Becomes `{ ok: false, error_code, description, parameters }` with the code as HTTP status. */
export class ApiFailure extends Error {
  readonly code: number;
  readonly parameters: ResponseParameters | undefined;

  constructor(code: number, description: string, parameters?: ResponseParameters) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

export const badRequest = (what: string, parameters?: ResponseParameters): ApiFailure =>
  new ApiFailure(400, `Bad Request: ${what}`, parameters);

export const forbidden = (what: string): ApiFailure => new ApiFailure(403, `Forbidden: ${what}`);

export const conflict = (what: string): ApiFailure => new ApiFailure(409, `Conflict: ${what}`);

/** `seconds`: a whole number from 1. */
export const tooManyRequests = (seconds: number): ApiFailure =>
  new ApiFailure(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
