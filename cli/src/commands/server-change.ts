// `remnant server set` and `server unset`: names, words, metadata and tags of a server.

import type { RemnantClient } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { usage } from '../exit.ts';
import { findServerId } from '../find.ts';
import { collect, pairOf } from '../options.ts';
import { drawServer } from './draw-server.ts';

interface SetOptions {
  readonly name?: string;
  readonly description?: string;
  readonly hostname?: string;
  readonly property?: Readonly<Record<string, string>>;
  readonly tag?: readonly string[];
}

interface UnsetOptions {
  readonly property?: readonly string[];
  readonly tag?: readonly string[];
}

/** `server set`. */
export function setServer(): Command {
  return new Command('set')
    .description('Change a server')
    .argument('<server>', 'name or id')
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'what it is for')
    .option('--hostname <name>', 'what it calls itself')
    .option('--property <key=value>', 'metadata; may be repeated', pairOf)
    .option('--tag <tag>', 'a tag more; may be repeated', collect)
    .action((wanted: string, options: SetOptions, command: Command) =>
      change(wanted, options, command, async (client, id) => {
        const { property, tag, ...fields } = options;
        if (Object.keys(fields).length > 0) await client.servers.update(id, { server: fields });
        if (property !== undefined) await client.serverMetadata.create(id, { metadata: property });
        await Promise.all((tag ?? []).map((one) => client.serverTags.update(id, one)));
      }),
    );
}

/** `server unset`. */
export function unsetServer(): Command {
  return new Command('unset')
    .description('Take metadata or tags off a server')
    .argument('<server>', 'name or id')
    .option('--property <key>', 'metadata; may be repeated', collect)
    .option('--tag <tag>', 'may be repeated', collect)
    .action((wanted: string, options: UnsetOptions, command: Command) =>
      change(wanted, options, command, async (client, id) => {
        for (const key of options.property ?? []) {
          // One after the other: each is a write of the same server.
          // oxlint-disable-next-line no-await-in-loop
          await client.serverMetadata.delete(id, key);
        }
        await Promise.all((options.tag ?? []).map((one) => client.serverTags.delete(id, one)));
      }),
    );
}

/** Does it, then shows the server as it is now. */
async function change(
  wanted: string,
  options: object,
  command: Command,
  act: (client: RemnantClient, id: string) => Promise<void>,
): Promise<void> {
  if (Object.keys(options).length === 0)
    throw usage(`server ${command.name()}: nothing to change; --help tells what there is`);
  const context = contextOf(command);
  const id = await findServerId(context.client, wanted);
  await act(context.client, id);
  const { server } = await context.client.servers.show(id);
  context.show(server, () => drawServer(server));
}
