// What several bots, and a bot and its Bot API server, must be to each other.
import { isLoopback } from "./kinds.ts";
import type { Parsed } from "./schema.ts";
import type { Path, Problem } from "./source.ts";
import { hostOf, PUBLIC_ROOT } from "./telegram.ts";

/** Ports that Telegram brings updates to (Bot API, setWebhook); a Bot API server of one's own knows no such limit. */
const WEBHOOK_PORTS = ["443", "80", "88", "8443"];

const bots = ({ channels }: Parsed) =>
  [...channels].flatMap(([name, channel]) =>
    channel.driver === "telegram" ? [{ path: ["channels", name], name, channel }] : [],
  );

/** What can't be right: one bot read twice, one path for two, a webhook that Telegram does not call. */
export function botProblems(config: Parsed): readonly Problem[] {
  const [tokens, paths] = [new Map<string, string>(), new Map<string, string>()];
  return bots(config).flatMap(({ path, name, channel: { token, apiRoot, webhook } }) => {
    const url = webhook && URL.parse(webhook.url);
    const twin = claim(tokens, token, name);
    const other = url ? claim(paths, url.pathname, name) : undefined;
    const unreached =
      url && hostOf(URL.parse(apiRoot)) === hostOf(URL.parse(PUBLIC_ROOT)) ? uncalled(url) : undefined;
    return [
      ...(twin
        ? said([...path, "token"], `the channel "${twin}" is the same bot: a bot has one reader`)
        : []),
      ...(other ? said([...path, "webhook", "url"], `the channel "${other}" has the same path`) : []),
      ...(unreached ? said([...path, "webhook", "url"], unreached) : []),
    ];
  });
}

/** What is allowed, and yet the operator should know. */
export const botDoubts = (config: Parsed): readonly Problem[] =>
  bots(config).flatMap(({ path, channel: { apiRoot } }) => {
    const read = URL.parse(apiRoot);
    return read?.protocol === "http:" && !isLoopback(hostOf(read))
      ? said(
          [...path, "apiRoot"],
          `the bot's token crosses the network in the clear to ${hostOf(read)}: use https`,
        )
      : [];
  });

const said = (path: Path, message: string): readonly Problem[] => [{ path, message }];

/** Who had it before. */
function claim(owners: Map<string, string>, what: string, name: string): string | undefined {
  const owner = owners.get(what);
  owners.set(what, owner ?? name);
  return owner;
}

function uncalled(webhook: URL): string | undefined {
  if (isLoopback(hostOf(webhook))) return "is on this machine, where Telegram can't reach it";
  const port = webhook.port || "443";
  return WEBHOOK_PORTS.includes(port)
    ? undefined
    : `has port ${port}: Telegram brings updates to ${WEBHOOK_PORTS.join(", ")} only`;
}
