// Completion in fish.
import { type CompletedCommand, completed } from "./completion-table.ts";
import type { Choices } from "./words-shape.ts";

/** In fish, a backslash means something within single quotes too. */
const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;

const values = (choices: Choices): string =>
  choices === "file" ? " -rF" : choices.length === 0 ? " -x" : ` -xa ${quoted(choices.join(" "))}`;

function lines({ name, summary, options, words }: CompletedCommand): readonly string[] {
  const first = `complete -c simpost -n '__simpost_at 0' -a ${name} -d ${quoted(summary)}`;
  const known = options.map(({ name: option, short, valued, choices, summary: said }) => {
    const small = short === null ? "" : ` -s ${short}`;
    return `complete -c simpost -n '__simpost_in ${name}' -l ${option}${small}${valued ? values(choices) : ""} -d ${quoted(said)}`;
  });
  const places = words.flatMap((choices, place) => {
    if (choices.length === 0) return [];
    const what = choices === "file" ? "-F" : `-a ${quoted(choices.join(" "))}`;
    return [`complete -c simpost -n '__simpost_in ${name}; and __simpost_at ${place + 1}' ${what}`];
  });
  return [first, ...known, ...places];
}

/** The script. */
export function fish(): string {
  const commands = completed();
  const valued = commands.map(({ name, options }) => {
    const all = options
      .filter(({ valued }) => valued)
      .flatMap(({ name, short }) => [`--${name}`, ...(short === null ? [] : [`-${short}`])]);
    return `        case ${name}\n            set valued ${all.join(" ")}`;
  });
  return `# Completion of simpost in fish; made by: simpost completion fish
function __simpost_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = $argv[1]
end
# How many words there are so far, without options and their values.
function __simpost_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l valued
    switch "$words[1]"
${valued.join("\n")}
    end
    set -l count 0
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if contains -- $word $valued
            set skip 1
        else if not string match -q -- '-*' $word
            set count (math $count + 1)
        end
    end
    test $count -eq $argv[1]
end
complete -c simpost -f
${commands.flatMap(lines).join("\n")}
`;
}
