// The commands of `remnantd` about who may speak on the bus, as commander has them; what does the work is loaded when one is given.

import type { Command } from 'commander';

/** What `revoke` is told. */
export interface ChangeOptions {
  readonly config: string;
  readonly api?: true;
  readonly busUsers?: string;
  readonly reloadPid?: string;
}

/** What `enroll` is told. */
export interface EnrollOptions extends ChangeOptions {
  readonly out?: string;
  readonly renew?: true;
}

/** What `bus-users` is told. */
export interface BusUsersOptions {
  readonly config: string;
  readonly out?: string;
  readonly reloadPid?: string;
}

const CONFIG = ['-c, --config <file>', 'configuration file of the API processes'] as const;
const RELOAD = [
  '--reload-pid <file>',
  'have the nats-server whose process id is in this file read its configuration again',
] as const;

/** Adds `enroll`, `revoke`, `enrollments` and `bus-users` to `program`. */
export function addEnrollmentCommands(program: Command): void {
  const changing = (name: string, description: string) =>
    program
      .command(`${name} <name>`)
      .description(description)
      .requiredOption(...CONFIG)
      .option('--api', 'an API process in the place of a host; its name is yours to choose')
      .option('--bus-users <file>', 'write this file anew, as bus-users does')
      .option(...RELOAD);
  changing('enroll', 'Let a host speak on the bus: make a key for it, and write its seed to a file.')
    .option('--out <file>', 'where to write the seed, readable by its owner only (default: <name>.nk)')
    .option('--renew', 'give a new key to one that is enrolled; the old one is good no more')
    .action(async (name: string, options: EnrollOptions) =>
      (await import('./enrollment-commands.ts')).enrollCommand(name, options),
    );
  changing('revoke', 'Cut a host off the bus: its key is good no more.').action(
    async (name: string, options: ChangeOptions) =>
      (await import('./enrollment-commands.ts')).revokeCommand(name, options),
  );
  program
    .command('enrollments')
    .description('List who is enrolled, and who was.')
    .requiredOption(...CONFIG)
    .action(async (options: { readonly config: string }) =>
      (await import('./enrollment-commands.ts')).enrollmentsCommand(options),
    );
  program
    .command('bus-users')
    .description('Print who may do what on the bus, for nats-server to include in its configuration.')
    .requiredOption(...CONFIG)
    .option('--out <file>', 'write it to this file, whole or not at all')
    .option(...RELOAD)
    .action(async (options: BusUsersOptions) => (await import('./enrollment-commands.ts')).busUsersCommand(options));
}
