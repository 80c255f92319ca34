// `remnant console SERVER`, and `remnant console log show SERVER` as OpenStack's client has it: what a server printed.

import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { findServerId } from '../find.ts';
import { countOf } from '../options.ts';

/** The command. A server called `log` is named by its id. */
export function consoleCommand(): Command {
  const log = new Command('log').description('The same, as other clients call it').addCommand(printing('show'));
  return printing('console').addCommand(log);
}

function printing(name: string): Command {
  return new Command(name)
    .description("Print a server's console")
    .argument('<server>', 'name or id')
    .option('--lines <n>', 'only the last n lines', countOf)
    .action(async (wanted: string, _options: object, command: Command) => {
      // Below `console log`, it is the outer command that takes the option.
      const options = command.optsWithGlobals<{ lines?: number }>();
      const { client, show } = contextOf(command);
      const id = await findServerId(client, wanted);
      const { output } = await client.servers.getConsoleOutput(id, { length: options.lines ?? null });
      show({ output }, () => printable(output).trimEnd());
    });
}

/** A guest must not steer the terminal of who reads its console: only a pipe gets its control characters. */
function printable(text: string): string {
  return process.stdout.isTTY ? text.replaceAll(/(?![\n\t])\p{Cc}/gu, '') : text;
}
