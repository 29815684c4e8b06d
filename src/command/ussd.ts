// `simpost gateway NAME ussd …`: dials a code on one port or several, ends sessions, shows the answers that lie in the device.
import type { UssdDesk } from "../bridge/ports/gateway.ts";
import { portsOf, readFilter } from "./filter.ts";
import { EXIT, say, sayJson } from "./io.ts";
import { cant, type GatewayMeans, show, wrong } from "./means.ts";
import type { Line } from "./parse.ts";
import { printable } from "./table.ts";

/** How often an answer is asked for, milliseconds. */
const EVERY = 1_000;

export async function ussdCommand(
  means: GatewayMeans,
  words: readonly string[],
  line: Line,
): Promise<number> {
  const [written, code] = words;
  if (written === undefined || words.length > 2) throw wrong("it is written: ussd PORT CODE");
  const ports = portsOf(written);
  if (line.has("cancel")) {
    if (code !== undefined) throw wrong("--cancel wants no CODE");
    return cancel(means, ports, line);
  }
  if (code === undefined) return kept(means, ports, line);
  if (line.text("since") !== undefined || line.text("until") !== undefined)
    throw wrong("--since and --until are for the answers that lie in the device: leave out CODE");
  return dial(means, ports, code, line);
}

async function cancel(means: GatewayMeans, ports: readonly number[], line: Line): Promise<number> {
  const ussd = ussdOf(means, ports);
  if (!ussd) return cant(means, lacking(means));
  await ussd.cancel(ports, means.signal);
  if (line.has("json")) for (const port of ports) sayJson(means.io.stdout, { port, cancelled: true });
  else say(means.io.stdout, "cancelled");
  return EXIT.ok;
}

async function kept(means: GatewayMeans, ports: readonly number[], line: Line): Promise<number> {
  const { gateway, signal, io } = means;
  const filter = readFilter(line, means);
  if (!gateway.desk?.ussd) return cant(means, "list USSD answers");
  return show(io, line, await gateway.desk.ussd.kept(ports, filter, signal));
}

async function dial(
  means: GatewayMeans,
  ports: readonly number[],
  code: string,
  line: Line,
): Promise<number> {
  const { clock, patience, signal, io } = means;
  const ussd = ussdOf(means, ports);
  if (!ussd) return cant(means, lacking(means));
  const tell = (port: number, reply: string): void => {
    if (line.has("json")) sayJson(io.stdout, { port, code, reply });
    else {
      if (ports.length > 1) say(io.stdout, `port ${port}:`);
      say(io.stdout, reply.split(/\r?\n/).map(printable).join("\n"));
    }
  };
  // A code begins a session; anything else answers the menu of the one that is open.
  if (/^[*#]/.test(code)) await ussd.cancel(ports, signal);
  const since = clock.now();
  const dialled = await ussd.send(ports, code, signal);
  for (const { port, error } of dialled)
    if (error) say(io.stderr, `simpost: port ${port}: ${printable(error.message)}`);
  const waiting = new Set(dialled.filter(({ error }) => error === null).map(({ port }) => port));
  while (waiting.size > 0 && clock.now() - since < patience) {
    await clock.wait(EVERY, signal);
    for (const [port, reply] of await ussd.replies([...waiting], since, signal)) {
      waiting.delete(port);
      tell(port, reply);
    }
  }
  if (waiting.size > 0) {
    const from = ports.length > 1 ? ` from port ${[...waiting].join(", ")}` : "";
    say(io.stderr, `simpost: no answer${from} within ${Math.round(patience / 1_000)} s`);
  }
  return waiting.size > 0 || dialled.some(({ error }) => error) ? EXIT.failed : EXIT.ok;
}

type Talk = Pick<UssdDesk, "send" | "replies" | "cancel">;

const lacking = ({ gateway }: GatewayMeans): string =>
  gateway.ussd ? "do that on several ports at once" : "send USSD codes";

/** One port: what the flow uses. Several: what the device takes in one request. */
function ussdOf({ gateway }: GatewayMeans, ports: readonly number[]): Talk | undefined {
  const [port, ...others] = ports;
  const { ussd } = gateway;
  if (!ussd || port === undefined) return undefined;
  if (others.length > 0) return gateway.desk?.ussd;
  return {
    async send(_, code, signal) {
      await ussd.send(port, code, signal);
      return [{ port, error: null }];
    },
    async replies(_, since, signal) {
      const reply = await ussd.reply(port, since, signal);
      return reply === null ? new Map() : new Map([[port, reply]]);
    },
    cancel: (_, signal) => ussd.cancel(port, signal),
  };
}
