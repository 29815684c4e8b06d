// Case: the console's pages with a million messages behind them: time to the first byte of each, as an admin and as a user see it.
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { hash } from "../src/config/hash.ts";
import { atMost, type Case, progress } from "./case.ts";
import { median, quantile, round } from "./figures.ts";
import { end, freePort, ours, output, start, until } from "./processes.ts";

const MESSAGES = { whole: 1_000_000, quick: 20_000 } as const;
/** Each page is asked for so often. */
const TIMES = { whole: 30, quick: 5 } as const;
const AIM = 100;
/** A search for a text looks through as much as it may, found or not: it is shown, not aimed at. */
const isAimed = (path: string): boolean => !path.includes("text=");
const PASSWORD = "open sesame";
/** A store from before may be used again: filling one takes minutes. */
const GIVEN = "BENCH_STORE";

/** As they stand in the menu, with what people look for; `:talk` and `:story` are some of them. */
const PAGES = [
  "/conversations",
  "/conversations/:talk",
  "/queue",
  "/messages",
  "/messages?state=failed",
  "/messages?number=%2B4915100007919",
  "/messages?text=db777",
  "/messages?text=nowhere",
  "/messages?gateway=b&way=out",
  "/messages/:story",
  "/gateways",
  "/charts?range=day",
  "/charts?range=month",
  "/settings",
] as const;
/** Those that users see. */
const OWN = PAGES.filter((path) => !/^\/(?:gateways|charts|settings)/.test(path));

export const pages: Case = async function* ({ quick, main, flags }) {
  const size = quick ? "quick" : "whole";
  const folder = mkdtempSync(join(tmpdir(), "simpost-bench-"));
  try {
    const store = process.env[GIVEN] || join(folder, "simpost.db");
    progress(`pages: a store with ${MESSAGES[size]} messages`);
    await output([ours("bench/console.ts"), String(MESSAGES[size]), store]);
    const site = await startSite(folder, store, [...flags, main]);
    try {
      for (const name of ["admin", "user1"]) {
        const cookie = await signIn(site.url, name);
        const talk = await linkIn(site.url, "/conversations", cookie, /href="\/conversations\/(\d+)"/);
        const story = await linkIn(site.url, "/messages", cookie, /href="\/messages\/([a-z0-9]+)"/);
        for (const path of name === "admin" ? PAGES : OWN) {
          progress(`pages: ${path} for ${name}`);
          const there = site.url + path.replace(":talk", talk).replace(":story", story);
          const times: number[] = [];
          for (let n = 0; n < TIMES[size]; n += 1) times.push(await firstByte(there, cookie));
          const [first = Number.NaN] = times;
          const what = `${path} for ${name}: first byte, median`;
          yield {
            case: "pages",
            figures: {
              page: path,
              who: name,
              messages: MESSAGES[size],
              medianMs: round(median(times)),
              p95Ms: round(quantile(times, 0.95)),
              firstMs: round(first),
            },
            targets: isAimed(path) ? [atMost(what, round(median(times)), AIM, "ms")] : [],
          };
        }
      }
    } finally {
      await site.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
};

interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

/** A daemon whose gateways send nothing, on a store that is there. */
async function startSite(folder: string, store: string, program: readonly string[]): Promise<Site> {
  const http = await freePort();
  const password = await hash(PASSWORD);
  const user = (name: string, role: string) => ({ email: [`${name}@example.org`], role, password });
  const config = {
    domain: "sms.example.org",
    store: { path: store, keep: "3650d" },
    http: { listen: `127.0.0.1:${http}` },
    gateways: { a: { driver: "loopback" }, b: { driver: "loopback" } },
    channels: { email: { driver: "email", relay: `maildir:${join(folder, "mail")}` } },
    users: { admin: user("admin", "admin"), user1: user("user1", "user") },
    routes: [{ to: ["admin"] }],
  };
  const file = join(folder, "simpost.yaml");
  writeFileSync(file, stringify(config));
  const log = openSync(join(folder, "log"), "w");
  const daemon = start([...program, "run", "-c", file], ["ignore", log, "inherit"]);
  const url = `http://127.0.0.1:${http}`;
  await until("the daemon serves", async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok ?? false);
  // What waited has waited too long by now: that is settled first, or it is measured, too.
  await until("nothing waits", async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const waiting = [
      ...text.matchAll(/^simpost_[a-z_]*\{[^}]*state="(?:queued|sending)"[^}]*\} ([\d.e+]+)$/gm),
    ];
    return waiting.length > 0 && waiting.every(([, count]) => Number(count) === 0);
  });
  return { url, stop: () => end(daemon) };
}

const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";

async function signIn(url: string, name: string): Promise<string> {
  const gate = await fetch(`${url}/sign-in`);
  const token = /name="token" value="([^"]+)"/.exec(await gate.text())?.[1] ?? "";
  const body = new URLSearchParams({ token, name, password: PASSWORD });
  const headers = { Cookie: cookieOf(gate) };
  const signedIn = await fetch(`${url}/sign-in`, { method: "POST", body, headers, redirect: "manual" });
  if (signedIn.status !== 303) throw new Error(`${name} could not sign in: ${signedIn.status}`);
  return cookieOf(signedIn);
}

async function linkIn(url: string, path: string, cookie: string, link: RegExp): Promise<string> {
  const page = await (await fetch(url + path, { headers: { Cookie: cookie } })).text();
  return link.exec(page)?.[1] ?? "none";
}

/** From the request to the first byte of the answer, on a new connection, milliseconds. */
function firstByte(url: string, cookie: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const take = (answer: IncomingMessage): void => {
      const took = performance.now() - began;
      answer.resume();
      answer.once("end", () =>
        answer.statusCode === 200 ? resolve(took) : reject(new Error(`${url} answered ${answer.statusCode}`)),
      );
    };
    get(url, { headers: { Cookie: cookie }, agent: false }, take).on("error", reject);
  });
}
