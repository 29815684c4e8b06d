// The manual page, simpost(1), made of what the command line says of itself.
import { COMMANDS } from "../src/command/words.ts";

/** Plain text as roff takes it: no request, no escape, hyphens that can be copied. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll(/^([.'])/gm, "\\&$1");

/** A block that keeps its lines. */
const block = (text: string): string => `.nf\n${plain(text)}\n.fi`;

/** simpost(1) as roff (man macros). */
export function manual(version: string, date: Date): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary, usage, more }]) =>
    [`.SS ${name}`, plain(`${summary}.`), ".PP", block(usage), ".PP", block(more)].join("\n"),
  );
  return `.TH SIMPOST 1 "${date.toISOString().slice(0, 10)}" "simpost ${version}"
.SH NAME
simpost \\- mail becomes SMS and SMS becomes mail, through GSM gateways
.SH SYNOPSIS
.B simpost
.I COMMAND
\\&...
.SH DESCRIPTION
simpost stands between people's mail and chat and GSM gateways, which are boxes with SIM cards.
Without a command it plays a demo, in which everything but simpost itself is simulated.
.SH COMMANDS
${commands.join("\n")}
.SH FILES
.TP
.I ./simpost.yaml, /etc/simpost/simpost.yaml
The config, unless \\-c names another one.
.TP
.I /var/lib/simpost/
The store of the system service.
.SH EXIT STATUS
0 done, 1 failed, 2 bad usage or config, 3 no daemon answers.
.SH SEE ALSO
.I /usr/share/doc/simpost/
`;
}
