// `npm start`: simulated gateways, phones and a mailbox, the real daemon between them; one scene, then commands to try.
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { TOKEN_VARIABLE } from "./chat.ts";
import { hint } from "./hints.ts";
import { listen } from "./keyboard.ts";
import { tell, tellOf } from "./news.ts";
import { startOn } from "./ports.ts";
import { play } from "./scene.ts";
import { CONSOLE_LOGIN, DEPOT, OFFICE } from "./scenery.ts";
import { openScreen, type Screen } from "./screen.ts";
import type { Service } from "./service.ts";
import { openTry } from "./try/serve.ts";
import { makeFolder, PREFERRED, startSimpost, startWorld } from "./world.ts";

export interface DemoIo {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** What is given back when the demo ends, last thing first. */
type Undo = (() => void | Promise<void>)[];

/** The end of a process shows at once, milliseconds. */
const SIGN_OF_LIFE = 500;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs until a signal, `quit`, or the end of simpost. The exit code: 0, or 1 when something did not work. Leaves nothing behind. */
export async function demo(io: DemoIo): Promise<number> {
  const screen = openScreen(io.stdout, process.env);
  const ending = Promise.withResolvers<void>();
  const end = (): void => ending.resolve();
  const undo: Undo = [];
  // npm passes Ctrl-C on, so it may come twice: one orderly end is enough.
  for (const signal of SIGNALS) process.on(signal, end);
  // Nobody reads what is printed any more.
  io.stdout.on("error", end);
  try {
    return await Promise.race([ending.promise.then(() => 0), run(io, screen, undo, end)]);
  } catch (error) {
    io.stderr.write(`simpost: the demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    screen.line();
    screen.step("demo", "ends: simpost, gateways, phones and the folder go");
    screen.close();
    for (const step of undo.reverse()) await step();
    for (const signal of SIGNALS) process.off(signal, end);
  }
}

async function run(io: DemoIo, screen: Screen, undo: Undo, end: () => void): Promise<number> {
  screen.title(
    "simpost demo: all is simulated here but simpost itself. Nothing is sent, nothing costs money.",
  );
  screen.line();
  const folder = makeFolder();
  let service: Service | undefined;
  // However the process ends, and whatever was only just begun: nothing stays.
  process.once("exit", () => {
    service?.kill();
    folder.remove();
  });
  undo.push(() => folder.remove());

  const world = await startWorld();
  undo.push(() => world.stop());
  const { office, depot, mailbox } = world;
  const page = await startOn(PREFERRED.try, (port) => openTry(port, world, screen));
  undo.push(() => page.close());
  screen.step(
    "demo",
    `gateway "${OFFICE}" is a simulated Dinstar with 4 SIM cards: ${office.url} (HTTP Digest)`,
  );
  screen.step("demo", `gateway "${DEPOT}" is a simulated Synway with 4 SIM cards: ${depot.url} (HTTP Basic)`);
  screen.step("demo", `the mailbox is behind a simulated mail relay: ${mailbox.url}`);
  screen.step(
    "demo",
    world.chat.url === null
      ? `the chat is a real one: the bot of ${TOKEN_VARIABLE}`
      : `the chat with a bot is in a simulated Telegram: ${world.chat.url}`,
  );
  undo.push(() => service?.stop());
  screen.step("demo", `simpost starts, a process of its own with its config and store in ${folder.path}`);
  const running = await startSimpost(world, folder.path, (begun) => {
    service = begun;
  });
  screen.step(
    "simpost",
    `is ready: mail in on 127.0.0.1:${running.mailPort}, ${running.http}, both gateways are up`,
  );
  page.connect(running.mailPort, running.http);
  screen.step("demo", `try it in a browser: ${page.url}`);
  screen.step(
    "demo",
    `simpost's console: ${running.http} (name ${CONSOLE_LOGIN.name}, password ${CONSOLE_LOGIN.password})`,
  );
  screen.line();

  tell(world, screen);
  world.chat.tell(screen);
  tellOf(running.service, screen);
  const gone = running.service.gone.then(({ asked, last: lines }) => {
    if (!asked) throw new Error(["simpost ended by itself:", ...lines].join("\n"));
    return 0;
  });
  const played = play(world, running, screen).catch(async (error: unknown) => {
    // A mail that broke off is the first sign of a daemon that died, but not what is to be told.
    await Promise.race([gone, pause(SIGN_OF_LIFE)]);
    throw error;
  });
  await Promise.race([played, gone]);
  hint(world, running, page.url, screen);
  undo.push(listen(io.stdin, world, running, screen, end));
  return gone;
}
