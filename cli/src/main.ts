// The `remnant` command: its nouns, the options all of them take, and how errors are told: one line, never a stack trace.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { consoleCommand } from './commands/console.ts';
import { crashCommand } from './commands/crash.ts';
import { dumpCommand } from './commands/dump.ts';
import { guestSetupCommand } from './commands/guest-setup.ts';
import { hostCommand } from './commands/host.ts';
import { identityCommands } from './commands/identity.ts';
import { serverCommand } from './commands/server.ts';
import { serviceCommand } from './commands/service.ts';
import { completionCommand } from './completion.ts';
import { EXIT, EXIT_HELP } from './exit.ts';
import { addGlobalOptions } from './global-options.ts';
import type { End } from './tell-error.ts';
import { endOf } from './tell-error.ts';

/** Runs the command line `argv` (node's, with its two first words) and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on('error', endOfOutput);
  // Without a place to tell errors, the exit code must do.
  process.stderr.on('error', () => {});
  try {
    await program().parseAsync(argv);
    return EXIT.done;
  } catch (error) {
    const { code, message } = ended(error);
    if (message !== '') process.stderr.write(`remnant: ${message}\n`);
    return code;
  }
}

/** All commands. */
export function program(): Command {
  const root = addGlobalOptions(new Command('remnant'))
    .description('Crash dumps of stalled servers, and the truth about the hosts under them.')
    .version(version(), '--version', 'print the version')
    .addCommand(serverCommand())
    .addCommand(crashCommand('trigger-crash', 'triggerCrashDump'))
    .addCommand(crashCommand('inject-nmi', 'injectNmi'))
    .addCommand(dumpCommand())
    .addCommand(guestSetupCommand())
    .addCommand(consoleCommand())
    .addCommand(serviceCommand())
    .addCommand(hostCommand())
    .addCommand(auditCommand());
  for (const command of identityCommands()) root.addCommand(command);
  root.addCommand(completionCommand(() => root));
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

/** A reader that went away (`| head`) is no failure; a disk that is full is. */
function endOfOutput(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  process.stderr.write(`remnant: the result cannot be written: ${error.message}\n`);
  process.exit(EXIT.failed);
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function ended(error: unknown): End {
  // Commander has told it already; what it says of help asked for is no failure.
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? EXIT.done : EXIT.usage, message: '' };
  return endOf(error);
}
