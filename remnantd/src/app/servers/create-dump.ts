// Asks for a crash dump at Remnant's own root: as Nova's action, with wishes, and by force for an admin who says why.

import { runningDump } from '../../db/dumps.ts';
import type { DumpWishes } from '../../model/dump-wishes.ts';
import { fault } from '../../model/faults.ts';
import type { DumpId } from '../../model/ids.ts';
import type { RequestContext } from '../request-context.ts';
import type { DumpDeps } from './request-dump.ts';
import { requestDump, TRIGGER } from './request-dump.ts';

/** What may be said of a dump that is asked for; what is not said is the owner's wish, else the configuration's. */
export interface AskedDump extends Partial<Omit<DumpWishes, 'forceReason'>> {
  /** Why a dump that runs is to be ended for this one. */
  readonly force?: string;
}

/** Its rules. */
export interface CreateDumpRules {
  readonly create: string;
  readonly force: string;
}

/**
 * Asks for the dump and gives its id. Faults: not found, policy (of force too), bad-request for wishes that contradict each
 * other, lock, host, state, call-not-spoken, dump-running.
 */
export async function createDump(
  deps: DumpDeps,
  context: RequestContext,
  id: string,
  { force, ...asked }: AskedDump,
  rules: CreateDumpRules,
): Promise<DumpId> {
  const cameAt = deps.clock.wall();
  const server = await deps.access.servers.one(context.caller, id, rules.create);
  if (force !== undefined) await deps.access.servers.one(context.caller, id, rules.force);
  const wishes = consistent(asked);
  const over = force === undefined ? null : ((await runningDump(deps.store.read, server.id))?.id ?? null);
  const { queued, dump } = await requestDump(deps, context, server, {
    ...TRIGGER,
    wishes,
    ...(force === undefined ? {} : { force: { reason: force, over, cameAt } }),
  });
  await deps.dispatcher.ring(queued);
  return dump;
}

/** Without an NMI the hypervisor's dump is all that is asked for, so it is made in any case. */
function consistent(asked: Omit<AskedDump, 'force'>): Omit<AskedDump, 'force'> {
  if (asked.nmi !== false) return asked;
  if (asked.memory === 'never') {
    throw fault('bad-request', { message: 'Without an NMI and without the memory there is nothing to dump.' });
  }
  if (asked.evidence === true) {
    throw fault('bad-request', { message: 'Evidence is taken before an NMI: none is sent here.' });
  }
  return { ...asked, memory: asked.memory ?? 'always' };
}
