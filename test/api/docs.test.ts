// docs/api.md: every command in it is run as it stands, and its tables name all that there is.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { PROBLEMS } from "../../src/api/problem.ts";
import { openRig, type Rig } from "../support/rig.ts";
import { Client, description, USERS } from "./client.ts";

const run = promisify(execFile);
const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
const commands = [...page.matchAll(/^```sh\n(.*?)\n```$/gms)].flatMap(([, block = ""]) =>
  block.replaceAll("\\\n", " ").split("\n"),
);

let rig: Rig;
let root: Client;
beforeAll(async () => {
  rig = await openRig({ users: USERS });
  root = await Client.local(rig);
});
afterAll(() => rig[Symbol.asyncDispose]());

const used = new Set<string>();
let token = "";

/** The first command with `words` in it, as it stands on the page but for names that are this test's own. */
function command(words: string, names: Readonly<Record<string, string>> = {}): string {
  const found = commands.find((one) => one.includes(words));
  if (!found) throw new Error(`the page has no command with ${words}`);
  used.add(found);
  const own = {
    "http://127.0.0.1:8080": `http://${rig.daemon.http}`,
    "var/simpost.db": "simpost.db",
    office: "dinstar",
  };
  return Object.entries({ ...own, ...names }).reduce(
    (line, [name, value]) => line.replaceAll(name, value),
    found.replace("curl", "curl --fail-with-body"),
  );
}

const place = () => ({ cwd: rig.folder, env: { ...process.env, TOKEN: token } });

/** What the command prints. */
async function ask(words: string, names?: Readonly<Record<string, string>>): Promise<unknown> {
  const { stdout } = await run("bash", ["-c", command(words, names)], place());
  return JSON.parse(stdout) as unknown;
}

test("every command works as it stands", async () => {
  token = z.object({ token: z.string() }).parse(await ask("/tokens")).token;
  const Message = z.object({ id: z.string() });
  const { id } = Message.parse(await ask("Your parcel is here"));
  expect(await ask("Your parcel is here")).toMatchObject({ id, repeated: true });
  const { to, port } = await rig.sms("Your parcel is here");
  expect(to).toBe("+491701234567");
  expect(await ask('/messages/MESSAGE"', { MESSAGE: id })).toMatchObject({
    id,
    text: "Your parcel is here",
  });
  expect(await ask("?number=")).toMatchObject({ items: [{ id }], next: null });

  rig.text("+491701234567", "On my way", port);
  await rig.letter("On my way");
  const inbox = z
    .object({ items: z.array(z.object({ text: z.string() })), next: z.string() })
    .parse(await ask('/inbox"'));
  expect(inbox.items.map(({ text }) => text)).toEqual(["On my way"]);
  expect(await ask("/inbox?cursor", { CURSOR: inbox.next })).toMatchObject({ items: [], next: inbox.next });
  const list = z
    .object({ items: z.array(z.object({ thread: z.number() })) })
    .parse(await ask('/conversations"'));
  const thread = String(list.items[0]?.thread);
  expect(await ask("/conversations/THREAD", { THREAD: thread })).toMatchObject({ phone: "+491701234567" });

  await root.post("/ports/pause", { gateway: "dinstar", paused: true });
  const waiting = await root.send("+491701234567", "not yet", { user: "ana" });
  expect(await ask("/queue")).toMatchObject({ items: [{ id: waiting, why: "paused" }] });
  expect(await ask("/cancel", { WAITING: waiting })).toEqual({ cancelled: true });
  expect(await ask("/retry", { WAITING: waiting })).toMatchObject({ repeated: false });
  await root.post("/ports/pause", { gateway: "dinstar", paused: false });
  expect(await ask("/ussd")).toMatchObject({ repeated: false });

  const listening = spawn("bash", ["-c", `exec ${command("/events")}`], place());
  const [line] = (await once(listening.stdout, "data")) as [Buffer];
  listening.kill();
  expect(line.toString()).toMatch(/^retry: /);
  expect(commands.filter((one) => !used.has(one))).toEqual([]);
});

test("the table names every endpoint and what it wants", async () => {
  const { paths } = await description(root.url);
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const wants =
        /Wants the scope `(\w+)`(?: and the role `(\w+)`)?/.exec(String(operation.description)) ?? [];
      return `${method.toUpperCase()} ${path} | ${wants.slice(1).filter(Boolean).join(", ")}`;
    }),
  );
  const rows = [...page.matchAll(/^\| `((?:GET|POST|DELETE) \S+)` \| ([^|]+?) \|/gm)];
  expect(new Set(rows.map(([, what, wants]) => `${what} | ${wants}`))).toEqual(new Set(described));
});

test("the table of problems names every kind at its status", () => {
  const section = page.slice(page.indexOf("| status | kinds |"));
  const rows = [...section.matchAll(/^\| (\d+(?:, \d+)*) \| (.*) \|$/gm)];
  const told = rows.flatMap(([, status = "", kinds = ""]) =>
    [...kinds.matchAll(/`([a-z-]+)`/g)].map(([, kind]) => ({
      kind,
      statuses: status.split(", ").map(Number),
    })),
  );
  expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(Object.keys(PROBLEMS)));
  for (const { kind, statuses } of told) {
    const [, problem] = Object.entries(PROBLEMS).find(([name]) => name === kind) ?? [];
    expect(statuses).toContain(problem?.status);
  }
});
