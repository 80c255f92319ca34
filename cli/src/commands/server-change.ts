// `remnant server set` and `server unset`: names, words, metadata and tags of a server.

import type { RemnantClient } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { CommandEnd, usage } from '../exit.ts';
import { findServerId } from '../find.ts';
import { collect, pairOf } from '../options.ts';
import { endOf } from '../tell-error.ts';
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
      change(wanted, options, command, (client, id) => {
        const { property, tag = [], ...fields } = options;
        const named = Object.keys(fields);
        const ofFields = { what: named.join(', '), act: () => client.servers.update(id, { server: fields }) };
        const metadata = property ?? {};
        const ofMetadata = {
          what: Object.keys(metadata).map(propertyWords).join(', '),
          act: () => client.serverMetadata.create(id, { metadata }),
        };
        return [
          ...(named.length === 0 ? [] : [ofFields]),
          ...(property === undefined ? [] : [ofMetadata]),
          ...tag.map((one) => ({ what: tagWords(one), act: () => client.serverTags.update(id, one) })),
        ];
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
      change(wanted, options, command, (client, id) => [
        ...(options.property ?? []).map((key) => ({
          what: propertyWords(key),
          act: () => client.serverMetadata.delete(id, key),
        })),
        ...(options.tag ?? []).map((one) => ({ what: tagWords(one), act: () => client.serverTags.delete(id, one) })),
      ]),
    );
}

const propertyWords = (key: string) => `property ${key}`;
const tagWords = (tag: string) => `tag ${tag}`;

/** One request of several. */
interface Step {
  /** What it changes, for who must know how far it came. */
  readonly what: string;
  readonly act: () => Promise<unknown>;
}

/** Does it step by step, then shows the server as it is now. */
async function change(
  wanted: string,
  options: object,
  command: Command,
  stepsOf: (client: RemnantClient, id: string) => readonly Step[],
): Promise<void> {
  if (Object.keys(options).length === 0)
    throw usage(`server ${command.name()}: nothing to change; --help tells what there is`);
  const context = contextOf(command);
  const id = await findServerId(context.client, wanted);
  await doAll(stepsOf(context.client, id));
  const { server } = await context.client.servers.show(id);
  context.show(server, () => drawServer(server));
}

/** One after the other: each is a write of the same server. An error tells what was done before it, which stays. */
async function doAll(steps: readonly Step[]): Promise<void> {
  for (const [i, step] of steps.entries()) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      await step.act();
    } catch (error) {
      if (i === 0) throw error;
      const { code, message } = endOf(error);
      const done = steps.slice(0, i).map(({ what }) => what);
      throw new CommandEnd(code, `${message}; done before that: ${done.join(', ')}`);
    }
  }
}
