// Flavors: rows in, rows out.

import type { Selectable } from 'kysely';
import type { Flavor } from '../model/flavor.ts';
import type { Db } from './store.ts';
import type { FlavorsTable } from './tables.ts';

function toFlavor(row: Selectable<FlavorsTable>): Flavor {
  return {
    id: row.id,
    name: row.name,
    vcpus: row.vcpus,
    ram: row.ram,
    disk: row.disk,
    ephemeral: row.ephemeral,
    swap: row.swap,
    rxtxFactor: row.rxtx_factor,
    isPublic: row.is_public === 1,
    disabled: row.disabled === 1,
    description: row.description,
    extraSpecs: JSON.parse(row.extra_specs) as Record<string, string>,
  };
}

/** All flavors by id, as Nova sorts them. */
export async function allFlavors(db: Db): Promise<Flavor[]> {
  return (await db.selectFrom('flavors').selectAll().orderBy('id').execute()).map(toFlavor);
}

/** One flavor by its id; null if there is none. */
export async function findFlavor(db: Db, id: string): Promise<Flavor | null> {
  const row = await db.selectFrom('flavors').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : toFlavor(row);
}

/** Adds a flavor unless its id is taken. */
export async function ensureFlavor(db: Db, flavor: Flavor): Promise<void> {
  await db
    .insertInto('flavors')
    .values({
      id: flavor.id,
      name: flavor.name,
      vcpus: flavor.vcpus,
      ram: flavor.ram,
      disk: flavor.disk,
      ephemeral: flavor.ephemeral,
      swap: flavor.swap,
      rxtx_factor: flavor.rxtxFactor,
      is_public: flavor.isPublic ? 1 : 0,
      disabled: flavor.disabled ? 1 : 0,
      description: flavor.description,
      extra_specs: JSON.stringify(flavor.extraSpecs),
    })
    .onConflict((c) => c.column('id').doNothing())
    .execute();
}
