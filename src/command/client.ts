// The way to the running daemon: its API over loopback, with the key that it keeps beside its store.
import { existsSync, readFileSync, statSync } from "node:fs";
import { request } from "undici";
import type { z } from "zod";
import { localKeyFile } from "../api/key.ts";
import { problem } from "../api/shapes.ts";

/** Where a daemon is. */
export interface Place {
  /** The config's `http.listen`. */
  readonly listen: string;
  /** Where its store lies. */
  readonly store: string;
}

export interface Client {
  /** "address:port" */
  readonly where: string;
  /** Throws Away, Refused, and Error for everything else that goes wrong. `path`: under /api/v1, encoded. */
  get<S extends z.ZodType>(path: string, query: Query, answer: S): Promise<z.output<S>>;
  post<S extends z.ZodType>(path: string, body: object, answer: S): Promise<z.output<S>>;
  delete(path: string): Promise<void>;
}

/** What is undefined is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** No daemon answers. Exit code 3. */
export class Away extends Error {
  override readonly name = "Away";
}

/** The daemon says no. `message` is its own. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** The end of the problem's `type`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** One answer may take so long, milliseconds. */
const PATIENCE = 30_000;
/** More than the longest page takes, bytes. */
const LONGEST = 64 * 1024 * 1024;

/** Makes the way; nothing is asked yet. Throws Away when no daemon ever ran here, and Error when the key can't be read. */
export function connect({ listen, store }: Place): Client {
  const where = reachable(listen);
  const { key, file } = readKey(store, where);
  const call = async (method: "GET" | "POST" | "DELETE", path: string, body?: object) => {
    const { status, type, text } = await ask(where, method, path, key, body);
    const answer = parsed(text);
    if (status >= 200 && status < 300) return answer;
    const said = problem.safeParse(answer);
    if (!said.success || !/^application\/problem\+json/.test(type))
      throw new Error(`what answers at ${where} is no simpost that this one knows (HTTP ${status})`);
    if (status === 401)
      throw new Error(
        `the daemon at ${where} does not take the key in ${file}: it has another store, or is asked from elsewhere than this machine's loopback (http.listen is ${listen})`,
      );
    const { type: name, detail, retryAt } = said.data;
    const when = retryAt === undefined ? "" : ` (again at ${retryAt})`;
    throw new Refused(name.replace(/^.*:/, ""), `${detail}${when}`);
  };
  const read = <S extends z.ZodType>(answer: unknown, shape: S): z.output<S> => {
    const result = shape.safeParse(answer);
    if (result.success) return result.data;
    const [first] = result.error.issues;
    throw new Error(
      `the daemon at ${where} answers what this simpost does not understand (${first?.path.join(".") ?? ""}): is it of another version? Restart it`,
    );
  };
  return {
    where,
    get: async (path, query, shape) => read(await call("GET", `${path}${written(query)}`), shape),
    post: async (path, body, shape) => read(await call("POST", path, body), shape),
    delete: async (path) => void (await call("DELETE", path)),
  };
}

/** A listener on all addresses is reached on loopback. */
function reachable(listen: string): string {
  const where = listen.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
  if (where.endsWith(":0"))
    throw new Error("http.listen says port 0, any free one: the daemon can't be found there");
  return where;
}

/** The key that was made last: a dry run has a store, and so a key, of its own. */
function readKey(store: string, where: string): { readonly key: string; readonly file: string } {
  const [file] = [store, `${store}.dry-run`]
    .map(localKeyFile)
    .filter((one) => existsSync(one))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (file === undefined)
    throw new Away(
      `no daemon runs on this store, there is no ${localKeyFile(store)} (it would be at ${where})`,
    );
  try {
    return { key: readFileSync(file, "utf8").trim(), file };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new Error(`the key ${file} can't be read (${code}): be the user that simpost runs as, or root`);
  }
}

async function ask(
  where: string,
  method: "GET" | "POST" | "DELETE",
  path: string,
  key: string,
  body: object | undefined,
): Promise<{ readonly status: number; readonly type: string; readonly text: string }> {
  try {
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(`http://${where}/api/v1${path}`, {
      method,
      signal: AbortSignal.timeout(PATIENCE),
      reset: true,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    let text = "";
    for await (const chunk of answer.setEncoding("utf8")) {
      text += String(chunk);
      if (text.length > LONGEST) throw new Error("its answer has no end");
    }
    return { status: statusCode, type: String(headers["content-type"] ?? ""), text };
  } catch (error) {
    throw unanswered(error, where, method);
  }
}

/** Of these it is certain that nobody heard the question. */
const NOBODY = new Set(["ECONNREFUSED", "EADDRNOTAVAIL", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND"]);

function unanswered(error: unknown, where: string, method: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  // Of a name with several addresses: the first one's.
  const first: unknown = error instanceof AggregateError && !("code" in error) ? error.errors[0] : error;
  const code = first instanceof Error && "code" in first ? String(first.code) : error.name;
  if (NOBODY.has(code)) return new Away(`no daemon answers at ${where} (${code}): is it running?`);
  const late = error.name === "TimeoutError";
  const what = late ? `did not answer within ${PATIENCE / 1_000} s` : `broke off (${error.message})`;
  const done =
    method === "GET" ? "" : "; whether it did what it was asked is not known: look before asking again";
  return new Error(`the daemon at ${where} ${what}${done}`);
}

function written(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
