// Requests by hand: HTTP with a digest computed here, from RFC 7616 alone, so that the simulated devices are checked against something else.
import { createHash } from "node:crypto";
import { type IncomingHttpHeaders, request as open } from "node:http";

export interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request on a connection of its own; rejects when the connection breaks. */
export function raw(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal } = {},
): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body, signal } = options;
    const request = open(
      url,
      { method, headers, agent: false, ...(signal ? { signal } : {}) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** A login with a digest that is reused with a rising count. */
class Login {
  readonly username: string;
  readonly password: string;
  challenge: { realm: string; nonce: string; opaque: string } | undefined;
  count = 0;

  constructor(username: string, password: string) {
    this.username = username;
    this.password = password;
  }

  learn(header: string): void {
    const field = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? "";
    this.challenge = { realm: field("realm"), nonce: field("nonce"), opaque: field("opaque") };
    this.count = 0;
  }

  header(method: string, target: string): string {
    const { realm, nonce, opaque } = this.challenge ?? { realm: "", nonce: "", opaque: "" };
    this.count += 1;
    const nc = this.count.toString(16).padStart(8, "0");
    const cnonce = "0a4f113b";
    const a1 = md5(`${this.username}:${realm}:${this.password}`);
    const a2 = md5(`${method}:${target}`);
    const response = md5(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`);
    return `Digest username="${this.username}", realm="${realm}", nonce="${nonce}", uri="${target}", qop=auth, nc=${nc}, cnonce="${cnonce}", response="${response}", opaque="${opaque}", algorithm=MD5`;
  }
}

interface Device {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** A client of a Dinstar that logs in by digest; `call` answers the body as JSON. */
export function dinstarClient(device: Device) {
  const login = new Login(device.username, device.password);
  const send = async (method: string, target: string, body?: unknown): Promise<Raw> => {
    if (!login.challenge) {
      const refused = await raw(`${device.url}/api/get_port_info`);
      login.learn(refused.headers["www-authenticate"] ?? "");
    }
    const headers = { Authorization: login.header(method, target) };
    const content = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    return raw(device.url + target, { method, headers, ...(content === undefined ? {} : { body: content }) });
  };
  return {
    login,
    send,
    get: async (target: string) => JSON.parse((await send("GET", target)).text),
    post: async (target: string, body: unknown) => JSON.parse((await send("POST", target, body)).text),
  };
}

/** A client of a Synway: Basic, POST, JSON. `send` gives the raw answer. */
export function synwayClient(device: Device) {
  const token = Buffer.from(`${device.username}:${device.password}`).toString("base64");
  const send = (path: string, body: unknown): Promise<Raw> =>
    raw(`${device.url}${path}`, {
      method: "POST",
      headers: { Authorization: `Basic ${token}` },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const call = async (path: string, body: unknown) => JSON.parse((await send(path, body)).text);
  return {
    send,
    task: (body: unknown) => call("/API/TaskHandle", body),
    query: (body: unknown) => call("/API/QueryInfo", body),
  };
}
