// What to try while the demo stays up: commands that work as they are printed.
import { ANA, BEN, CONSOLE_LOGIN, DOMAIN, NOBODY, OFFICE } from "./scenery.ts";
import type { Screen } from "./screen.ts";
import type { Running, World } from "./world.ts";

/** In a checkout, and as an installed package. */
const SIMPOST = import.meta.url.endsWith(".ts") ? "npm start --" : "simpost";
/** Some phone. */
const ADA = "+491705550123";

/** Prints the commands, for another terminal in the same folder. */
export function hint(
  { booth, chat }: World,
  { config, mailPort, http }: Running,
  page: string,
  screen: Screen,
): void {
  const put = (what: string, ...commands: readonly string[]): void => {
    screen.line();
    screen.line(`  ${what}`);
    for (const command of commands) screen.line(`    ${command}`);
  };
  screen.line();
  screen.title(
    "Now you. simpost stays up until Ctrl-C; all that arrives on a phone or in the mailbox shows here.",
  );
  put(
    `In a browser: phones, mailbox and chat to try; and simpost's console (name ${CONSOLE_LOGIN.name}, password ${CONSOLE_LOGIN.password}):`,
    page,
    http,
  );
  put(
    "A mail that becomes an SMS (any number: its phone answers; in another terminal):",
    `printf 'From: ${ANA}\\n\\nHello from curl\\n' | curl -sS smtp://127.0.0.1:${mailPort} --mail-from ${ANA} --mail-rcpt ${ADA}@${DOMAIN} -T -`,
    // swaks takes a --to value that begins with + for something else.
    `swaks --server 127.0.0.1:${mailPort} --from ${ANA} --to ${ADA.slice(1)}@${DOMAIN} --header 'Subject: Hi' --body 'Hello from swaks'`,
    `${SIMPOST} send ${ADA} 'Hello from the command line' -c ${config}`,
  );
  put(
    "A number that fails, and a stranger whom simpost refuses:",
    `${SIMPOST} send ${NOBODY} 'Anybody?' -c ${config}`,
    `swaks --server 127.0.0.1:${mailPort} --from eve@example.org --to ${ADA.slice(1)}@${DOMAIN}`,
  );
  put(
    "A phone texts a SIM, and what is on its screen:",
    `curl -sS ${booth.url}/phones/${BEN} -d 'Running late, sorry'`,
    `curl -sS ${booth.url}/phones/${BEN}`,
  );
  if (chat.url === null)
    put(
      "The real bot: a link that lets you in as ana, once; then write to it as to anybody:",
      `${SIMPOST} invite ana -c ${config}`,
    );
  put(
    "What simpost knows:",
    `${SIMPOST} messages -c ${config}`,
    `${SIMPOST} gateway ${OFFICE} ports -c ${config}`,
    `curl -sS ${http}/readyz`,
    `curl -sS ${http}/healthz ${http}/metrics`,
    `tail -f ${config.replace(/\.yaml$/, ".log")}`,
  );
  screen.line();
  screen.line(
    "  Or type here: text NUMBER WORDS (a phone texts), mail NUMBER WORDS (ana mails), chat WORDS (ana writes to the bot), help, quit",
  );
  screen.line();
}

/** What can be typed into the demo itself. */
export const TYPED = [
  `text ${BEN} Hello     that phone texts the SIM that it knows; simpost makes a mail of it`,
  `mail ${BEN} Hello     ana mails that phone; or a code: mail *111# menu`,
  "chat /ports                   ana writes to the bot; or: chat /send +491705550123 Hello",
  "quit                          ends the demo, like Ctrl-C",
];
