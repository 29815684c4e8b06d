// The simulated devices as a process of their own, that outlives whatever talks to them: node serve.ts --dinstar 0 --synway 0 --control 0
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { Phones } from "../phones.ts";
import { type Order, obey, type World } from "./control.ts";
import { startDinstar } from "./dinstar.ts";
import { startSynway } from "./synway.ts";

const HELP = `node serve.ts [--dinstar PORT] [--synway PORT] [--control PORT] [options]     (PORT 0: any free one)
  --ports N             SIM ports of each device (default 8)
  --send-time MS        for one part (default 0: at once)
  --username, --password   of both devices (default: each one's own, "secret")
  --keep N              sent texts and requests remembered (default 100000)
  --dinstar-options JSON, --synway-options JSON   more options, as in dinstar-options.ts and synway-options.ts
  --quiet               no line for each text
Prints {"event":"ready",…} once it listens, then {"event":"sms",…} for each text that left. POST /control takes an order of control.ts.`;

const { values } = parseArgs({
  options: {
    dinstar: { type: "string" },
    synway: { type: "string" },
    control: { type: "string", default: "0" },
    ports: { type: "string", default: "8" },
    "send-time": { type: "string", default: "0" },
    username: { type: "string" },
    password: { type: "string" },
    keep: { type: "string", default: "100000" },
    "dinstar-options": { type: "string", default: "{}" },
    "synway-options": { type: "string", default: "{}" },
    quiet: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

if (values.help) process.stdout.write(`${HELP}\n`);
else await serve();

async function serve(): Promise<void> {
  const keep = Number(values.keep);
  const phones = new Phones({ keep });
  const common = {
    phones,
    ports: Number(values.ports),
    sendTime: Number(values["send-time"]),
    keepRequests: keep,
    ...(values.username === undefined ? {} : { username: values.username }),
    ...(values.password === undefined ? {} : { password: values.password }),
  };
  const more = (json: string): object => JSON.parse(json) as object;
  const world: World = {
    phones,
    dinstar:
      values.dinstar === undefined
        ? null
        : await startDinstar({ ...common, port: Number(values.dinstar), ...more(values["dinstar-options"]) }),
    synway:
      values.synway === undefined
        ? null
        : await startSynway({ ...common, port: Number(values.synway), ...more(values["synway-options"]) }),
  };
  if (!values.quiet) phones.onSms((sms) => say({ event: "sms", ...sms }));

  const control = createServer((request, response) => answer(world, request, response));
  await new Promise<void>((resolve) => control.listen(Number(values.control), "127.0.0.1", resolve));
  const { port } = control.address() as AddressInfo;
  const urls = { dinstar: world.dinstar?.url ?? null, synway: world.synway?.url ?? null };
  say({ event: "ready", ...urls, control: `http://127.0.0.1:${port}/control` });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(0));
}

function answer(world: World, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify(body));
  };
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    carryOut(world, request, Buffer.concat(chunks).toString("utf8")).then(
      (result) => reply(200, result),
      (error: unknown) => reply(400, { error: error instanceof Error ? error.message : "unknown" }),
    );
  });
}

async function carryOut(world: World, { method, url }: IncomingMessage, text: string): Promise<unknown> {
  if (method !== "POST" || url !== "/control") throw new Error("POST /control");
  return obey(world, JSON.parse(text) as Order);
}
