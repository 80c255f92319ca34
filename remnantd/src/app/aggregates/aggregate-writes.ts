// What writes on aggregates share: the bounds Nova sets to availability zones, and a host's move from one to another, which
// shows in its service and in the servers it has.

import type { Access } from '../../access/access.ts';
import { aggregateNamed, zoneOf, zonesOf } from '../../db/aggregates.ts';
import { moveServersToZone } from '../../db/host-servers.ts';
import { countServersOn } from '../../db/servers.ts';
import { moveServiceToZone } from '../../db/services.ts';
import type { Db, Store } from '../../db/store.ts';
import { repr } from '../../lib/python-repr.ts';
import type { ServiceBook } from '../../liveness/service-book.ts';
import type { Aggregate } from '../../model/aggregate.ts';
import { fault } from '../../model/faults.ts';
import type { HostName } from '../../model/ids.ts';
import type { Service } from '../../model/service.ts';
import type { Clock } from '../../ports/clock.ts';

/** What writing aggregates needs. */
export interface AggregateDeps {
  readonly access: Access;
  readonly store: Store;
  readonly clock: Clock;
  readonly book: Pick<ServiceBook, 'changed'>;
  /** The zone of hosts that no aggregate puts into one. */
  readonly zone: string;
}

/** What a change of an aggregate made of it, and the services whose zone became another one. */
export interface Changed {
  readonly aggregate: Aggregate;
  readonly moved: readonly Service[];
}

/** Fault aggregate-taken if another aggregate than `seq` has that name. */
export async function requireFreeName(tx: Db, name: string, seq: number | null): Promise<void> {
  const owner = await aggregateNamed(tx, name);
  if (owner !== null && owner !== seq) throw fault('aggregate-taken', { name });
}

/** What an aggregate's zone is about to become, and for which hosts. */
export interface ZoneWish {
  readonly aggregate: Pick<Aggregate, 'seq' | 'name' | 'zone'>;
  readonly zone: string | null;
  readonly hosts: readonly HostName[];
  /** True where a zone may not change under servers. */
  readonly withoutServers: boolean;
  /** Words the refusal begins with: `Cannot update aggregate`. */
  readonly cannot: string;
  /** How a refusal is told. */
  readonly as: 'bad-request' | 'conflict';
}

/** Fault of the wished kind if the zone may not be that one: a host is in one zone at most. */
export async function requireZone(tx: Db, wish: ZoneWish): Promise<void> {
  const { aggregate, zone, hosts } = wish;
  const refuse = (reason: string) => fault(wish.as, { message: `${wish.cannot} ${aggregate.seq}. Reason: ${reason}.` });
  if (zone === null || zone === '') {
    throw refuse(`Aggregate ${aggregate.name} does not support empty named availability zone`);
  }
  const others = (await zonesOf(tx, hosts)).filter((other) => other.seq !== aggregate.seq && other.zone !== zone);
  if (others.length > 0) {
    const zones = repr(others.map((other) => other.zone));
    throw refuse(`One or more hosts already in availability zone(s) ${zones}`);
  }
  if (!wish.withoutServers || zone === aggregate.zone) return;
  for (const host of hosts) {
    if ((await countServersOn(tx, host)) > 0) throw refuse('One or more hosts contain instances in this zone');
  }
}

/** Puts each host, and the servers on it, into the zone where its aggregates have it now. The services that moved. */
export async function settleZones(tx: Db, hosts: readonly HostName[], otherwise: string): Promise<readonly Service[]> {
  const moved: Service[] = [];
  for (const host of hosts) {
    const zone = (await zoneOf(tx, host)) ?? otherwise;
    const service = await moveServiceToZone(tx, host, zone);
    if (service === null) continue;
    await moveServersToZone(tx, host, zone);
    moved.push(service);
  }
  return moved;
}

/** Tells everybody of services that moved, once that is committed; gives the aggregate. */
export function tellMoved({ book }: Pick<AggregateDeps, 'book'>, { aggregate, moved }: Changed): Aggregate {
  for (const service of moved) book.changed(service);
  return aggregate;
}
