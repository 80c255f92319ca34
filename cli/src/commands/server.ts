// `remnant server ...`: list, show, create, delete, and the commands of other files that belong to a server.

import type { Receipt, Server, ServersCreateBody } from '@remnant/client';
import { RemnantApiError } from '@remnant/client';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { contextOf } from '../context.ts';
import { doEach } from '../each.ts';
import { failure } from '../exit.ts';
import { findFlavorId, findImageId, findServer, findServers } from '../find.ts';
import type { WaitOptions } from '../options.ts';
import { pairOf, waitOption, waitTimeoutOption } from '../options.ts';
import { waitUntil } from '../wait.ts';
import { crashCommand } from './crash.ts';
import { drawServer } from './draw-server.ts';
import { eventCommand } from './event.ts';
import { readinessCommand } from './readiness.ts';
import { setServer, unsetServer } from './server-change.ts';
import { listServers } from './server-list.ts';
import { remakeCommands } from './server-remake.ts';
import { stateCommands } from './server-state.ts';

/** The noun. */
export function serverCommand(): Command {
  const noun = new Command('server')
    .description('Servers')
    .addCommand(listServers())
    .addCommand(show())
    .addCommand(create())
    .addCommand(remove())
    .addCommand(setServer())
    .addCommand(unsetServer());
  for (const command of [...stateCommands(), ...remakeCommands()]) noun.addCommand(command);
  return noun
    .addCommand(crashCommand('trigger-crash-dump', 'triggerCrashDump'))
    .addCommand(crashCommand('inject-nmi', 'injectNmi'))
    .addCommand(readinessCommand())
    .addCommand(eventCommand());
}

function show(): Command {
  return new Command('show')
    .description('Show a server')
    .argument('<server>', 'name or id')
    .action(async (wanted: string, _options: object, command: Command) => {
      const context = contextOf(command);
      const server = await findServer(context.client, wanted);
      context.show(server, () => drawServer(server));
    });
}

interface CreateOptions extends WaitOptions {
  readonly image: string;
  readonly flavor: string;
  readonly property?: Readonly<Record<string, string>>;
}

function create(): Command {
  return new Command('create')
    .description('Create a server')
    .argument('<name>', 'its name')
    .requiredOption('--image <image>', 'name or id')
    .requiredOption('--flavor <flavor>', 'name or id')
    .option('--property <key=value>', 'metadata; may be repeated', pairOf)
    .addOption(waitOption('wait until it runs'))
    .addOption(waitTimeoutOption())
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const context = contextOf(command);
      const { client } = context;
      const imageRef = await findImageId(client, options.image);
      const flavorRef = await findFlavorId(client, options.flavor);
      const metadata = options.property === undefined ? {} : { metadata: options.property };
      const body: ServersCreateBody = { server: { name, imageRef, flavorRef, networks: 'auto', ...metadata } };
      const made = (await client.servers.create(body)).server;
      if (made === undefined) throw failure('the answer names no server');
      const server =
        options.wait === true
          ? await built(context, made.id, options.waitTimeout)
          : (await client.servers.show(made.id)).server;
      context.show(server, () => drawServer(server));
      if (options.wait === true && server.status === 'ERROR') {
        const fault = server.fault?.message ?? 'no reason was told';
        throw failure(
          `server ${server.id} could not be made: ${fault}; an administrator sees more: remnant server show ${server.id}`,
        );
      }
    });
}

function built({ client, progress }: Context, id: string, seconds: number): Promise<Server> {
  return waitUntil({
    progress,
    seconds,
    what: `server ${id} is to run`,
    goesOn: `it is being made: remnant server show ${id}`,
    look: async (signal) => (await client.servers.show(id, { signal })).server,
    isDone: (server) => server.status !== 'BUILD',
    stands: (server) => `${server.status} ${server['OS-EXT-STS:task_state'] ?? ''}`.trim(),
  });
}

function remove(): Command {
  return new Command('delete')
    .description('Delete servers')
    .argument('<server...>', 'names or ids')
    .addOption(waitOption('wait until they are gone'))
    .addOption(waitTimeoutOption())
    .action(async (wanted: readonly string[], options: WaitOptions, command: Command) => {
      const context = contextOf(command);
      const { client, progress } = context;
      await doEach<Receipt>(context, await findServers(client, wanted), {
        which: ({ id }) => ({ server: id }),
        act: ({ id }) => client.servers.delete(id),
        ...(options.wait === true && {
          follow: async ({ id }, done) => {
            await waitUntil({
              progress,
              seconds: options.waitTimeout,
              what: `server ${id} is to be gone`,
              goesOn: `it is being deleted: remnant server show ${id}`,
              look: (signal) => statusOf(client.servers.show(id, { signal })),
              isDone: (status) => status === null,
              stands: (status) => `${status ?? 'gone'} deleting`,
            });
            return done;
          },
        }),
        json: ({ requestId }) => ({ request_id: requestId }),
        draw: ({ requestId }) => `deleted: request ${requestId ?? '-'}`,
      });
    });
}

/** The status; null for a server that is not there. */
async function statusOf(asked: Promise<{ readonly server: Server }>): Promise<string | null> {
  try {
    return (await asked).server.status;
  } catch (error) {
    if (error instanceof RemnantApiError && error.status === 404) return null;
    throw error;
  }
}
