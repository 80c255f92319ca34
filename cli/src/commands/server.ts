// `remnant server ...`: list, show, create, delete, and the commands of other nouns that belong to a server.

import type { Server, ServersCreateBody } from '@remnant/client';
import { RemnantApiError } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { failure } from '../exit.ts';
import { findFlavorId, findImageId, findServer, findServerId } from '../find.ts';
import type { WaitOptions } from '../options.ts';
import { pairOf, waitOption, waitTimeoutOption } from '../options.ts';
import { drawFields } from '../table.ts';
import { waitUntil } from '../wait.ts';
import { crashCommand } from './crash.ts';
import { eventCommand } from './event.ts';
import { listServers } from './server-list.ts';

/** The noun. */
export function serverCommand(): Command {
  return new Command('server')
    .description('Servers')
    .addCommand(listServers())
    .addCommand(show())
    .addCommand(create())
    .addCommand(remove())
    .addCommand(crashCommand('trigger-crash-dump', 'triggerCrashDump'))
    .addCommand(crashCommand('inject-nmi', 'injectNmi'))
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
      const look = async () => (await client.servers.show(made.id)).server;
      const server = options.wait === true ? await waitUntil(built(context.progress, options, look)) : await look();
      context.show(server, () => drawServer(server));
      if (options.wait === true && server.status === 'ERROR') {
        throw failure(`server ${server.id} could not be made: ${server.fault?.message ?? 'no reason was told'}`);
      }
    });
}

interface CreateOptions extends WaitOptions {
  readonly image: string;
  readonly flavor: string;
  readonly property?: Readonly<Record<string, string>>;
}

function built(
  progress: Parameters<typeof waitUntil>[0]['progress'],
  { waitTimeout }: WaitOptions,
  look: () => Promise<Server>,
) {
  return {
    progress,
    seconds: waitTimeout,
    what: 'the server is to run',
    look,
    isDone: (server: Server) => server.status !== 'BUILD',
    stands: (server: Server) => `${server.status} ${server['OS-EXT-STS:task_state'] ?? ''}`.trim(),
  };
}

function remove(): Command {
  return new Command('delete')
    .description('Delete servers')
    .argument('<server...>', 'names or ids')
    .addOption(waitOption('wait until they are gone'))
    .addOption(waitTimeoutOption())
    .action(async (wanted: readonly string[], options: WaitOptions, command: Command) => {
      const { client, progress, show: print } = contextOf(command);
      // All names are looked up first: a wrong one must not leave half of them deleted.
      const ids = await Promise.all(wanted.map((one) => findServerId(client, one)));
      await Promise.all(ids.map((id) => client.servers.delete(id)));
      if (options.wait === true) {
        await Promise.all(
          ids.map((id) =>
            waitUntil({
              progress,
              seconds: options.waitTimeout,
              what: `server ${id} is to be gone`,
              look: () => statusOf(client.servers.show(id)),
              isDone: (status) => status === null,
              stands: (status) => status ?? 'gone',
            }),
          ),
        );
      }
      print({ deleted: ids }, () => ids.map((id) => `deleted: ${id}`).join('\n'));
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

function drawServer(server: Server): string {
  const { links: _, image, flavor, ...rest } = server;
  const fields = { ...rest, image: typeof image === 'string' ? image : image.id, flavor: flavor.original_name };
  return drawFields(Object.entries(fields).toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
}
