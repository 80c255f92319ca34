// Flavors: rows in, rows out; and pages of them by keyset.

import type { Insertable, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Flavor } from '../model/flavor.ts';
import type { FlavorOrder, FlavorPage } from '../model/flavor-query.ts';
import { flavorsOpenTo } from './flavor-access.ts';
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
  if (query.isPublic !== null) {
    page = page.where((e) =>
      e.or([
        e('is_public', '=', query.isPublic === true ? 1 : 0),
        ...(query.openTo === null ? [] : [e('id', 'in', flavorsOpenTo(db, query.openTo))]),
      ]),
    );
  }
  if (!query.disabledToo) page = page.where('disabled', '=', 0);
  // As 64 bits: what is asked for may be more than any flavor can have.
  const wide = (size: 'ram' | 'disk') => sql<number>`cast(${sql.ref(size)} as bigint)`;
  if (query.minRam !== null) page = page.where(wide('ram'), '>=', query.minRam);
  if (query.minDisk !== null) page = page.where(wide('disk'), '>=', query.minDisk);
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

/** One flavor by its name; null if there is none. */
export async function findFlavorNamed(db: Db, name: string): Promise<Flavor | null> {
  const row = await db.selectFrom('flavors').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? null : toFlavor(row);
}

function toRow(flavor: Flavor): Insertable<FlavorsTable> {
  return {
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
  };
}

/** Adds a flavor; neither its id nor its name may be taken. */
export async function insertFlavor(db: Db, flavor: Flavor): Promise<void> {
  await db.insertInto('flavors').values(toRow(flavor)).execute();
}

/** Adds a flavor unless its id or its name is taken. */
export async function ensureFlavor(db: Db, flavor: Flavor): Promise<void> {
  await db
    .insertInto('flavors')
    .values(toRow(flavor))
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Notes that the configuration has made the flavor `id`; false if it had before. */
export async function noteConfiguredFlavor(db: Db, id: string): Promise<boolean> {
  const noted = await db
    .insertInto('configured_flavors')
    .values({ flavor_id: id })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (noted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Changes what of a flavor may change. */
export async function patchFlavor(
  db: Db,
  id: string,
  patch: Partial<Pick<Flavor, 'description' | 'extraSpecs'>>,
): Promise<void> {
  const set = {
    ...(patch.description === undefined ? {} : { description: patch.description }),
    ...(patch.extraSpecs === undefined ? {} : { extra_specs: JSON.stringify(patch.extraSpecs) }),
  };
  await db.updateTable('flavors').set(set).where('id', '=', id).execute();
}

/** Removes a flavor and who had access to it. False if there was none. */
export async function deleteFlavor(db: Db, id: string): Promise<boolean> {
  await db.deleteFrom('flavor_access').where('flavor_id', '=', id).execute();
  return (await db.deleteFrom('flavors').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n;
}
