// Changes an aggregate's name, zone or metadata. A zone changes only under hosts without servers, and takes its hosts along.

import type { Authorised } from '../../access/authorised.ts';
import type { AggregatePatch } from '../../db/aggregates.ts';
import { patchAggregate } from '../../db/aggregates.ts';
import type { Aggregate } from '../../model/aggregate.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { AggregateDeps } from './aggregate-writes.ts';
import { requireFreeName, requireZone, settleZones, tellMoved } from './aggregate-writes.ts';

/** What to change. A zone of null or '' is refused: an aggregate keeps the zone it has. */
export interface AggregateChange {
  readonly name?: string;
  readonly zone?: string | null;
  /** Values by key; a key with null goes. */
  readonly metadata?: Readonly<Record<string, string | null>>;
}

/** Changes it and gives it back. `cannot`: words a refusal begins with. Faults aggregate-not-found, -taken, bad-request. */
export async function updateAggregate(
  deps: AggregateDeps,
  context: RequestContext,
  aggregate: Authorised<Aggregate>,
  change: AggregateChange,
  cannot: string,
): Promise<Aggregate> {
  const { access, store, clock } = deps;
  const changed = await store.transaction(async (tx) => {
    const now = await access.aggregates.again(tx, aggregate);
    const { name, zone } = change;
    if (name !== undefined) await requireFreeName(tx, name, now.seq);
    if (zone !== undefined) {
      const named = { ...now, name: name ?? now.name };
      const wish = {
        aggregate: named,
        zone,
        hosts: now.hosts,
        withoutServers: true,
        cannot,
        as: 'bad-request',
      } as const;
      await requireZone(tx, wish);
    }
    const patch: AggregatePatch = {
      ...(name === undefined ? {} : { name }),
      ...(zone === undefined ? {} : { zone }),
      ...(change.metadata === undefined ? {} : { metadata: merged(now.metadata, change.metadata) }),
    };
    await patchAggregate(tx, now.seq, patch, clock.wall());
    const moved = zone === undefined ? [] : await settleZones(tx, now.hosts, deps.zone);
    await recordChange(tx, clock, context, { target: `aggregate ${now.seq}`, detail: change });
    return { aggregate: await access.aggregates.again(tx, now), moved };
  });
  return tellMoved(deps, changed);
}

function merged(
  was: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const now = new Map<string, string | null>([...Object.entries(was), ...Object.entries(change)]);
  return Object.fromEntries([...now].flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
