// Follows a crash dump until it ended, and tells how it went: what was seen, when, and the verdict.

import type { Dump, DumpEvidence, RemnantClient } from '@remnant/client';
import type { Context } from './context.ts';
import { EXIT, failure } from './exit.ts';
import { drawFields, drawTable } from './table.ts';
import { waitUntil } from './wait.ts';

/** A dump with what was seen of it. */
export type FollowedDump = Dump & { readonly evidence: readonly DumpEvidence[] };

/** Verdicts that a dump is asked for with. */
const HOPED: ReadonlySet<Dump['verdict']> = new Set<Dump['verdict']>(['captured', 'panicked_without_dump']);

/**
 * Follows the dump that request `requestId` began until it ended, and gives it. Ends the command with exit code 3 after
 * `seconds`.
 */
export async function followDump(
  { client, progress }: Context,
  serverId: string,
  requestId: string | null,
  seconds: number,
): Promise<FollowedDump> {
  const { dumps } = await client.dumps.list(serverId);
  const found = dumps.find((dump) => dump.request_id === requestId);
  if (found === undefined) throw failure(`the server has no dump of request ${requestId ?? '(unknown)'}`);
  let told = 0;
  return waitUntil({
    progress,
    seconds,
    what: `dump ${found.id}`,
    goesOn: `the dump goes on: remnant dump show ${serverId} ${found.id}`,
    look: async (signal) => {
      const { dump: seen } = await client.dumps.show(serverId, found.id, { signal });
      for (const entry of seen.evidence.slice(told))
        progress.tell(`  ${time(entry.at)}  ${entry.kind}  ${entry.detail}`);
      told = seen.evidence.length;
      return seen;
    },
    isDone: (seen) => seen.phase === 'ended',
    stands: standsOf,
  });
}

/** The exit code of a dump that ended. */
export function dumpCode(dump: Dump): number {
  return HOPED.has(dump.verdict) ? EXIT.done : EXIT.otherVerdict;
}

/** One dump with its evidence. */
export async function showDump(client: RemnantClient, serverId: string, id: string): Promise<FollowedDump> {
  return (await client.dumps.show(serverId, id)).dump;
}

/** The dump for people: its fields, then the time line of what was seen. */
export function drawDump(dump: FollowedDump): string {
  const fields = drawFields([
    ['Dump', dump.id],
    ['Server', dump.server_id],
    ['Request', dump.request_id],
    ['Phase', dump.phase],
    ['Verdict', dump.verdict],
    ['Reason', dump.reason],
    ['NMI', dump.nmi],
    ['Requested', dump.requested_at],
    ['Sent', dump.sent_at],
    ['Ended', dump.ended_at],
  ]);
  if (dump.evidence.length === 0) return `${fields}\nNothing was seen of it.`;
  const start = Date.parse(utc(dump.requested_at));
  const rows = dump.evidence.map((entry) => [time(entry.at), since(start, entry.at), entry.kind, entry.detail]);
  return `${fields}\n${drawTable(['Seen at', 'After', 'What', 'Detail'], rows)}`;
}

/** How a dump stands, for the live line. */
export function standsOf({
  phase,
  evidence,
}: Pick<FollowedDump, 'phase'> & { readonly evidence: readonly { readonly kind: string }[] }): string {
  // The host may be further than what it has told: it notes that it is about to ask, asks, and tells the outcome after that.
  const isAsking = phase === 'requested' && evidence.some(({ kind }) => kind === 'nmi-asked');
  return isAsking ? 'with its host, not known to be sent yet' : STANDS[phase];
}

const STANDS: Record<Dump['phase'], string> = {
  requested: 'requested, not sent yet',
  sent: 'sent, waiting for the guest to react',
  unconfirmed: 'perhaps sent, waiting for the guest to react',
  ended: 'ended',
};

/** The time of day, to the millisecond; a whole time is in the JSON. */
function time(text: string): string {
  return text.slice(11, 23);
}

function since(start: number, at: string): string {
  return `${((Date.parse(utc(at)) - start) / 1000).toFixed(3)} s`;
}

/** The Compute API's times are UTC without saying so. */
function utc(text: string): string {
  return text.endsWith('Z') ? text : `${text}Z`;
}
