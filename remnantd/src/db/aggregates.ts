// Aggregates and the hosts in them: rows in, rows out. The zone a host is in is kept on its service too (`setZone`), so that
// whoever knows the service knows the zone without asking here.

import type { Selectable } from 'kysely';
import type { Aggregate } from '../model/aggregate.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Db } from './store.ts';
import type { AggregatesTable } from './tables.ts';

/** What an aggregate begins with. */
export type NewAggregate = Pick<Aggregate, 'uuid' | 'name' | 'zone' | 'createdAt'>;
/** What may become another one. */
export type AggregatePatch = Partial<Pick<Aggregate, 'name' | 'zone' | 'metadata'>>;

function toAggregate(row: Selectable<AggregatesTable>, hosts: readonly string[]): Aggregate {
  return {
    seq: row.seq,
    uuid: row.uuid,
    name: row.name,
    zone: row.zone,
    metadata: JSON.parse(row.metadata) as Readonly<Record<string, string>>,
    hosts: hosts.map((host) => asId<HostName>(host)),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** All aggregates in the order they were made. */
export async function allAggregates(db: Db): Promise<Aggregate[]> {
  // Who removes an aggregate has removed its hosts: read in this order, no row is without its hosts.
  const members = await db.selectFrom('aggregate_hosts').selectAll().orderBy('seq').execute();
  const rows = await db.selectFrom('aggregates').selectAll().orderBy('seq').execute();
  const hosts = Map.groupBy(members, (member) => member.aggregate_seq);
  return rows.map((row) =>
    toAggregate(
      row,
      (hosts.get(row.seq) ?? []).map(({ host }) => host),
    ),
  );
}

/** An aggregate by its number; null if there is none. */
export async function findAggregate(db: Db, seq: number): Promise<Aggregate | null> {
  const row = await db.selectFrom('aggregates').selectAll().where('seq', '=', seq).executeTakeFirst();
  if (row === undefined) return null;
  const members = await db
    .selectFrom('aggregate_hosts')
    .select('host')
    .where('aggregate_seq', '=', seq)
    .orderBy('seq')
    .execute();
  return toAggregate(
    row,
    members.map(({ host }) => host),
  );
}

/** The number of the aggregate of that name; null if there is none. */
export async function aggregateNamed(db: Db, name: string): Promise<number | null> {
  const row = await db.selectFrom('aggregates').select('seq').where('name', '=', name).executeTakeFirst();
  return row?.seq ?? null;
}

/** Adds an aggregate without hosts. */
export async function insertAggregate(tx: Db, aggregate: NewAggregate): Promise<Aggregate> {
  const row = await tx
    .insertInto('aggregates')
    .values({
      uuid: aggregate.uuid,
      name: aggregate.name,
      zone: aggregate.zone,
      metadata: '{}',
      created_at: aggregate.createdAt,
      updated_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAggregate(row, []);
}

/** Changes an aggregate. */
export async function patchAggregate(tx: Db, seq: number, patch: AggregatePatch, at: number): Promise<void> {
  await tx
    .updateTable('aggregates')
    .set({
      updated_at: at,
      ...(patch.name === undefined ? {} : { name: patch.name }),
      ...(patch.zone === undefined ? {} : { zone: patch.zone }),
      ...(patch.metadata === undefined ? {} : { metadata: JSON.stringify(patch.metadata) }),
    })
    .where('seq', '=', seq)
    .execute();
}

/** Removes an aggregate that has no hosts. */
export async function removeAggregate(tx: Db, seq: number): Promise<void> {
  await tx.deleteFrom('aggregates').where('seq', '=', seq).execute();
}

/** Puts a host into an aggregate that does not have it. */
export async function addAggregateHost(tx: Db, seq: number, host: HostName): Promise<void> {
  await tx.insertInto('aggregate_hosts').values({ aggregate_seq: seq, host }).execute();
}

/** Takes a host out of an aggregate. */
export async function removeAggregateHost(tx: Db, seq: number, host: HostName): Promise<void> {
  await tx.deleteFrom('aggregate_hosts').where('aggregate_seq', '=', seq).where('host', '=', host).execute();
}

/** Takes a host out of every aggregate. */
export async function forgetAggregateHost(tx: Db, host: HostName): Promise<void> {
  await tx.deleteFrom('aggregate_hosts').where('host', '=', host).execute();
}

/** The aggregates with a zone that have one of `hosts`, in the order they were made. */
export async function zonesOf(
  db: Db,
  hosts: readonly HostName[],
): Promise<readonly { readonly seq: number; readonly zone: string }[]> {
  if (hosts.length === 0) return [];
  const rows = await db
    .selectFrom('aggregates')
    .select(['seq', 'zone'])
    .where('zone', 'is not', null)
    .where((e) =>
      e.exists(
        e
          .selectFrom('aggregate_hosts')
          .select('host')
          .whereRef('aggregate_seq', '=', 'aggregates.seq')
          .where('host', 'in', hosts),
      ),
    )
    .orderBy('seq')
    .execute();
  return rows.map(({ seq, zone }) => ({ seq, zone: zone ?? '' }));
}

/** The zone that aggregates put a host into; null when none does. */
export async function zoneOf(db: Db, host: HostName): Promise<string | null> {
  return (await zonesOf(db, [host]))[0]?.zone ?? null;
}
