// Completion in zsh.
import { type CompletedCommand, type CompletedOption, completed, quoted } from "./completion-table.ts";
import type { Choices } from "./words-shape.ts";

/** What `_arguments` does for a value. */
const action = (choices: Choices): string =>
  choices === "file" ? "_files" : choices.length === 0 ? " " : `(${choices.join(" ")})`;

/** Brackets and colons mean something to `_arguments`. */
const plain = (text: string): string => text.replaceAll(/[[\]:\\]/g, "\\$&");

function option({ name, short, valued, multiple, choices, summary }: CompletedOption): string {
  const said = `[${plain(summary)}]`;
  const value = valued ? `:${name}:${action(choices)}` : "";
  const equals = valued ? "=" : "";
  if (short !== null) {
    const both = `(-${short} --${name})`;
    const long = quoted(`${both}--${name}${equals}${said}${value}`);
    return `${quoted(`${both}-${short}${said}${value}`)} ${long}`;
  }
  return quoted(`${multiple ? "*" : ""}--${name}${equals}${said}${value}`);
}

function command({ name, options, words }: CompletedCommand): string {
  const places = words.map((choices, place) => quoted(`${place + 1}:word:${action(choices)}`));
  const all = [...options.map(option), ...places, quoted("*:word: ")];
  return `    ${name}) _arguments -s ${all.join(" \\\n      ")} ;;`;
}

/** The script: in a folder of \`fpath\` as \`_simpost\`, or sourced. */
export function zsh(): string {
  const commands = completed();
  const listed = commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  return `#compdef simpost
# Completion of simpost in zsh; made by: simpost completion zsh
_simpost() {
  local -a commands
  commands=(
${listed.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(command).join("\n")}
  esac
}
if [ "$funcstack[1]" = _simpost ]; then _simpost "$@"; else compdef _simpost simpost; fi
`;
}
