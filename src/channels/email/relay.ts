// Hands mails to a relay over SMTP or LMTP (nodemailer, pooled), and says what a refusal means.
import { isIP } from "node:net";
import { createTransport } from "nodemailer";
import { SendError } from "../../bridge/errors.ts";
import type { RelayOptions } from "./options.ts";
import type { Mail } from "./write.ts";

/** Where mails go. */
export interface Outlet {
  /** Resolves with the Message-ID (no brackets) that the mail arrives under once the other side has taken it. Throws SendError. */
  deliver(mail: Mail, signal: AbortSignal): Promise<string>;
  /** Lets go of connections. Call it when nothing is under way. */
  close(): void;
}

/** Milliseconds. Shorter than RFC 5321 4.5.3.2 asks: a mail that was given up is tried again, one that hangs holds others up. */
const CONNECT = 10_000;
const GREETING = 30_000;
const SILENCE = 120_000;
export const DEFAULT_CONNECTIONS = 5;
const PORTS = { "smtp:": 25, "smtps:": 465, "lmtp:": 24 } as const;

/** What nodemailer's errors carry: the step that failed (`code`, `command`) and the server's answer. */
interface Failure {
  readonly message: string;
  readonly code: string | undefined;
  readonly command: string | undefined;
  readonly status: number;
  readonly answer: string;
}

/** A relay named by `smtp://`, `smtps://` or `lmtp://`. Throws Error for a URL that names none. */
export function createRelay(options: RelayOptions): Outlet {
  const url = parse(options.relay);
  const transport = createTransport({
    pool: true,
    maxConnections: options.connections ?? DEFAULT_CONNECTIONS,
    // A server that wants fewer says 421; until then a connection is kept, since a new one costs round trips.
    maxMessages: Number.POSITIVE_INFINITY,
    maxRequeues: 1,
    name: options.hostname,
    ...url,
    connectionTimeout: CONNECT,
    dnsTimeout: CONNECT,
    greetingTimeout: GREETING,
    socketTimeout: SILENCE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Errors of idle connections: the next mail opens another, and its own error is the one that counts.
  transport.on("error", () => undefined);
  return {
    async deliver(mail, signal) {
      if (signal.aborted) throw aborted(signal.reason);
      try {
        const info = await transport.sendMail({
          envelope: { from: mail.from, to: [mail.to] },
          raw: mail.raw,
          signal,
        });
        // LMTP answers for each recipient after the data (RFC 2033 4.2): nodemailer reports it here, not as an error.
        const [refused] = info.rejectedErrors ?? [];
        if (refused) throw refused;
        // Some services (Microsoft 365, Amazon SES) put their own Message-ID in the place of ours: replies will name that one.
        return info.serverMessageId?.replace(/^<|>$/g, "") ?? mail.id;
      } catch (error) {
        throw signal.aborted ? aborted(error) : meaning(failure(error), error);
      }
    },
    close: () => transport.close(),
  };
}

/** What a relay URL says, as nodemailer wants it. Throws Error for one that names none. */
export function parse(relay: string) {
  const url = URL.parse(relay);
  const scheme = url?.protocol;
  if (!url || (scheme !== "smtp:" && scheme !== "smtps:" && scheme !== "lmtp:") || url.hostname === "") {
    throw new Error("relay: expected smtp://HOST, smtps://HOST, lmtp://HOST or maildir:PATH");
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const secure = scheme === "smtps:";
  const tls = url.searchParams.get("tls") ?? (url.username === "" || isLoopback(host) ? "any" : "verify");
  if (tls !== "verify" && tls !== "any" && tls !== "off")
    throw new Error("relay: ?tls= is verify, any or off");
  return {
    host,
    port: url.port === "" ? PORTS[scheme] : Number(url.port),
    secure,
    lmtp: scheme === "lmtp:",
    requireTLS: tls === "verify" && !secure,
    ignoreTLS: tls === "off",
    // Opportunistic encryption without a known name still keeps listeners out (RFC 7435).
    tls: { rejectUnauthorized: secure || tls === "verify", ...(isIP(host) ? {} : { servername: host }) },
    ...(url.username === ""
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
  };
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

function failure(error: unknown): Failure {
  const of = (key: string): unknown =>
    typeof error === "object" && error !== null && key in error ? Reflect.get(error, key) : undefined;
  const text = (key: string): string | undefined => {
    const value = of(key);
    return typeof value === "string" ? value : undefined;
  };
  const status = of("responseCode");
  return {
    message: text("message") ?? String(error),
    code: text("code"),
    command: text("command"),
    status: typeof status === "number" ? status : 0,
    answer: text("response") ?? "",
  };
}

/**
 * What a failed delivery means. A connection that is lost, even after the final dot, is `temporary`: the mail is sent again, perhaps a second
 * time, because RFC 5321 4.2.5 leaves it to the client as long as no answer came, and 6.1 prefers a duplicate to a loss. The second one carries
 * the same Message-ID, by which mailboxes recognise it.
 */
function meaning(failed: Failure, cause: unknown): SendError {
  const { code, command, status } = failed;
  const detail = `${command ?? code ?? "relay"}: ${failed.answer || failed.message}`;
  const aboutMail = code === "EENVELOPE" || code === "EMESSAGE";
  // Before RCPT it is our login, our name or our sender that is refused: nothing that another mail would change, and an operator can.
  const aboutUs = [421, 530, 535, 538].includes(status) || (command === "MAIL FROM" && !isSize(failed));
  if (!aboutMail || aboutUs) return new SendError("temporary", detail, { cause });
  // 503 says that the session is out of step, not that the mail is bad (RFC 5321 4.2.2).
  if (status >= 500 && status < 600 && status !== 503) {
    return new SendError("permanent", detail, {
      cause,
      scope: "message",
      words: "The mail server refused the mail.",
    });
  }
  return new SendError("temporary", detail, { cause, scope: "message" });
}

/** Too big: RFC 1870 6.1, RFC 3463 x.3.4. */
const isSize = ({ status, answer }: Failure): boolean =>
  (status === 552 && !/\b5\.2\.2\b/.test(answer)) || /\b5\.3\.4\b/.test(answer);

const aborted = (cause: unknown): SendError =>
  new SendError("temporary", "given up while it was handed to the relay", { cause, scope: "message" });
