// Deletes an aggregate that has no hosts any more.

import type { Authorised } from '../../access/authorised.ts';
import { removeAggregate } from '../../db/aggregates.ts';
import type { Aggregate } from '../../model/aggregate.ts';
import { fault } from '../../model/faults.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { AggregateDeps } from './aggregate-writes.ts';

/** Deletes it. Faults aggregate-not-found, bad-request for one with hosts. */
export async function deleteAggregate(
  { access, store, clock }: Pick<AggregateDeps, 'access' | 'store' | 'clock'>,
  context: RequestContext,
  aggregate: Authorised<Aggregate>,
): Promise<void> {
  await store.transaction(async (tx) => {
    const now = await access.aggregates.again(tx, aggregate);
    if (now.hosts.length > 0) {
      const message = `Cannot remove host from aggregate ${now.seq}. Reason: Host aggregate is not empty.`;
      throw fault('bad-request', { message });
    }
    await removeAggregate(tx, now.seq);
    await recordChange(tx, clock, context, { target: `aggregate ${now.seq}`, detail: { name: now.name } });
  });
}
