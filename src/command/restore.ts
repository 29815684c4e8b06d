// `simpost restore`: a backup takes the store's place; what may have left since is not sent twice unless that is wanted.
import type { Copies, Restoration, Undecided } from "../bridge/ports/copies.ts";
import { holdingRecord, number, tellHolding } from "./backup.ts";
import { EXIT, type Io, say, sayJson } from "./io.ts";
import { type Line, misused } from "./parse.ts";
import { progressLine } from "./progress.ts";
import { Prompt } from "./prompt.ts";

export interface RestoreMeans {
  readonly copies: Pick<Copies, "prepare">;
  /** The store's place. */
  readonly path: string;
  /** UTC milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Restores, after a question. Throws Usage where nobody can be asked, and Error when it can't be done. */
export async function restoreCommand(
  line: Line,
  { copies, path, now, signal }: RestoreMeans,
  io: Io,
): Promise<number> {
  if (line.has("hold") && line.has("resend"))
    throw misused("restore", "--hold and --resend exclude each other");
  const hold = !line.has("resend");
  const prompt = new Prompt(io);
  if (!line.has("yes") && !prompt.terminal)
    throw misused("restore", "there is no terminal to ask at: say --yes to replace the store");
  const [file = ""] = line.positionals;
  const shown = progressLine(io.stderr);
  const work = { progress: shown.show, signal };
  const ready = await copies.prepare(file, path, now, work).finally(shown.end);
  say(io.stderr, explanation(file, path, ready, hold));
  const agreed = line.has("yes") || (await orAborted(prompt.confirm("Replace the store?"), signal));
  if (!agreed || signal.aborted) {
    await ready.cancel();
    say(io.stderr, "nothing was changed");
    return EXIT.failed;
  }
  const kept = await ready.replace(hold).finally(shown.end);
  if (line.has("json")) {
    const { holding, undecided } = ready;
    sayJson(io.stdout, { file, store: path, kept, ...holdingRecord(holding), undecided, held: hold });
    return EXIT.ok;
  }
  say(
    io.stdout,
    `${path} is restored from ${file}${kept === null ? "" : `; the old store is kept as ${kept}`}`,
  );
  return EXIT.ok;
}

/** What is about to happen, for whoever is asked. */
function explanation(file: string, path: string, { holding, undecided }: Restoration, hold: boolean): string {
  return [
    `${file}: ${tellHolding(holding)}; checked`,
    `It takes the place of ${path}; a store that is there now is kept beside it.`,
    ...fate(undecided, hold),
    "What came and went since the backup is not in it. Texts that came since and still lie in a gateway are read and forwarded again.",
  ].join("\n");
}

function fate({ texts, posts }: Undecided, hold: boolean): readonly string[] {
  if (texts + posts === 0)
    return ["All that is in it had left when the backup was made: nothing is sent twice."];
  const what = [
    ...(texts === 0 ? [] : [number(texts, "text", "texts")]),
    ...(posts === 0 ? [] : [number(posts, "mail or post", "mails or posts")]),
  ].join(" and ");
  return hold
    ? [
        `${what} had not left for certain when the backup was made, and may have left since: marked as failed, not sent again.`,
        "(--resend sends them: right if no daemon ran after the backup was made.)",
      ]
    : [
        `${what} had not left for certain when the backup was made: sent now, and so twice if they left since.`,
      ];
}

/** The answer; an interruption is a no. */
function orAborted(answer: Promise<boolean>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(false), { once: true });
    answer.then(resolve, reject);
  });
}
