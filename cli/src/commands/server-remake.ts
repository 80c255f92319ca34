// `remnant server reboot`, `rescue`, `resize`, `rebuild`: actions that want more than the names of servers.

import type { RemnantClient } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { findFlavorId, findImageId } from '../find.ts';
import type { WaitOptions } from '../options.ts';
import { waitOption, waitTimeoutOption } from '../options.ts';
import type { ServerAction } from './act-on-servers.ts';
import { actOnServers } from './act-on-servers.ts';

/** The commands, below `server`. */
export function remakeCommands(): Command[] {
  return [reboot(), rescue(), resize(), rebuild()];
}

function reboot(): Command {
  interface Options extends WaitOptions {
    readonly hard?: boolean;
  }
  return on<Options>('reboot', 'Reboot servers', ({ hard }) => ({
    act: async (client, id) => (await client.servers.reboot(id, { type: hard === true ? 'HARD' : 'SOFT' })).requestId,
    leadsTo: ['ACTIVE'],
  })).option('--hard', 'as if their power was cut; also gets them out of what they are stuck in');
}

interface ImageOptions extends WaitOptions {
  readonly image?: string;
}

function rescue(): Command {
  return on<ImageOptions>(
    'rescue',
    'Boot servers from another image, their own disk beside it',
    async (options, client) => {
      const image = options.image === undefined ? null : await findImageId(client, options.image);
      return {
        act: async (_client, id) =>
          (await client.servers.rescue(id, image === null ? null : { rescue_image_ref: image })).requestId,
        leadsTo: ['RESCUE'],
      };
    },
  ).option('--image <image>', 'name or id; the one it was made from without');
}

function resize(): Command {
  interface Options extends WaitOptions {
    readonly flavor: string;
  }
  return on<Options>(
    'resize',
    'Give servers another flavor: then confirm-resize or revert-resize',
    async (options, client) => {
      const flavorRef = await findFlavorId(client, options.flavor);
      return {
        act: async (_client, id) => (await client.servers.resize(id, { flavorRef })).requestId,
        leadsTo: ['VERIFY_RESIZE'],
      };
    },
  ).requiredOption('--flavor <flavor>', 'name or id');
}

function rebuild(): Command {
  return on<ImageOptions>(
    'rebuild',
    'Make servers anew from an image: what is on their disk is lost',
    async (options, client) => {
      const image = options.image === undefined ? null : await findImageId(client, options.image);
      return {
        act: async (_client, id) =>
          (await client.servers.rebuild(id, { imageRef: image ?? (await imageOf(client, id)) })).requestId,
        leadsTo: ['ACTIVE', 'SHUTOFF'],
      };
    },
  ).option('--image <image>', 'name or id; the one it was made from without');
}

async function imageOf(client: RemnantClient, id: string): Promise<string> {
  const { image } = (await client.servers.show(id)).server;
  return typeof image === 'string' ? image : image.id;
}

/** A command on several servers; `actionOf` finds what its options name before anything is done. */
function on<T extends WaitOptions>(
  name: string,
  summary: string,
  actionOf: (options: T, client: RemnantClient) => ServerAction | Promise<ServerAction>,
): Command {
  return new Command(name)
    .description(summary)
    .argument('<server...>', 'names or ids')
    .addOption(waitOption('wait until it is done'))
    .addOption(waitTimeoutOption())
    .action(async (wanted: readonly string[], options: T, command: Command) =>
      actOnServers(command, wanted, options, await actionOf(options, contextOf(command).client)),
    );
}
