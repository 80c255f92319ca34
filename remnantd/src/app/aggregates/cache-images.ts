// Takes the wish that an aggregate's hosts have images at hand. Hosts fetch an image when the first server of it is made and
// fetch nothing ahead: the wish is written down, and nothing more is claimed.

import type { Authorised } from '../../access/authorised.ts';
import type { Aggregate } from '../../model/aggregate.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { AggregateDeps } from './aggregate-writes.ts';

/** Takes it. Fault aggregate-not-found. */
export async function cacheImages(
  { access, store, clock }: Pick<AggregateDeps, 'access' | 'store' | 'clock'>,
  context: RequestContext,
  aggregate: Authorised<Aggregate>,
  images: readonly string[],
): Promise<void> {
  await store.transaction(async (tx) => {
    const now = await access.aggregates.again(tx, aggregate);
    await recordChange(tx, clock, context, { target: `aggregate ${now.seq}`, detail: { images } });
  });
}
