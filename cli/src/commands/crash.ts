// Crash dumps: `server trigger-crash-dump` and `server inject-nmi`, and the names the specs give them at the top level.

import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { doEach } from '../each.ts';
import { EXIT } from '../exit.ts';
import { findServers } from '../find.ts';
import type { WaitOptions } from '../options.ts';
import { waitOption, waitTimeoutOption } from '../options.ts';
import type { FollowedDump } from '../watch-dump.ts';
import { drawDump, dumpCode, followDump } from '../watch-dump.ts';

const ACTIONS = {
  triggerCrashDump: {
    summary: 'Trigger a crash dump in servers: an NMI is injected and what the guest does is followed',
    done: 'accepted',
  },
  injectNmi: { summary: 'Inject an NMI into servers and wait for the hypervisor to take it', done: 'injected' },
} as const;

interface Asked {
  readonly requestId: string | null;
  /** Null until it is followed. */
  readonly dump: FollowedDump | null;
}

/** A command called `name` for one of the two actions. */
export function crashCommand(name: string, action: keyof typeof ACTIONS): Command {
  const { summary, done } = ACTIONS[action];
  const words = ({ requestId }: Asked) => `${done}: request ${requestId ?? '-'}`;
  return new Command(name)
    .description(summary)
    .argument('<server...>', 'names or ids')
    .addOption(waitOption('follow the dumps until each has a verdict'))
    .addOption(waitTimeoutOption())
    .action(async (wanted: readonly string[], options: WaitOptions, command: Command) => {
      const context = contextOf(command);
      const { client, progress } = context;
      await doEach<Asked>(context, await findServers(client, wanted), {
        which: ({ id }) => ({ server: id }),
        act: async ({ id }) => ({ requestId: (await client.servers[action](id)).requestId, dump: null }),
        ...(options.wait === true && {
          follow: async (one, asked) => {
            progress.tell(wanted.length === 1 ? words(asked) : `${one.name}: ${words(asked)}`);
            return { ...asked, dump: await followDump(context, one.id, asked.requestId, options.waitTimeout) };
          },
        }),
        json: ({ requestId, dump }) => ({ request_id: requestId, dump }),
        draw: (asked) => (asked.dump === null ? words(asked) : drawDump(asked.dump)),
        code: ({ dump }) => (dump === null ? EXIT.done : dumpCode(dump)),
      });
    });
}
