// Makes an aggregate. It has no hosts yet, so that its zone needs no look at them.

import { insertAggregate } from '../../db/aggregates.ts';
import type { Aggregate } from '../../model/aggregate.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { AggregateDeps } from './aggregate-writes.ts';
import { requireFreeName } from './aggregate-writes.ts';

/** Makes it. The caller is authorised. Fault aggregate-taken. */
export async function createAggregate(
  { store, clock }: Pick<AggregateDeps, 'store' | 'clock'>,
  context: RequestContext,
  wanted: { readonly name: string; readonly zone: string | null },
): Promise<Aggregate> {
  const uuid = clock.uuid();
  return store.transaction(async (tx) => {
    await requireFreeName(tx, wanted.name, null);
    const aggregate = await insertAggregate(tx, { uuid, ...wanted, createdAt: clock.wall() });
    await recordChange(tx, clock, context, { target: `aggregate ${aggregate.seq}`, detail: wanted });
    return aggregate;
  });
}
