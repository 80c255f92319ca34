// Flavors: rows in, rows out; and pages of them by keyset.

import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Flavor } from '../model/flavor.ts';
import type { FlavorOrder, FlavorPage } from '../model/flavor-query.ts';
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

/** What a page is sorted by. No description is like an empty one. */
const ORDER: Readonly<Record<FlavorOrder, keyof FlavorsTable>> = {
  id: 'id',
  name: 'name',
  description: 'description',
  ram: 'ram',
  disk: 'disk',
  ephemeral: 'ephemeral',
  swap: 'swap',
  vcpus: 'vcpus',
  rxtxFactor: 'rxtx_factor',
  isPublic: 'is_public',
  disabled: 'disabled',
  made: 'seq',
};

/** One page, in the asked order. Throws when `after` is no flavor's id. */
export async function pageOfFlavors(db: Db, query: FlavorPage): Promise<Flavor[]> {
  const column = ORDER[query.order];
  const key = column === 'description' ? sql`coalesce(description, '')` : sql.ref(column);
  let page = db.selectFrom('flavors').selectAll();
  if (query.isPublic !== null) page = page.where('is_public', '=', query.isPublic ? 1 : 0);
  if (!query.disabledToo) page = page.where('disabled', '=', 0);
  if (query.minRam !== null) page = page.where('ram', '>=', query.minRam);
  if (query.minDisk !== null) page = page.where('disk', '>=', query.minDisk);
  if (query.after !== null) {
    const last = await db.selectFrom('flavors').selectAll().where('id', '=', query.after).executeTakeFirstOrThrow();
    const behind = sql.raw(query.dir === 'asc' ? '>' : '<');
    page = page.where(sql<boolean>`(${key}, seq) ${behind} (${last[column] ?? ''}, ${last.seq})`);
  }
  return (await page.orderBy(key, query.dir).orderBy('seq', query.dir).limit(query.limit).execute()).map(toFlavor);
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
