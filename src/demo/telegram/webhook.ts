// Brings updates to the bot's webhook, one after the other, the same one again until it was taken.
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { GivenUpdate, Updates } from "./updates.ts";

export interface WebhookError {
  /** Unix time. */
  readonly last_error_date?: number;
  readonly last_error_message?: string;
}

/** Milliseconds that an answer is waited for. */
const PATIENCE_MS = 60_000;

export class Webhook {
  readonly #updates: Updates;
  readonly #seconds: () => number;
  readonly #retryMs: number;
  #url = "";
  #secret = "";
  #lastError: WebhookError = {};
  #busy = false;
  #paused = false;
  #retry: NodeJS.Timeout | undefined;
  #leaving: AbortController | undefined;

  /** `retryMs`: before the same update is brought again. */
  constructor(updates: Updates, seconds: () => number, retryMs: number) {
    this.#updates = updates;
    this.#seconds = seconds;
    this.#retryMs = retryMs;
    updates.onChange(() => this.#bring());
  }

  /** "": none is set. */
  get url(): string {
    return this.#url;
  }

  get lastError(): WebhookError {
    return this.#lastError;
  }

  set(url: string, secret: string): void {
    this.#stop();
    this.#url = url;
    this.#secret = secret;
    this.#lastError = {};
    this.#bring();
  }

  /** Brings nothing until `resume`; what is under way breaks off. */
  pause(): void {
    this.#paused = true;
    this.#stop();
  }

  resume(): void {
    this.#paused = false;
    this.#bring();
  }

  #stop(): void {
    clearTimeout(this.#retry);
    this.#leaving?.abort();
  }

  #bring(): void {
    if (this.#busy || this.#paused || this.#url === "") return;
    const [update] = this.#updates.first(1);
    if (!update) return;
    this.#busy = true;
    clearTimeout(this.#retry);
    const leaving = new AbortController();
    this.#leaving = leaving;
    post(this.#url, this.#secret, update, leaving.signal).then(
      (status) => this.#brought(update, status),
      (error: unknown) => this.#failed(error instanceof Error ? error.message : "unknown"),
    );
  }

  #brought(update: GivenUpdate, status: number): void {
    if (status < 200 || status > 299) {
      this.#failed(`Wrong response from the webhook: ${status}`);
      return;
    }
    this.#busy = false;
    this.#updates.confirm(update.update_id);
    this.#bring();
  }

  #failed(last_error_message: string): void {
    this.#busy = false;
    const aborted = this.#leaving?.signal.aborted ?? false;
    if (!aborted) this.#lastError = { last_error_date: this.#seconds(), last_error_message };
    if (aborted) this.#bring();
    else this.#retry = setTimeout(() => this.#bring(), this.#retryMs);
  }
}

/** Resolves with the status. Rejects when the connection fails or breaks. */
function post(url: string, secret: string, update: GivenUpdate, signal: AbortSignal): Promise<number> {
  const open = url.startsWith("https:") ? httpsRequest : httpRequest;
  const headers = {
    "Content-Type": "application/json",
    ...(secret === "" ? {} : { "X-Telegram-Bot-Api-Secret-Token": secret }),
  };
  return new Promise((resolve, reject) => {
    const options = { method: "POST", headers, agent: false, timeout: PATIENCE_MS, signal };
    const request = open(url, options, (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("timeout", () => request.destroy(new Error("Read timeout expired")));
    request.on("error", reject);
    request.end(JSON.stringify(update));
  });
}
