// `remnant completion bash`: a script that completes commands and options, made of the commands themselves.

import { Command } from 'commander';

/** The command; `root` is the program it is for, asked when it runs. */
export function completionCommand(root: () => Command): Command {
  const bash = new Command('bash').description('For bash: source <(remnant completion bash)').action(() => {
    process.stdout.write(bashScript(root()));
  });
  return new Command('completion').description('Complete commands in a shell').addCommand(bash);
}

/** The script: the words after each command, by the command's own words. */
function bashScript(root: Command): string {
  const cases = [...lines(root, [])].map(([path, words]) => `    '${path}') words='${words.join(' ')}' ;;`);
  return `# bash completion of remnant
_remnant() {
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  # What is no command is an argument: the command in front of it is what counts.
  while :; do
    case $path in
${cases.map((line) => `  ${line}`).join('\n')}
    esac
    [ -n "$words" ] || [ -z "$path" ] && break
    case $path in *' '*) path=\${path% *} ;; *) path='' ;; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _remnant remnant
`;
}

function* lines(command: Command, path: readonly string[]): Generator<readonly [string, readonly string[]]> {
  const below = command.commands.filter((one) => one.name() !== 'help');
  const options = [...command.options, ...(path.length === 0 ? [] : rootOptions(command))].filter((one) => !one.hidden);
  const words = [...below.map((one) => one.name()), ...options.flatMap((one) => one.long ?? []), '--help'];
  yield [path.join(' '), [...new Set(words)]];
  for (const one of below) yield* lines(one, [...path, one.name()]);
}

function rootOptions(command: Command): Command['options'] {
  return command.parent === null ? command.options : rootOptions(command.parent);
}
