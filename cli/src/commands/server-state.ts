// `remnant server start`, `stop`, `pause`, `unpause`, `lock`, `unlock`: one action on several servers, and with --wait what
// came of it.

import type { Receipt, RemnantClient, Server } from '@remnant/client';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { contextOf } from '../context.ts';
import type { Named } from '../each.ts';
import { doEach } from '../each.ts';
import { failure } from '../exit.ts';
import { findServers } from '../find.ts';
import type { WaitOptions } from '../options.ts';
import { waitOption, waitTimeoutOption } from '../options.ts';
import { waitUntil } from '../wait.ts';

interface Action {
  readonly summary: string;
  readonly act: (client: RemnantClient, id: string) => Promise<Receipt>;
  /** The status it leads to. */
  readonly leadsTo: Server['status'];
}

const ACTIONS: Readonly<Record<string, Action>> = {
  start: { summary: 'Start servers', act: (client, id) => client.servers.start(id), leadsTo: 'ACTIVE' },
  stop: { summary: 'Stop servers', act: (client, id) => client.servers.stop(id), leadsTo: 'SHUTOFF' },
  pause: { summary: 'Pause servers', act: (client, id) => client.servers.pause(id), leadsTo: 'PAUSED' },
  unpause: { summary: 'Let paused servers run', act: (client, id) => client.servers.unpause(id), leadsTo: 'ACTIVE' },
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
    .action(async (wanted: readonly string[], options: WaitOptions, command: Command) => {
      const context = contextOf(command);
      const { client } = context;
      await doEach<Receipt>(context, await findServers(client, wanted), {
        which: ({ id }) => ({ server: id }),
        act: ({ id }) => act(client, id),
        ...(options.wait === true && {
          follow: async (one, receipt) => {
            await settled(context, one, receipt, leadsTo, options.waitTimeout);
            return receipt;
          },
        }),
        json: ({ requestId }) => ({ request_id: requestId }),
        draw: ({ requestId }) => `${options.wait === true ? leadsTo : 'accepted'}: request ${requestId ?? '-'}`,
      });
    });
}

/** Waits until no task runs; fails with the action's own words when it led elsewhere. */
async function settled(
  { client, progress }: Context,
  one: Named,
  receipt: Receipt,
  leadsTo: string,
  seconds: number,
): Promise<void> {
  const seen = await waitUntil({
    progress,
    seconds,
    what: `server ${one.name} is to be ${leadsTo}`,
    goesOn: `it goes on: remnant server show ${one.id}`,
    look: async (signal) => (await client.servers.show(one.id, { signal })).server,
    isDone: (server) => (server['OS-EXT-STS:task_state'] ?? null) === null,
    stands: (server) => `${server.status} ${server['OS-EXT-STS:task_state'] ?? ''}`.trim(),
  });
  if (seen.status === leadsTo) return;
  const { requestId } = receipt;
  const events =
    requestId === null ? [] : (await client.osInstanceActions.show(one.id, requestId)).instanceAction.events;
  const why =
    events?.find((event) => event.result === 'Error')?.details ??
    `an administrator sees why: remnant server event show ${one.id} ${requestId ?? 'REQUEST'}`;
  throw failure(`the server is ${seen.status}, not ${leadsTo}: ${why} (request ${requestId ?? '-'})`);
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
