// What `server trigger-crash-dump` may wish for: with any of these options Remnant's own API is asked, without them Nova's.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { usage } from '../exit.ts';

/** The options, as given. */
export interface DumpWishes {
  readonly memory?: 'never' | 'fallback' | 'always';
  readonly afterPanic?: 'keep' | 'reboot' | 'stop';
  readonly evidence?: true;
  /** False with --no-nmi; true without. */
  readonly nmi: boolean;
  readonly force?: string;
  readonly idempotencyKey?: string;
}

/** What is asked of Remnant's API. */
export interface AskedDump {
  readonly nmi?: false;
  readonly memory?: 'never' | 'fallback' | 'always';
  readonly after_panic?: 'keep' | 'reboot' | 'stop';
  readonly evidence?: true;
  readonly force?: string;
}

/** Adds them to `command`. */
export function addDumpOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--memory <when>', "have the hypervisor write the guest's memory").choices([
        'never',
        'fallback',
        'always',
      ]),
    )
    .addOption(
      new Option('--after-panic <what>', 'what becomes of a guest that panicked').choices(['keep', 'reboot', 'stop']),
    )
    .option('--evidence', 'keep what can be seen of the guest before the NMI goes out')
    .option('--no-nmi', 'send no NMI: the hypervisor writes the memory, nothing else is done')
    .addOption(new Option('--force <reason>', 'end a dump that runs, as an admin').argParser(text))
    .addOption(
      new Option(
        '--idempotency-key <key>',
        'asking again with this key does nothing and shows the dump of the first time',
      ).argParser(text),
    );
}

/** What the options ask of Remnant's API; null where they are what Nova's does. Ends the command for what contradicts itself. */
export function askedDump({ nmi, memory, afterPanic, evidence, force, idempotencyKey }: DumpWishes): AskedDump | null {
  if (!nmi && memory === 'never') throw usage('--no-nmi with --memory never leaves nothing to dump');
  if (!nmi && evidence === true) throw usage('--evidence is taken before an NMI: --no-nmi sends none');
  const asked: AskedDump = {
    ...(nmi ? {} : { nmi }),
    ...(memory === undefined ? {} : { memory }),
    ...(afterPanic === undefined ? {} : { after_panic: afterPanic }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(force === undefined ? {} : { force }),
  };
  return Object.keys(asked).length === 0 && idempotencyKey === undefined ? null : asked;
}

function text(value: string): string {
  if (value.length < 1 || value.length > 255) throw new InvalidArgumentError('1 to 255 characters are wanted.');
  return value;
}
