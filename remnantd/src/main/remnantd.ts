// The daemon's command line. What a command needs is loaded when it is asked for: an agent never loads what opens a database.

import { Command } from 'commander';
import { ConfigError, loadAgentConfig, loadConfig } from '../config/load-config.ts';
import { PolicyFileError } from '../policy/load-policy.ts';
import { addEnrollmentCommands } from './enrollment-command-line.ts';
import { StartError } from './start-error.ts';
import { VERSION } from './version.ts';

interface FileOption {
  readonly config: string;
}

interface RoleOption extends FileOption {
  readonly agent?: true;
}

/** Runs the command line `argv` (node's, with its two first words). */
export async function remnantd(argv: readonly string[]): Promise<void> {
  const program = new Command('remnantd').description('The Remnant daemon.').version(VERSION);
  program
    .command('serve')
    .description('Serve the APIs, and run the agents of the configured hosts, in this process.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .action(async (options: FileOption) => {
      const { serve } = await import('./serve.ts');
      await serve(loadConfig(options.config));
    });
  program
    .command('agent')
    .description('Run the agents of the configured hosts, for API processes elsewhere.')
    .requiredOption('-c, --config <file>', 'configuration file of an agent')
    .action(async (options: FileOption) => {
      const { runAgent } = await import('./run-agent.ts');
      await runAgent(loadAgentConfig(options.config));
    });
  const configuration = program.command('config').description('About the configuration.');
  configuration
    .command('check')
    .description('Check a configuration file and say everything that is wrong with it.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .option('--agent', 'it is one of `remnantd agent`')
    .action(async (options: RoleOption) => {
      const { checkAgentFile, checkConfigFile } = await import('./check-config-file.ts');
      const { config: file, agent } = options;
      const { problems, warnings } = await (agent === true ? checkAgentFile(file) : checkConfigFile(file));
      for (const warning of warnings) process.stderr.write(`${warning}\n`);
      if (problems.length > 0) throw new ConfigError(problems.join('\n'));
      process.stdout.write(`${options.config}: fine\n`);
    });
  configuration
    .command('show')
    .description('Print the configuration that is in force under a file, defaults filled in, without secrets.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .option('--agent', 'it is one of `remnantd agent`')
    .action(async ({ config: file, agent }: RoleOption) => {
      const { configText } = await import('./config-show.ts');
      process.stdout.write(configText(agent === true ? loadAgentConfig(file) : loadConfig(file)));
    });
  program
    .command('policy')
    .description('About the policy.')
    .command('list')
    .description('List the rules that are in force under a configuration, and where each comes from.')
    .requiredOption('-c, --config <file>', 'configuration file')
    .action(async (options: FileOption) => {
      const { policyText } = await import('./policy-text.ts');
      process.stdout.write(await policyText(loadConfig(options.config)));
    });
  addEnrollmentCommands(program);
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
