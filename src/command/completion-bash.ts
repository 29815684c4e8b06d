// Completion in bash.
import { type CompletedCommand, completed, quoted } from "./completion-table.ts";
import type { Choices } from "./words-shape.ts";

/** Files are completed by bash itself. */
const spelled = (choices: Choices): string => (choices === "file" ? "@file" : choices.join(" "));

const options = ({ name, options }: CompletedCommand): string => {
  const all = options.flatMap(({ name, short, valued }) => [
    `--${name}${valued ? "=" : ""}`,
    ...(short === null ? [] : [`-${short}${valued ? "=" : ""}`]),
  ]);
  return `    ${name}) echo ${quoted(all.join(" "))} ;;`;
};

const values = ({ name, options }: CompletedCommand): readonly string[] =>
  options
    .filter(({ choices }) => choices.length > 0)
    .map(({ name: option, short, choices }) => {
      const short_ = short === null ? "" : `|'${name} -${short}'`;
      return `    '${name} --${option}'${short_}) echo ${quoted(spelled(choices))} ;;`;
    });

const words = ({ name, words }: CompletedCommand): readonly string[] =>
  words.flatMap((choices, place) =>
    choices.length === 0 ? [] : [`    '${name} ${place}') echo ${quoted(spelled(choices))} ;;`],
  );

/** The script. Works with bash's own words alone, without the package bash-completion. */
export function bash(): string {
  const commands = completed();
  return `# Completion of simpost in bash; made by: simpost completion bash
_simpost_options() {
  case $1 in
${commands.map(options).join("\n")}
  esac
}
_simpost_values() {
  case "$1 $2" in
${commands.flatMap(values).join("\n")}
  esac
}
_simpost_words() {
  case "$1 $2" in
${commands.flatMap(words).join("\n")}
  esac
}
_simpost() {
  local current=\${COMP_WORDS[COMP_CWORD]} command= valued= place=0 options= choices= i word
  # --state=fa comes as three words.
  [[ $current == = ]] && current=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == = ]]; then continue
    elif [[ -z $command ]]; then command=$word options=" $(_simpost_options "$word") "
    elif [[ -n $valued ]]; then valued=
    elif [[ $options == *" $word= "* ]]; then valued=$word
    elif [[ $word != -* ]]; then ((++place))
    fi
  done
  if [[ -z $command ]]; then choices=${quoted(`${commands.map(({ name }) => name).join(" ")} --help --version`)}
  elif [[ -n $valued ]]; then choices=$(_simpost_values "$command" "$valued")
  elif [[ $current == -* ]]; then choices=\${options//= / }
  else choices=$(_simpost_words "$command" "$place")
  fi
  if [[ $choices == @file ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY=()
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
  else
    COMPREPLY=($(compgen -W "$choices" -- "$current"))
  fi
}
complete -F _simpost simpost
`;
}
