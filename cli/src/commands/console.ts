// `remnant console SERVER`: what a server printed on its console, as it is.

import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { findServerId } from '../find.ts';
import { countOf } from '../options.ts';

/** The command. */
export function consoleCommand(): Command {
  return new Command('console')
    .description("Print a server's console")
    .argument('<server>', 'name or id')
    .option('--lines <n>', 'only the last n lines', countOf)
    .action(async (wanted: string, options: { lines?: number }, command: Command) => {
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
