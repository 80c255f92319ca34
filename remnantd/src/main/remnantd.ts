// The daemon's command line.

import { Command } from 'commander';
import { OPERATIONS } from '../api/operations.ts';
import { ConfigError, loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/sections.ts';
import { PolicyFileError } from '../policy/load-policy.ts';
import { checkConfigFile } from './check-config-file.ts';
import { configText } from './config-show.ts';
import { loadPolicyFiles } from './keep-policy.ts';
import { policyPlaces } from './policy-files.ts';
import { policyList } from './policy-list.ts';
import { allRules } from './rules.ts';
import { serve } from './serve.ts';
import { StartError } from './start-error.ts';
import { VERSION } from './version.ts';

/** Runs the command line `argv` (node's, with its two first words). */
export async function remnantd(argv: readonly string[]): Promise<void> {
  const program = new Command('remnantd').description('The Remnant daemon.').version(VERSION);
  program
    .command('serve')
    .description('Serve the APIs, and run the agents of the configured hosts, in this process.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .action((options: { config: string }) => serve(loadConfig(options.config)));
  const configuration = program.command('config').description('About the configuration.');
  configuration
    .command('check')
    .description('Check a configuration file and say everything that is wrong with it.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .action(async (options: { config: string }) => {
      const { problems, warnings } = await checkConfigFile(options.config);
      for (const warning of warnings) process.stderr.write(`${warning}\n`);
      if (problems.length > 0) throw new ConfigError(problems.join('\n'));
      process.stdout.write(`${options.config}: fine\n`);
    });
  configuration
    .command('show')
    .description('Print the configuration that is in force under a file, defaults filled in, without secrets.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .action((options: { config: string }) => {
      process.stdout.write(configText(loadConfig(options.config)));
    });
  program
    .command('policy')
    .description('About the policy.')
    .command('list')
    .description('List the rules that are in force under a configuration, and where each comes from.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .action(async (options: { config: string }) => {
      process.stdout.write(policyList(await policyOf(loadConfig(options.config))));
    });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.stderr.write(`remnantd: ${wordsOf(error)}\n`);
    process.exitCode = 1;
    // A failed start must not linger on what was opened before it failed.
    process.exit();
  }
}

/** What somebody can put right is told in a line; a fault of our own with where it happened. */
function wordsOf(error: unknown): string {
  const expected = [ConfigError, PolicyFileError, StartError].some((kind) => error instanceof kind);
  return expected ? (error as Error).message : String((error as Error).stack ?? error);
}

function policyOf(config: Config) {
  return loadPolicyFiles({ defaults: allRules(OPERATIONS), places: policyPlaces(config) });
}
