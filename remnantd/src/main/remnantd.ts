// The daemon's command line.

import { Command } from 'commander';
import { ConfigError, loadConfig } from '../config/load-config.ts';
import { serve } from './serve.ts';
import { VERSION } from './version.ts';

/** Runs the command line `argv` (node's, with its two first words). */
export async function remnantd(argv: readonly string[]): Promise<void> {
  const program = new Command('remnantd').description('The Remnant daemon.').version(VERSION);
  program
    .command('serve')
    .description('Serve the APIs, and run the agents of the configured hosts, in this process.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .action((options: { config: string }) => serve(loadConfig(options.config)));
  program
    .command('config')
    .description('About the configuration.')
    .command('check')
    .description('Check a configuration file and say everything that is wrong with it.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .action((options: { config: string }) => {
      loadConfig(options.config);
      process.stdout.write(`${options.config}: fine\n`);
    });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.stderr.write(
      `remnantd: ${error instanceof ConfigError ? error.message : String((error as Error).stack ?? error)}\n`,
    );
    process.exitCode = 1;
    // A failed start must not linger on what was opened before it failed.
    process.exit();
  }
}
