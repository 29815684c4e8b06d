// `simpost hash`: a password in, what the config wants out.
import { EXIT, type Io, say, Usage } from "./io.ts";
import { Prompt } from "./prompt.ts";

/** Reads a password from standard input (asked for twice and unseen on a terminal) and prints its hash. */
export async function hashCommand(io: Io, hash: (password: string) => Promise<string>): Promise<number> {
  const prompt = new Prompt(io);
  const password = await prompt.secret("Password: ");
  if (password === null || password === "") throw new Usage("hash: no password was given on standard input");
  if (prompt.terminal && (await prompt.secret("The same again: ")) !== password) {
    say(io.stderr, "simpost: these were two different passwords");
    return EXIT.failed;
  }
  say(io.stdout, await hash(password));
  return EXIT.ok;
}
