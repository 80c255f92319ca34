// Follows a crash dump that a request began, telling what is new at each look: for `--wait` what was seen, until there is a verdict.

import type { Dump } from '@remnant/client';
import type { Context } from './context.ts';
import { failure } from './exit.ts';
import type { FollowedDump } from './followed-dump.ts';
import { showDump, timeOfDay } from './followed-dump.ts';
import { type MemoryShown, memoryWords } from './memory-words.ts';
import { cleanLines, mebibytes } from './table.ts';
import { waitUntil } from './wait.ts';

/** How a dump is followed. */
export interface Watch {
  /** The lines that are new of it, at each look. */
  readonly news: (dump: FollowedDump) => readonly string[];
  readonly isDone: (dump: FollowedDump) => boolean;
  /** How it stands, for the live line. */
  readonly stands: (dump: FollowedDump) => string;
}

/**
 * Follows the dump that request `requestId` began until it is done, and gives it. Ends the command with exit code 3 after
 * `seconds`.
 */
export async function watchDump(
  { client, progress }: Context,
  serverId: string,
  requestId: string | null,
  seconds: number,
  { news, isDone, stands }: Watch,
): Promise<FollowedDump> {
  const { dumps } = await client.dumps.list(serverId);
  const found = dumps.find((dump) => dump.request_id === requestId);
  if (found === undefined) throw failure(`the server has no dump of request ${requestId ?? '(unknown)'}`);
  return waitUntil({
    progress,
    seconds,
    what: `dump ${found.id}`,
    goesOn: `the dump goes on: remnant dump show ${serverId} ${found.id}`,
    look: async (signal) => {
      const dump = await showDump(client, serverId, found.id, signal);
      for (const line of news(dump)) progress.tell(line);
      return dump;
    },
    isDone,
    stands,
  });
}

/** `--wait`: what was seen, until the dump has its verdict. */
export function untilVerdict(): Watch {
  let told = 0;
  return {
    news: ({ evidence }) => {
      // How much of a dump there is stands in the live line: it is told anew all the time.
      const seen = evidence.filter(({ kind }) => kind !== 'bytes');
      const lines = seen
        .slice(told)
        .map(({ at, kind, detail }) => cleanLines(`  ${timeOfDay(at)}  ${kind}  ${detail}`));
      told = seen.length;
      return lines;
    },
    isDone: ({ verdict }) => verdict !== null,
    stands: standsOf,
  };
}

/** How a dump stands, for the live line. */
export function standsOf({
  phase,
  bytes,
  evidence,
  memory = null,
}: Pick<FollowedDump, 'phase' | 'bytes'> & {
  readonly evidence: readonly { readonly kind: string }[];
  readonly memory?: MemoryShown | null;
}): string {
  if (memory?.state === 'queued' || memory?.state === 'running') return `the memory is ${memoryWords(memory)}`;
  if (phase === 'capturing') return `capturing, ${mebibytes(bytes)} so far`;
  // The host may be further than what it has told: it notes that it is about to ask, asks, and tells the outcome after that.
  const isAsking = phase === 'requested' && evidence.some(({ kind }) => kind === 'nmi-asked');
  return isAsking ? 'with its host, not known to be sent yet' : STANDS[phase];
}

const STANDS: Record<Dump['phase'], string> = {
  requested: 'requested, not sent yet',
  sent: 'sent, waiting for the guest to react',
  unconfirmed: 'perhaps sent, waiting for the guest to react',
  waiting: 'held by the hypervisor until the paused guest resumes',
  reacted: 'the guest reacted',
  capturing: 'capturing',
  saved: 'saved, being checked',
  rebooted: 'the guest came back',
  ended: 'ended',
};
