// The commands beside the daemon, by name; each is loaded when it is called.
import type { ClientMeans } from "./client-means.ts";
import type { Line } from "./parse.ts";
import type { SteeringName } from "./words-steering.ts";

type Run = (line: Line, means: ClientMeans) => Promise<number>;

/** All but completion, which talks to nobody. */
export type ClientCommandName = Exclude<SteeringName, "completion">;

const pause = async (): Promise<Run> => (await import("./pause.ts")).pauseCommand;

const RUNS: Readonly<Record<ClientCommandName, () => Promise<Run>>> = {
  status: async () => (await import("./status.ts")).statusCommand,
  queue: async () => (await import("./queue.ts")).queueCommand,
  retry: async () => (await import("./retry.ts")).retryCommand,
  cancel: async () => (await import("./cancel.ts")).cancelCommand,
  pause,
  resume: pause,
  ports: async () => (await import("./ports.ts")).portsCommand,
  ussd: async () => (await import("./ussd-code.ts")).ussdCodeCommand,
  users: async () => (await import("./users.ts")).usersCommand,
  token: async () => (await import("./token.ts")).tokenCommand,
};

/** Runs one of them. Throws Usage, Away, Refused, and Error. */
export async function clientCommand(
  command: ClientCommandName,
  line: Line,
  means: ClientMeans,
): Promise<number> {
  return (await RUNS[command]())(line, means);
}
