// Crash dumps: `server trigger-crash-dump` and `server inject-nmi`, and the names the specs give them at the top level.

import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { drawDump } from '../draw-dump.ts';
import { doEach } from '../each.ts';
import { EXIT } from '../exit.ts';
import { findServers } from '../find.ts';
import { drawEnd, untilOver } from '../follow-live.ts';
import type { FollowedDump } from '../followed-dump.ts';
import { dumpCode } from '../followed-dump.ts';
import type { WaitOptions } from '../options.ts';
import { waitOption, waitTimeoutOption } from '../options.ts';
import { untilVerdict, watchDump } from '../watch-dump.ts';
import type { DumpWishes } from './crash-options.ts';
import { addDumpOptions, askedDump } from './crash-options.ts';

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

/** An NMI that the caller waits for: through an Ironic it may take minutes until it is known why it came to nothing, ms. */
const LONGEST_NMI_MS = 300_000;

type Options = WaitOptions & DumpWishes & { readonly follow?: true };

/** A command called `name` for one of the two actions. */
export function crashCommand(name: string, action: keyof typeof ACTIONS): Command {
  const { summary, done } = ACTIONS[action];
  const words = ({ requestId }: Asked) => `${done}: request ${requestId ?? '-'}`;
  const command = new Command(name)
    .description(summary)
    .argument('<server...>', 'names or ids')
    .addOption(waitOption('follow the dumps until each has a verdict'))
    .option(
      '--follow',
      'as --wait, as one time line from the shot to the end of the dump, with the files that came of it',
    )
    .addOption(waitTimeoutOption());
  if (action === 'triggerCrashDump') addDumpOptions(command);
  return command.action(async (wanted: readonly string[], options: Options, self: Command) => {
    const context = contextOf(self);
    const { client, progress } = context;
    const patience = self.getOptionValueSourceWithGlobals('timeout') === 'default' ? { timeoutMs: LONGEST_NMI_MS } : {};
    const asked = action === 'triggerCrashDump' ? askedDump(options) : null;
    const { idempotencyKey } = options;
    const once = idempotencyKey === undefined ? {} : { idempotencyKey };
    const ask = async (id: string): Promise<string | null> =>
      asked === null
        ? (await client.servers[action](id, patience)).requestId
        : (await client.dumps.create(id, { dump: asked }, once)).dump.request_id;
    const follows = options.follow === true || options.wait === true;
    const [until, end] = options.follow === true ? [untilOver, drawEnd] : [untilVerdict, drawDump];
    await doEach<Asked>(context, await findServers(client, wanted), {
      which: ({ id }) => ({ server: id }),
      act: async ({ id }) => ({ requestId: await ask(id), dump: null }),
      ...(follows && {
        follow: async (one, accepted) => {
          progress.tell(wanted.length === 1 ? words(accepted) : `${one.name}: ${words(accepted)}`);
          const dump = await watchDump(context, one.id, accepted.requestId, options.waitTimeout, until());
          return { ...accepted, dump };
        },
      }),
      json: ({ requestId, dump }) => ({ request_id: requestId, dump }),
      draw: (one) => (one.dump === null ? words(one) : end(one.dump)),
      code: ({ dump }) => (dump === null ? EXIT.done : dumpCode(dump)),
    });
  });
}
