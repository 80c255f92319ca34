// `remnant server start`, `stop`, `pause`, `suspend`, ...: one action on several servers that wants nothing but their names, and
// with --wait what came of it.

import type { Receipt, RemnantClient } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { doEach } from '../each.ts';
import { findServers } from '../find.ts';
import type { WaitOptions } from '../options.ts';
import { waitOption, waitTimeoutOption } from '../options.ts';
import type { Status } from '../settled.ts';
import { actOnServers } from './act-on-servers.ts';

interface Action {
  readonly summary: string;
  readonly act: (client: RemnantClient, id: string) => Promise<Receipt>;
  /** The status it leads to; one of several where that is for the server to say. */
  readonly leadsTo: readonly Status[];
}

/** Where a server was before. */
const ON_OR_OFF = ['ACTIVE', 'SHUTOFF'] as const;

const ACTIONS: Readonly<Record<string, Action>> = {
  start: { summary: 'Start servers', act: (client, id) => client.servers.start(id), leadsTo: ['ACTIVE'] },
  stop: { summary: 'Stop servers', act: (client, id) => client.servers.stop(id), leadsTo: ['SHUTOFF'] },
  pause: { summary: 'Pause servers', act: (client, id) => client.servers.pause(id), leadsTo: ['PAUSED'] },
  unpause: { summary: 'Let paused servers run', act: (client, id) => client.servers.unpause(id), leadsTo: ['ACTIVE'] },
  suspend: {
    summary: 'Put servers to sleep, their memory on disk',
    act: (client, id) => client.servers.suspend(id),
    leadsTo: ['SUSPENDED'],
  },
  resume: { summary: 'Wake servers up', act: (client, id) => client.servers.resume(id), leadsTo: ['ACTIVE'] },
  unrescue: {
    summary: 'Boot rescued servers from their own disk again',
    act: (client, id) => client.servers.unrescue(id),
    leadsTo: ['ACTIVE'],
  },
  'confirm-resize': {
    summary: 'Keep the new flavor of resized servers',
    act: (client, id) => client.servers.confirmResize(id),
    leadsTo: ON_OR_OFF,
  },
  'revert-resize': {
    summary: 'Give resized servers their old flavor back',
    act: (client, id) => client.servers.revertResize(id),
    leadsTo: ON_OR_OFF,
  },
};

/** The commands, below `server`. */
export function stateCommands(): Command[] {
  return [...Object.entries(ACTIONS).map(([name, action]) => stateCommand(name, action)), lock(), unlock()];
}

function stateCommand(name: string, { summary, act, leadsTo }: Action): Command {
  return new Command(name)
    .description(summary)
    .argument('<server...>', 'names or ids')
    .addOption(waitOption('wait until it is done'))
    .addOption(waitTimeoutOption())
    .action((wanted: readonly string[], options: WaitOptions, command: Command) =>
      actOnServers(command, wanted, options, {
        act: async (client, id) => (await act(client, id)).requestId,
        leadsTo,
      }),
    );
}

function lock(): Command {
  return new Command('lock')
    .description('Lock servers: nobody but an admin may act on them')
    .argument('<server...>', 'names or ids')
    .option('--reason <text>', 'why')
    .action((wanted: readonly string[], options: { reason?: string }, command: Command) => {
      const body = options.reason === undefined ? null : { locked_reason: options.reason };
      return now(wanted, command, (client, id) => client.servers.lock(id, body), 'locked');
    });
}

function unlock(): Command {
  return new Command('unlock')
    .description('Unlock servers')
    .argument('<server...>', 'names or ids')
    .action((wanted: readonly string[], _options: object, command: Command) =>
      now(wanted, command, (client, id) => client.servers.unlock(id), 'unlocked'),
    );
}

/** What is done when it is answered. */
async function now(wanted: readonly string[], command: Command, act: Action['act'], done: string): Promise<void> {
  const context = contextOf(command);
  await doEach<Receipt>(context, await findServers(context.client, wanted), {
    which: ({ id }) => ({ server: id }),
    act: ({ id }) => act(context.client, id),
    json: ({ requestId }) => ({ request_id: requestId }),
    draw: ({ requestId }) => `${done}: request ${requestId ?? '-'}`,
  });
}
