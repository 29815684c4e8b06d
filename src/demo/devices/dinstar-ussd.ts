// A simulated Dinstar's USSD: send, cancel, and a reply that stays until it is replaced or cancelled (document sections 7 and 8).
import type { Timers } from "../timers.ts";
import * as check from "./dinstar-checks.ts";
import type { DinstarOptions } from "./dinstar-options.ts";
import type { Modem } from "./modem.ts";
import { standardUssd, UssdNetwork } from "./ussd.ts";

export class DinstarUssd {
  readonly #options: DinstarOptions;
  readonly #modem: Modem;
  readonly #timers: Timers;
  readonly #ready: (port: number) => boolean;
  readonly #network: UssdNetwork;
  readonly #replies = new Map<number, string>();
  /** Which send each port waits for: an answer to an older one is lost. */
  readonly #pending = new Map<number, number>();
  readonly #log: { readonly port: number; readonly command: string; readonly text: string }[] = [];
  #request = 0;

  constructor(options: DinstarOptions, modem: Modem, timers: Timers, ready: (port: number) => boolean) {
    this.#options = options;
    this.#modem = modem;
    this.#timers = timers;
    this.#ready = ready;
    this.#network = new UssdNetwork(options.ussd ?? standardUssd);
  }

  /** What was sent and cancelled, oldest first. */
  get log() {
    return this.#log;
  }

  /** Section 7. */
  send(body: unknown): object {
    check.refuseUnless(check.isFields(body));
    const { text = "", command = "send" } = body;
    const ports = check.ports(body.port);
    check.refuseUnless(
      ports !== undefined && typeof text === "string" && (command === "send" || command === "cancel"),
    );
    check.refuseUnless(check.bytes(text) <= check.MAX_USSD_BYTES && (command === "cancel" || text !== ""));
    this.#request += 1;
    const request = this.#request;
    const result = ports.map((port) => ({ port, status: this.#one(port, command, text, request) }));
    const key = this.#options.ussdKeyQuirk ? "result:" : "result";
    return { request_id: request, error_code: 202, [key]: result };
  }

  /** Section 8. */
  queryReply(query: URLSearchParams): object {
    const ports = check.portList(query.get("port"));
    check.refuseUnless(ports !== undefined);
    const empty = this.#options.emptyUssd ?? "";
    return {
      error_code: 200,
      reply: ports.map((port) => ({ port, text: this.#replies.get(port) ?? empty })),
    };
  }

  /** The network says something unasked, or late. */
  push(port: number, text: string): void {
    this.#replies.set(port, text);
  }

  reset(): void {
    this.#network.reset();
    this.#replies.clear();
    this.#pending.clear();
    this.#request = 0;
  }

  #one(port: number, command: "send" | "cancel", text: string, request: number): number {
    if (!this.#ready(port)) return 503;
    if (this.#modem.busy(port)) return 486;
    this.#log.push({ port, command, text });
    this.#pending.set(port, request);
    if (command === "cancel") {
      this.#network.cancel(port);
      this.#replies.delete(port);
      return 200;
    }
    this.#timers.after(this.#options.ussdDelay ?? 0, () => {
      if (this.#pending.get(port) === request) this.#replies.set(port, this.#network.ask(port, text));
    });
    return 200;
  }
}
