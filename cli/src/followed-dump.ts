// A crash dump as the command has it: with what was seen of it and the files that came of it.

import type { Artefact, Dump, DumpEvidence, Panic, RemnantClient } from '@remnant/client';
import { EXIT } from './exit.ts';

/** A dump with what was seen of it, and the files that came of it. */
export type FollowedDump = Dump & {
  readonly evidence: readonly DumpEvidence[];
  readonly artefacts: readonly Artefact[];
  /** What the guest's kernel said on its console; absent for who may not see that. */
  readonly panic?: Panic | null;
};

/** Verdicts that a dump is asked for with. */
const HOPED: ReadonlySet<Dump['verdict']> = new Set<Dump['verdict']>(['captured', 'panicked_without_dump']);

/** The exit code of a dump that ended. */
export function dumpCode(dump: Dump): number {
  return HOPED.has(dump.verdict) ? EXIT.done : EXIT.otherVerdict;
}

/** One dump with its evidence. */
export async function showDump(
  client: RemnantClient,
  serverId: string,
  id: string,
  signal?: AbortSignal,
): Promise<FollowedDump> {
  return (await client.dumps.show(serverId, id, signal === undefined ? {} : { signal })).dump;
}

/** The time of day of a moment, to the millisecond; a whole time is in the JSON. */
export function timeOfDay(text: string): string {
  return text.slice(11, 23);
}

/** Seconds from one moment to another, to the millisecond; never less than none: hosts have clocks of their own. */
export function secondsSince(start: string, at: string): string {
  return (Math.max(0, Date.parse(utc(at)) - Date.parse(utc(start))) / 1000).toFixed(3);
}

/** The API's times are UTC without saying so. */
function utc(text: string): string {
  return text.endsWith('Z') ? text : `${text}Z`;
}
