// From the config to what others may push to: Telegram its updates, devices their news. By the path of the request.
import { createHash, timingSafeEqual } from "node:crypto";
import type { House } from "../bridge/house.ts";
import type { Config } from "../config/load.ts";
import type { Channels } from "./channels.ts";

/** Takes one pushed body with the headers it came with; resolves with the HTTP status to answer. */
type Hook = (headers: Headers, body: string) => Promise<number>;

/** What devices push to: `/push/GATEWAY/SECRET`. */
const PUSH = "/push/";

/** The hook at a path, in the config and house in force now; undefined: nobody pushes there. */
export function hookOf(
  path: string,
  config: Config,
  house: Pick<House, "stations" | "clock">,
  { chat }: Pick<Channels, "chat">,
): Hook | undefined {
  if (path.startsWith(PUSH)) return pushOf(path.slice(PUSH.length), config, house);
  const { webhook } = chat.find((one) => one.path === path)?.channel ?? {};
  return webhook
    ? (headers, body) => webhook.handle(headers.get("X-Telegram-Bot-Api-Secret-Token"), body)
    : undefined;
}

/** Whoever does not know the secret learns nothing: not even which gateways there are. */
function pushOf(
  rest: string,
  { gateways }: Config,
  { stations, clock }: Pick<House, "stations" | "clock">,
): Hook {
  const [name = "", given = ""] = rest.split("/", 2);
  const entry = gateways.get(name);
  const secret = entry?.driver === "dinstar" ? entry.push?.secret : undefined;
  const station = stations.get(name);
  // Both are compared whatever is missing.
  const same = isSame(`${name}/${given}`, rest) && isSame(given, secret ?? "");
  return async (_, body) => {
    if (!same || secret === undefined || !station?.gateway.pushed) return 404;
    station.poke(station.gateway.pushed(body), clock.now());
    return 200;
  };
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
/** In a time that says nothing of where they differ. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
