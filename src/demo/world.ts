// The demo's world: phones, two gateways, a mail relay with its mailbox, a folder, and simpost between them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Booth, openBooth } from "./booth.ts";
import { type Chat, openChat, TOKEN_VARIABLE } from "./chat.ts";
import { type SimulatedDinstar, startDinstar } from "./devices/dinstar.ts";
import { type SimulatedSynway, startSynway } from "./devices/synway.ts";
import { Letters } from "./letters.ts";
import { Mailbox } from "./mailbox.ts";
import { gather, type People } from "./people.ts";
import { Phones } from "./phones.ts";
import { freePorts, startOn } from "./ports.ts";
import { configText, DEPOT, LOGINS, NOBODY, OFFICE } from "./scenery.ts";
import { type Service, startService } from "./service.ts";

export interface World {
  readonly phones: Phones;
  readonly people: People;
  readonly office: SimulatedDinstar;
  readonly depot: SimulatedSynway;
  readonly mailbox: Mailbox;
  readonly booth: Booth;
  readonly letters: Letters;
  readonly chat: Chat;
  stop(): Promise<void>;
}

/** simpost, and where it serves. */
export interface Running {
  readonly service: Service;
  readonly config: string;
  readonly mailPort: number;
  readonly http: string;
}

/** Ports as the documentation names them. */
export const PREFERRED = {
  mail: 2525,
  relay: 2526,
  http: 8080,
  office: 18001,
  depot: 18002,
  booth: 18003,
  chat: 18004,
  try: 18005,
} as const;
/** SIM cards of each gateway. */
const SIMS = 4;
/** Milliseconds: shorter than the 5 to 8 s of a real SIM, and long enough to follow. */
const PACE = { send: 700, report: 500, ussd: 800 } as const;
/** A first start compiles a lot on a slow machine, milliseconds. */
const START = 60_000;
/** Another program may take a port between the look at it and its use. */
const TRIES = 3;

/** A folder of the demo's own, and how to remove it. */
export function makeFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "simpost-demo-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Starts everything but simpost. */
export async function startWorld(): Promise<World> {
  const phones = new Phones({ keep: 1_000, usual: { reportDelay: PACE.report } });
  phones.behave(NOBODY, { refuseFrom: 0 });
  const people = gather(phones, { device: OFFICE, port: 0 });
  const common = { phones, ports: SIMS, sendTime: PACE.send, ussdDelay: PACE.ussd, keepRequests: 100 };
  const office = await startOn(PREFERRED.office, (port) =>
    startDinstar({ ...common, ...LOGINS.office, name: OFFICE, port }),
  );
  const depot = await startOn(PREFERRED.depot, (port) =>
    startSynway({ ...common, ...LOGINS.depot, name: DEPOT, port }),
  );
  const mailbox = await startOn(PREFERRED.relay, (port) => Mailbox.start({ port, keep: 1_000 }));
  const booth = await startOn(PREFERRED.booth, (port) => openBooth(port, phones, people));
  const chat = await openChat(PREFERRED.chat, process.env);
  return {
    phones,
    people,
    office,
    depot,
    mailbox,
    booth,
    letters: new Letters(),
    chat,
    async stop() {
      people.close();
      booth.close();
      await Promise.all([office.stop(), depot.stop(), mailbox.stop(), chat.stop()]);
      phones.close();
    },
  };
}

/** Starts simpost. `begun` is called with each attempt, so that it can be ended at any time. Rejects when it can't serve. */
export async function startSimpost(
  world: World,
  folder: string,
  begun: (service: Service) => void,
): Promise<Running> {
  const config = join(folder, "simpost.yaml");
  for (let tries = 1; ; tries += 1) {
    const wanted = tries === 1 ? [PREFERRED.mail, PREFERRED.http] : [0, 0];
    const [mailPort = 0, httpPort = 0] = await freePorts(wanted);
    const addresses = { office: world.office.url, depot: world.depot.url, relay: world.mailbox.url };
    const chat = { telegram: world.chat.url, tokenVariable: TOKEN_VARIABLE };
    writeFileSync(config, configText({ ...addresses, ...chat, mailPort, httpPort }));
    const service = startService(config, folder, join(folder, "simpost.log"));
    begun(service);
    try {
      await service.waitFor(({ event }) => event === "ready", START);
      const up = (name: string) =>
        service.waitFor(({ event, gateway }) => event === "gateway up" && gateway === name, START);
      await Promise.all([up(OFFICE), up(DEPOT)]);
      return { service, config, mailPort, http: `http://127.0.0.1:${httpPort}` };
    } catch (error) {
      const taken = error instanceof Error && /EADDRINUSE|address is in use/.test(error.message);
      if (!taken || tries >= TRIES) throw error;
      await service.stop();
    }
  }
}
