// A device that notes what it is asked, for tests of `simpost gateway NAME …`.
import type { Desk, Gateway, Ussd } from "../../src/bridge/ports/gateway.ts";
import { gatewayCommand } from "../../src/command/gateway.ts";
import { FakeClock } from "../support/clock.ts";
import { line, type Screen, screen } from "./setup.ts";

export const NOW = Date.UTC(2026, 10, 22, 12);

export interface Device {
  readonly gateway: Gateway;
  readonly asked: unknown[];
}

export function device(parts: { desk?: Partial<Desk>; ussd?: Ussd | null } = {}): Device {
  const asked: unknown[] = [];
  const note =
    <T>(name: string, answer: T) =>
    async (...args: unknown[]): Promise<T> => {
      asked.push([name, ...args.filter((arg) => !(arg instanceof AbortSignal))]);
      return answer;
    };
  const never = (): never => {
    throw new Error("not asked for here");
  };
  const desk: Desk = {
    inbox: note("inbox", [{ id: 1, port: 0, number: "+491701234567", text: "hi\x1b[1m\nthere" }]),
    queue: note("queue", [{ waiting: 2 }]),
    outbox: note("outbox", []),
    results: note("results", [{ task: "7", status: "SENT_OK" }]),
    receipt: note("receipt", [{ delivered: true }]),
    cancel: note("cancel", true),
    clear: note("clear", 3),
    ...parts.desk,
  };
  const ussd: Ussd = {
    send: note("ussd.send", undefined),
    reply: note("ussd.reply", "1 Balance\n2 \x1bTop up"),
    cancel: note("ussd.cancel", undefined),
    ...parts.ussd,
  };
  return {
    asked,
    gateway: {
      name: "office",
      limits: { batch: 1, sameText: false, fits: () => true, ussd: 60 },
      send: never,
      progress: never,
      inquire: never,
      receive: never,
      ports: note("ports", [
        { port: 0, registered: true, state: "REGISTERED", busy: false, number: "+4915112345678" },
        { port: 1, registered: false, state: "NO SIM", busy: false },
      ]),
      ...(parts.ussd === null ? {} : { ussd }),
      desk,
      close: never,
    },
  };
}

export function call(
  argv: readonly string[],
  { gateway }: Device,
  { io }: Screen,
  clock = new FakeClock(NOW),
): Promise<number> {
  return gatewayCommand(line("gateway", "office", ...argv), {
    gateway,
    clock,
    canonical: (number) => number.replace(/^0/, "+49"),
    patience: 5_000,
    signal: new AbortController().signal,
    io,
  });
}

export async function called(
  argv: readonly string[],
  box: Device,
  typed: readonly string[] = [],
  terminal = false,
) {
  const shown = screen(typed, terminal);
  const code = await call(argv, box, shown);
  return { code, out: shown.out(), err: shown.err() };
}
