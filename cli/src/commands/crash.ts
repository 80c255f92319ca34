// Crash dumps: `server trigger-crash-dump` and `server inject-nmi`, and the names the specs give them at the top level.

import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { findServerId } from '../find.ts';
import type { WaitOptions } from '../options.ts';
import { waitOption, waitTimeoutOption } from '../options.ts';
import { followDump } from '../watch-dump.ts';

const ACTIONS = {
  triggerCrashDump: {
    summary: 'Trigger a crash dump in a server: an NMI is injected and what the guest does is followed',
    done: 'accepted',
  },
  injectNmi: { summary: 'Inject an NMI into a server and wait for the hypervisor to take it', done: 'injected' },
} as const;

/** A command called `name` for one of the two actions. */
export function crashCommand(name: string, action: keyof typeof ACTIONS): Command {
  const { summary, done } = ACTIONS[action];
  return new Command(name)
    .description(summary)
    .argument('<server>', 'name or id')
    .addOption(waitOption('follow the dump until there is a verdict'))
    .addOption(waitTimeoutOption())
    .action(async (wanted: string, options: WaitOptions, command: Command) => {
      const context = contextOf(command);
      const id = await findServerId(context.client, wanted);
      const { requestId } = await context.client.servers[action](id);
      const value = { server: id, request_id: requestId };
      const words = () => `${done}: request ${requestId ?? '-'}`;
      if (options.wait !== true) {
        context.show(value, words);
        return;
      }
      context.progress.tell(words());
      await followDump(context, id, requestId, options.waitTimeout);
    });
}
