// `simpost invite`: a one-time link that ties somebody's Telegram account to a user of the config.
import { EXIT, type Io, say, sayJson, Usage } from "./io.ts";
import { type Line, nearest } from "./parse.ts";

/** What an invitation needs of the config. */
export interface InviteConfig<Bot> {
  readonly file: string;
  readonly users: readonly string[];
  /** By the names of their channels. */
  readonly bots: ReadonlyMap<string, Bot>;
}

export interface InviteMeans {
  readonly user: string;
  readonly channel: string;
  /** The bot's @name, without the @. Throws Error when Telegram can't tell. */
  botName(): Promise<string>;
  /** Makes the link's token; `expires`: UTC milliseconds. */
  invitation(): { readonly token: string; readonly expires: number };
}

/** Whom to invite, and to which bot. Throws Usage. */
export function readInvited<Bot>(
  line: Line,
  { file, users, bots }: InviteConfig<Bot>,
): { readonly user: string; readonly channel: string; readonly bot: Bot } {
  const [user = ""] = line.positionals;
  const wanted = line.text("channel");
  const names = [...bots.keys()];
  if (names.length === 0) throw new Usage(`invite: ${file} has no Telegram channel`);
  if (!users.includes(user)) throw new Usage(`invite: ${file} has no user "${user}"${guess(user, users)}`);
  const [chosen, ...others] = [...bots].filter(([name]) => wanted === undefined || name === wanted);
  if (chosen === undefined)
    throw new Usage(`invite: ${file} has no Telegram channel "${wanted}", only: ${names.join(", ")}`);
  if (others.length > 0)
    throw new Usage(`invite: there are several Telegram channels: say --channel ${names.join(" or ")}`);
  const [channel, bot] = chosen;
  return { user, channel, bot };
}

function guess(user: string, users: readonly string[]): string {
  const near = nearest(user, users);
  return near === undefined ? "" : `: did you mean "${near}"?`;
}

/** Prints the link; what there is to know about it goes to standard error. */
export async function inviteCommand(line: Line, means: InviteMeans, io: Io): Promise<number> {
  const { user, channel } = means;
  // The time runs from when the link is there.
  const bot = await means.botName();
  const { token, expires } = means.invitation();
  // core.telegram.org/bots/features, "Deep linking".
  const link = `https://t.me/${bot}?start=${token}`;
  const until = new Date(expires).toISOString();
  if (line.has("json")) {
    sayJson(io.stdout, { user, channel, bot, link, expires: until });
    return EXIT.ok;
  }
  say(io.stdout, link);
  say(
    io.stderr,
    `For ${user}, once, until ${until.slice(0, 16).replace("T", " ")} UTC, while the daemon runs: whoever opens it and presses Start is ${user} from then on.`,
  );
  return EXIT.ok;
}
