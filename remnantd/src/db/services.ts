// Services: rows in, rows out. Every change of one takes the next number of the head `services`, in its own transaction, so
// that a process which knows everything up to a number needs to read only what changed after it.

import type { Selectable } from 'kysely';
import type { HostTold } from '../model/host-told.ts';
import type { HostName, ServiceId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import { COMPUTE } from '../model/service.ts';
import { moveHead } from './heads.ts';
import type { Db } from './store.ts';
import type { ServicesTable } from './tables.ts';

const COLUMNS = [
  'seq',
  'id',
  'host',
  'binary',
  'zone',
  'disabled',
  'disabled_reason',
  'forced_down',
  'forced_by',
  'forced_at',
  'created_at',
  'updated_at',
  'changed',
] as const;

/** A service, and what its host's agent told of itself; null when it never did. */
export interface ToldService {
  readonly service: Service;
  readonly told: HostTold | null;
}

function toService(row: Omit<Selectable<ServicesTable>, 'told'>): Service {
  return {
    seq: row.seq,
    id: asId(row.id),
    host: asId(row.host),
    binary: row.binary,
    zone: row.zone,
    disabled: row.disabled === 1,
    disabledReason: row.disabled_reason,
    forcedDown: row.forced_down === 1,
    forcedBy: row.forced_by === null ? null : asId(row.forced_by),
    forcedAt: row.forced_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    changed: row.changed,
  };
}

function toToldService(row: Selectable<ServicesTable>): ToldService {
  return { service: toService(row), told: row.told === null ? null : (JSON.parse(row.told) as HostTold) };
}

/** All services in the order they were made. */
export async function allServices(db: Db): Promise<Service[]> {
  return (await db.selectFrom('services').select(COLUMNS).orderBy('seq').execute()).map(toService);
}

/** The service `binary` on `host`; null if there is none. */
export async function findServiceOn(db: Db, host: string, binary: string): Promise<Service | null> {
  const row = await db
    .selectFrom('services')
    .select(COLUMNS)
    .where('host', '=', host)
    .where('binary', '=', binary)
    .executeTakeFirst();
  return row === undefined ? null : toService(row);
}

/** A service by its UUID; null if there is none. */
export async function findService(db: Db, id: string): Promise<Service | null> {
  const row = await db.selectFrom('services').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toService(row);
}

/** A service by its number; null if there is none. */
export async function findServiceBySeq(db: Db, seq: number): Promise<Service | null> {
  const row = await db.selectFrom('services').select(COLUMNS).where('seq', '=', seq).executeTakeFirst();
  return row === undefined ? null : toService(row);
}

/** The services with a number of change above `after`, with what was told of their hosts. */
export async function servicesChangedAfter(db: Db, after: number): Promise<ToldService[]> {
  const rows = await db.selectFrom('services').selectAll().where('changed', '>', after).orderBy('changed').execute();
  return rows.map(toToldService);
}

/** How many hosts have a compute service. */
export async function countServices(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('services')
    .where('binary', '=', COMPUTE)
    .select((e) => e.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Removes a service; gives back the number of that change. */
export async function removeService(tx: Db, id: ServiceId): Promise<number> {
  const changed = await moveHead(tx, 'services');
  await tx.deleteFrom('services').where('id', '=', id).execute();
  return changed;
}

/** What a host presents itself with. */
export interface PresentedService {
  /** The id it gets if there is none yet. */
  readonly id: ServiceId;
  readonly host: HostName;
  readonly binary: string;
  readonly zone: string;
  readonly at: number;
  readonly told: HostTold;
}

/** Adds a service, enabled, unless it is there already, and keeps what its host told; a host that tells nothing new changes nothing. */
export async function presentService(tx: Db, { told, ...service }: PresentedService): Promise<ToldService> {
  const text = JSON.stringify(told);
  const known = await presentedService(tx, service.host, service.binary, text);
  if (known !== null) return known;
  const changed = await moveHead(tx, 'services');
  const row = await tx
    .insertInto('services')
    .values({
      id: service.id,
      host: service.host,
      binary: service.binary,
      zone: service.zone,
      disabled: 0,
      disabled_reason: null,
      forced_down: 0,
      created_at: service.at,
      updated_at: service.at,
      changed,
      told: text,
    })
    .onConflict((c) => c.columns(['host', 'binary']).doUpdateSet({ changed, told: text }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toToldService(row);
}

/** The service `binary` of `host` if this is what the host told last (`HostTold` as JSON); else null. */
export async function presentedService(
  db: Db,
  host: string,
  binary: string,
  told: string,
): Promise<ToldService | null> {
  const row = await db
    .selectFrom('services')
    .selectAll()
    .where('host', '=', host)
    .where('binary', '=', binary)
    .where('told', '=', told)
    .executeTakeFirst();
  return row === undefined ? null : toToldService(row);
}

/** What to change of a service. */
export interface ServicePatch {
  readonly disabled?: boolean;
  readonly disabledReason?: string | null;
  readonly forcedDown?: boolean;
}

/** Changes a service and gives it back. One that is forced down anew keeps who did it (`by`), and when. */
export async function patchService(
  tx: Db,
  id: ServiceId,
  patch: ServicePatch,
  at: number,
  by: UserId | null = null,
): Promise<Service> {
  const changed = await moveHead(tx, 'services');
  const { forced_down: was } = await tx
    .selectFrom('services')
    .select('forced_down')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const forced = patch.forcedDown === true ? { forced_by: by, forced_at: at } : { forced_by: null, forced_at: null };
  const row = await tx
    .updateTable('services')
    .set({
      updated_at: at,
      changed,
      ...(patch.disabled === undefined ? {} : { disabled: patch.disabled ? 1 : 0 }),
      ...(patch.disabledReason === undefined ? {} : { disabled_reason: patch.disabledReason }),
      ...(patch.forcedDown === undefined ? {} : { forced_down: patch.forcedDown ? 1 : 0 }),
      ...(patch.forcedDown === undefined || patch.forcedDown === (was === 1) ? {} : forced),
    })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return toService(row);
}

/** Puts the compute service of `host` into `zone` and gives it back; null when it is there already, or there is none. */
export async function moveServiceToZone(tx: Db, host: HostName, zone: string): Promise<Service | null> {
  const service = await findServiceOn(tx, host, COMPUTE);
  if (service === null || service.zone === zone) return null;
  const changed = await moveHead(tx, 'services');
  const row = await tx
    .updateTable('services')
    .set({ zone, changed })
    .where('id', '=', service.id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return toService(row);
}
