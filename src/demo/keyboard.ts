// Lines typed into the demo: a phone texts, ana mails. A standard input that is closed or not a terminal is fine.
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { say } from "./chat.ts";
import { TYPED } from "./hints.ts";
import { DOMAIN } from "./scenery.ts";
import type { Screen } from "./screen.ts";
import type { Running, World } from "./world.ts";

/** Obeys lines until `quit` is typed (then calls `end`) or the returned function is called. */
export function listen(
  input: Readable,
  world: World,
  running: Running,
  screen: Screen,
  end: () => void,
): () => void {
  const reader = createInterface({ input, terminal: false });
  reader.on("line", (line) => {
    const [, verb = "", number = "", words = ""] =
      /^\s*(\S+)(?:\s+(\S+))?(?:\s+(.*\S))?\s*$/.exec(line) ?? [];
    if (verb === "") return;
    if (verb === "quit" || verb === "exit") end();
    else if (verb === "chat" && number !== "" && world.chat.ana)
      say(world.chat, `${number} ${words}`.trim(), screen);
    else if (verb === "text" && /^\+?\d{3,15}$/.test(number) && words !== "")
      world.people.text(number, words);
    else if (verb === "mail" && number !== "" && words !== "")
      void mail(number, words, world, running, screen);
    else for (const help of TYPED) screen.line(`  ${help}`);
  });
  input.on("error", () => {});
  return () => {
    reader.close();
    input.pause();
  };
}

async function mail(
  number: string,
  text: string,
  { letters }: World,
  { mailPort }: Running,
  screen: Screen,
): Promise<void> {
  const to = number.includes("@") ? number : `${number}@${DOMAIN}`;
  screen.step("ana", `mails ${to}: "${text}"`);
  const answer = await letters.send(mailPort, { to, text }).then(
    (posted) => posted.answer,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  screen.step("simpost", answer);
}
