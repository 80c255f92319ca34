// Puts hosts into aggregates and takes them out. An aggregate with a zone moves the host into it, with the servers it has.

import type { Authorised } from '../../access/authorised.ts';
import { addAggregateHost, removeAggregateHost } from '../../db/aggregates.ts';
import { findServiceOn } from '../../db/services.ts';
import type { Aggregate } from '../../model/aggregate.ts';
import { fault } from '../../model/faults.ts';
import type { HostName } from '../../model/ids.ts';
import { COMPUTE } from '../../model/service.ts';
import { recordChange } from '../record-change.ts';
import type { RequestContext } from '../request-context.ts';
import type { AggregateDeps } from './aggregate-writes.ts';
import { requireZone, settleZones, tellMoved } from './aggregate-writes.ts';

/** Adds a host. Faults host-unmapped, aggregate-not-found, conflict for one in another zone, aggregate-has-host. */
export async function addHost(
  deps: AggregateDeps,
  context: RequestContext,
  aggregate: Authorised<Aggregate>,
  host: HostName,
): Promise<Aggregate> {
  const { access, store, clock } = deps;
  const changed = await store.transaction(async (tx) => {
    if ((await findServiceOn(tx, host, COMPUTE)) === null) throw fault('host-unmapped', { host });
    const now = await access.aggregates.again(tx, aggregate);
    if (now.zone !== null) {
      const wish = {
        hosts: [host],
        withoutServers: false,
        cannot: 'Cannot add host to aggregate',
        as: 'conflict',
      } as const;
      await requireZone(tx, { aggregate: now, zone: now.zone, ...wish });
    }
    if (now.hosts.includes(host)) throw fault('aggregate-has-host', { id: now.seq, host });
    await addAggregateHost(tx, now.seq, host);
    const moved = await settleZones(tx, [host], deps.zone);
    await recordChange(tx, clock, context, { target: `aggregate ${now.seq}`, detail: { host } });
    return { aggregate: await access.aggregates.again(tx, now), moved };
  });
  return tellMoved(deps, changed);
}

/** Takes a host out. Faults aggregate-not-found, aggregate-lacks-host. */
export async function removeHost(
  deps: AggregateDeps,
  context: RequestContext,
  aggregate: Authorised<Aggregate>,
  host: HostName,
): Promise<Aggregate> {
  const { access, store, clock } = deps;
  const changed = await store.transaction(async (tx) => {
    const now = await access.aggregates.again(tx, aggregate);
    if (!now.hosts.includes(host)) throw fault('aggregate-lacks-host', { id: now.seq, host });
    await removeAggregateHost(tx, now.seq, host);
    const moved = await settleZones(tx, [host], deps.zone);
    await recordChange(tx, clock, context, { target: `aggregate ${now.seq}`, detail: { host } });
    return { aggregate: await access.aggregates.again(tx, now), moved };
  });
  return tellMoved(deps, changed);
}
