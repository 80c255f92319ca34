// The `remnant` command: its nouns, the options all of them take, and how errors are told: one line, never a stack trace.

import { RemnantApiError, RemnantConnectionError } from '@remnant/client';
import { Command, CommanderError } from 'commander';
import { consoleCommand } from './commands/console.ts';
import { crashCommand } from './commands/crash.ts';
import { dumpCommand } from './commands/dump.ts';
import { serverCommand } from './commands/server.ts';
import { serviceCommand } from './commands/service.ts';
import { CommandEnd, EXIT, EXIT_HELP } from './exit.ts';
import { secondsOf } from './options.ts';

/** Runs the command line `argv` (node's, with its two first words) and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that went away (`| head`) is no failure.
  process.stdout.on('error', () => process.exit(EXIT.done));
  try {
    await program().parseAsync(argv);
    return EXIT.done;
  } catch (error) {
    const { code, message } = endOf(error);
    if (message !== '') process.stderr.write(`remnant: ${message}\n`);
    return code;
  }
}

function program(): Command {
  const root = new Command('remnant')
    .description('Crash dumps of stalled servers, and the truth about the hosts under them.')
    .option('--os-cloud <name>', 'cloud in clouds.yaml; else OS_CLOUD, OS_* variables, or the only one there')
    .option('--json', 'print JSON')
    .option('--timeout <seconds>', 'how long one request may take', secondsOf, 60)
    .addCommand(serverCommand())
    .addCommand(crashCommand('trigger-crash', 'triggerCrashDump'))
    .addCommand(crashCommand('inject-nmi', 'injectNmi'))
    .addCommand(serviceCommand())
    .addCommand(dumpCommand())
    .addCommand(consoleCommand());
  for (const command of [root, ...below(root)]) {
    command
      .exitOverride()
      .configureHelp({ showGlobalOptions: true })
      .configureOutput({ outputError: (text, write) => write(`remnant: ${text.replace(/^error: /, '')}`) })
      .addHelpText('after', EXIT_HELP);
  }
  return root;
}

function below(command: Command): Command[] {
  return command.commands.flatMap((one) => [one, ...below(one)]);
}

function endOf(error: unknown): { code: number; message: string } {
  if (error instanceof CommandEnd) return error;
  // Commander has told it already; what it says of help asked for is no failure.
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? EXIT.done : EXIT.usage, message: '' };
  if (error instanceof RemnantApiError) {
    const request = error.requestId === null ? '' : `, request ${error.requestId}`;
    return { code: EXIT.failed, message: `${oneLine(error.message)} (HTTP ${error.status}${request})` };
  }
  if (error instanceof RemnantConnectionError) {
    return { code: error.timedOut ? EXIT.timedOut : EXIT.failed, message: oneLine(error.message) };
  }
  return { code: EXIT.failed, message: oneLine((error as Error).message) };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
