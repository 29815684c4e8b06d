// The ports that the daemon listens on: free, or in use by simpost itself and nobody else.
import { once } from "node:events";
import { connect, createServer, isIP, isIPv6, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { connect as connectTls } from "node:tls";
import { request } from "undici";
import { bad, type Check, codeOf, doubtful, good, type Said } from "./finding.ts";
import type { ListenerPatient, Patient, Place } from "./patient.ts";

const LIMIT = 15_000;
/** It is this machine, milliseconds; a mail server may look up who connects before it greets. */
const PATIENCE = 5_000;
const LONGEST_GREETING = 512;
/** What simpost says of itself in its greeting (RFC 5321 section 4.2). */
const OURS = /^220[ -].*\bsimpost\b/;

/** Whether simpost answers there, somebody else (and what it says), or nobody. */
type Answer = { readonly who: "simpost" | "nobody" } | { readonly who: "other"; readonly greeting: string };

export const doorsCheck = ({ http, mail, inside }: Pick<Patient, "http" | "mail" | "inside">): Check => ({
  name: "ports",
  limit: LIMIT,
  async run(signal) {
    const web = await askHttp(http, signal);
    // Asked by the daemon itself: an answer of its own proves nothing more.
    const running = inside || web.who === "simpost";
    const doors = mail.flatMap(({ listen }) => listen);
    const said = await Promise.all([
      judge(http, "http.listen", web, running),
      ...doors.map(async (door) => judge(door, "mail", await askMail(door, signal), running)),
    ]);
    return [good(running ? "the daemon is running" : "no daemon is running here"), ...said];
  },
});

async function judge(place: Place, what: string, answer: Answer, running: boolean): Promise<Said> {
  const where = spelled(place);
  if (!isHere(place.address)) return foreign(place, what);
  if (place.port === 0) return good(`${what}: any free port`);
  if (answer.who === "other")
    return bad(
      `${where} (${what}) is in use by another program${answer.greeting === "" ? "" : `, which says: ${answer.greeting}`}`,
      `Stop that program, or choose another port. Which one is it? ss -ltnp 'sport = :${place.port}'`,
    );
  if (answer.who === "simpost") return good(`${where} (${what}) is served by simpost`);
  if (running)
    return doubtful(
      `the daemon runs, and does not listen on ${where} (${what})`,
      "Was the config changed since? Reload it (SIGHUP); http.listen takes effect at a restart.",
    );
  return free(place, what);
}

async function free(place: Place, what: string): Promise<Said> {
  const where = spelled(place);
  const server = createServer();
  try {
    server.listen(place.port, place.address);
    await once(server, "listening");
    return good(`${where} (${what}) is free`);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EACCES")
      return doubtful(
        `${where} (${what}): this user may not open ports below 1024`,
        "Let systemd open it (docs/install.md, Mail ports opened by systemd), or give the daemon CAP_NET_BIND_SERVICE.",
      );
    if (code === "EADDRNOTAVAIL") return foreign(place, what);
    return bad(`${where} (${what}) can't be listened on: ${code}`, "Is the address right?");
  } finally {
    server.close();
  }
}

const foreign = ({ address }: Place, what: string): Said =>
  bad(`${address} (${what}) is no address of this machine`, "0.0.0.0 or :: is all of them.");

/** A name is left to the system. */
const isHere = (address: string): boolean =>
  isIP(address) === 0 ||
  /^(?:127\.|0\.0\.0\.0$|::1?$)/.test(address) ||
  Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));

const spelled = ({ address, port }: Place): string => `${isIPv6(address) ? `[${address}]` : address}:${port}`;

/** A listener on all addresses is reached on loopback. */
const reachable = (address: string): string =>
  address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;

async function askHttp({ address, port }: Place, signal: AbortSignal): Promise<Answer> {
  if (port === 0 || !isHere(address)) return { who: "nobody" };
  try {
    const { body } = await request(`http://${spelled({ address: reachable(address), port })}/healthz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
      reset: true,
    });
    const text = await body.text();
    const ours = /^\{"status":"(?:ok|failing)"/.test(text);
    return ours ? { who: "simpost" } : { who: "other", greeting: "" };
  } catch (error) {
    return unanswered(error);
  }
}

async function askMail({ address, port, tls }: ListenerPatient, signal: AbortSignal): Promise<Answer> {
  if (port === 0 || !isHere(address)) return { who: "nobody" };
  const host = reachable(address);
  // Whose certificate it is does not matter here: nothing is said to it.
  const socket =
    tls === "implicit" ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
  try {
    const greeting = await firstLine(socket, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]));
    return OURS.test(greeting) ? { who: "simpost" } : { who: "other", greeting };
  } catch (error) {
    return unanswered(error);
  } finally {
    socket.destroy();
  }
}

async function firstLine(socket: Socket, signal: AbortSignal): Promise<string> {
  socket.setEncoding("latin1");
  // An error that comes after the answer is nobody's business any more.
  socket.on("error", () => {});
  let text = "";
  while (!text.includes("\n") && text.length < LONGEST_GREETING) {
    const [chunk]: unknown[] = await Promise.race([
      once(socket, "data", { signal }),
      once(socket, "end", { signal }).then(() => ["\n"]),
    ]);
    text += String(chunk);
  }
  return text.slice(0, text.indexOf("\n")).trim().slice(0, LONGEST_GREETING);
}

/** Nobody listens there; or somebody does who says nothing that we understand. */
const unanswered = (error: unknown): Answer =>
  ["ECONNREFUSED", "EADDRNOTAVAIL", "EHOSTUNREACH", "ENETUNREACH", "EINVAL"].includes(codeOf(error))
    ? { who: "nobody" }
    : { who: "other", greeting: "" };
