// What all commands have in common that act on several servers: each is told of by its request, and with --wait by what it is then.

import type { RemnantClient } from '@remnant/client';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { doEach } from '../each.ts';
import { findServers } from '../find.ts';
import type { WaitOptions } from '../options.ts';
import type { Status } from '../settled.ts';
import { settled } from '../settled.ts';

/** What is done to each. */
export interface ServerAction {
  /** Asks for it, and gives the request's id; null where the answer tells none. */
  readonly act: (client: RemnantClient, id: string) => Promise<string | null>;
  /** The status it leads to; one of several where that is for the server to say. */
  readonly leadsTo: readonly Status[];
}

interface Done {
  readonly requestId: string | null;
  readonly stands: string;
}

/** Does it to all of them. */
export async function actOnServers(
  command: Command,
  wanted: readonly string[],
  options: WaitOptions,
  { act, leadsTo }: ServerAction,
): Promise<void> {
  const context = contextOf(command);
  const { client } = context;
  await doEach<Done>(context, await findServers(client, wanted), {
    which: ({ id }) => ({ server: id }),
    act: async ({ id }) => ({ requestId: await act(client, id), stands: 'accepted' }),
    ...(options.wait === true && {
      follow: async (one, done) => ({
        ...done,
        stands: await settled(context, one, done.requestId, leadsTo, options.waitTimeout),
      }),
    }),
    json: ({ requestId }) => ({ request_id: requestId }),
    draw: ({ requestId, stands }) => `${stands}: request ${requestId ?? '-'}`,
  });
}
