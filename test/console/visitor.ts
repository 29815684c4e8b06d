// Somebody with a browser without a window: keeps cookies, follows nothing by itself, fills in forms.
import { get } from "node:http";

export interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it leads to; "" nowhere. */
  readonly to: string;
}

export class Visitor {
  readonly cookies = new Map<string, string>();
  /** Of every request. */
  readonly #headers: Readonly<Record<string, string>>;
  readonly #url: string;
  /** The token that the last page's forms carried. */
  token = "";
  /** The last page's key against sending twice. */
  key = "";

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Seen> {
    return this.#ask(path, { headers });
  }

  /** Posts a form of the last page, from that page. */
  post(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Seen> {
    return this.#ask(path, {
      method: "POST",
      body: new URLSearchParams({ token: this.token, ...fields }),
      headers: { Origin: this.#url, ...headers },
    });
  }

  async signIn(name: string, password = `${name}s secret`, next = ""): Promise<Seen> {
    const path = `/sign-in${next === "" ? "" : `?next=${encodeURIComponent(next)}`}`;
    await this.get(path);
    const seen = await this.post(path, { name, password });
    if (seen.status === 303) await this.get("/conversations");
    return seen;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** The events of the page that is open, until `count` came. */
  events(count: number): Promise<readonly string[]> {
    return new Promise((resolve, reject) => {
      const found: string[] = [];
      const request = get(`${this.#url}/events`, { headers: { Cookie: this.cookie } }, (answer) => {
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          found.push(...[...chunk.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => data));
          if (found.length >= count) {
            request.destroy();
            resolve(found);
          }
        });
        answer.on("end", () => resolve(found));
        answer.on("error", () => resolve(found));
      });
      request.on("error", reject);
    });
  }

  async #ask(path: string, init: RequestInit): Promise<Seen> {
    const headers = new Headers({ ...this.#headers, ...Object.fromEntries(new Headers(init.headers)) });
    if (this.cookies.size > 0) headers.set("Cookie", this.cookie);
    const answer = await fetch(`${this.#url}${path}`, { ...init, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || /Max-Age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await answer.text();
    this.token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? this.token;
    this.key = /name="key" value="([^"]+)"/.exec(text)?.[1] ?? this.key;
    return { status: answer.status, headers: answer.headers, text, to: answer.headers.get("Location") ?? "" };
  }
}
