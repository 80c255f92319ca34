// Services: rows in, rows out.

import type { Selectable } from 'kysely';
import type { HostName, ServiceId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Service } from '../model/service.ts';
import type { Db } from './store.ts';
import type { ServicesTable } from './tables.ts';

function toService(row: Selectable<ServicesTable>): Service {
  return {
    seq: row.seq,
    id: asId(row.id),
    host: asId(row.host),
    binary: row.binary,
    zone: row.zone,
    disabled: row.disabled === 1,
    disabledReason: row.disabled_reason,
    forcedDown: row.forced_down === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** All services in the order they were made. */
export async function allServices(db: Db): Promise<Service[]> {
  return (await db.selectFrom('services').selectAll().orderBy('seq').execute()).map(toService);
}

/** The service `binary` on `host`; null if there is none. */
export async function findServiceOn(db: Db, host: string, binary: string): Promise<Service | null> {
  const row = await db
    .selectFrom('services')
    .selectAll()
    .where('host', '=', host)
    .where('binary', '=', binary)
    .executeTakeFirst();
  return row === undefined ? null : toService(row);
}

/** A service by its UUID; null if there is none. */
export async function findService(db: Db, id: string): Promise<Service | null> {
  const row = await db.selectFrom('services').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toService(row);
}

/** A service by its number; null if there is none. */
export async function findServiceBySeq(db: Db, seq: number): Promise<Service | null> {
  const row = await db.selectFrom('services').selectAll().where('seq', '=', seq).executeTakeFirst();
  return row === undefined ? null : toService(row);
}

/** Removes a service. */
export async function removeService(db: Db, id: ServiceId): Promise<void> {
  await db.deleteFrom('services').where('id', '=', id).execute();
}

/** Adds `binary` on `host`, enabled, unless it is there already. */
export async function ensureService(
  db: Db,
  service: { id: ServiceId; host: HostName; binary: string; zone: string; at: number },
): Promise<void> {
  await db
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
    })
    .onConflict((c) => c.columns(['host', 'binary']).doNothing())
    .execute();
}

/** Changes a service and gives it back. */
export async function patchService(
  db: Db,
  id: ServiceId,
  patch: { disabled?: boolean; disabledReason?: string | null; forcedDown?: boolean },
  at: number,
): Promise<Service> {
  const row = await db
    .updateTable('services')
    .set({
      updated_at: at,
      ...(patch.disabled === undefined ? {} : { disabled: patch.disabled ? 1 : 0 }),
      ...(patch.disabledReason === undefined ? {} : { disabled_reason: patch.disabledReason }),
      ...(patch.forcedDown === undefined ? {} : { forced_down: patch.forcedDown ? 1 : 0 }),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toService(row);
}
