// What servers take, added up: of each host for placement, of a project for its quota. One query each over an index that holds
// the sizes. Rows of an older program have none: they are read by their flavors until they are measured.

import { sql } from 'kysely';
import type { EmbeddedFlavor } from '../model/flavor.ts';
import type { HostName, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { changeServers } from './servers.ts';
import type { Db, Store } from './store.ts';

/** What servers take together; memory in MiB, disks in GiB. */
export interface Usage {
  readonly servers: number;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
}

/** Nothing is taken. */
export const NO_USAGE: Usage = { servers: 0, vcpus: 0, memoryMb: 0, diskGb: 0 };

const MEASURED_AT_ONCE = 100;

/** The sizes of `flavor`, by their columns. */
export function sizeColumns({ vcpus, ram, disk, ephemeral }: EmbeddedFlavor) {
  return { vcpus, memory_mb: ram, disk_gb: disk + ephemeral };
}

/** What the servers on each host take of it; a host without any is not there. */
export async function usageByHost(db: Db): Promise<Map<HostName, Usage>> {
  const rows = await living(db)
    .where('host', 'is not', null)
    .groupBy('host')
    .select((e) => [
      'host',
      e.fn.countAll<number>().as('servers'),
      e.fn.sum<number | null>('vcpus').as('vcpus'),
      e.fn.sum<number | null>('memory_mb').as('memory'),
      e.fn.sum<number | null>('disk_gb').as('disk'),
    ])
    .execute();
  const usage = new Map<HostName, Usage>(rows.map(({ host, ...sums }) => [asId(host ?? ''), usageOf(sums)]));
  for (const row of await notMeasured(db).select(['host', 'flavor']).execute()) {
    if (row.host === null) continue;
    const host = asId<HostName>(row.host);
    usage.set(host, withSize(usage.get(host) ?? NO_USAGE, row.flavor));
  }
  return usage;
}

/** Has a server take as much as the larger of `flavors`, in each of its sizes, until its flavor changes or this is called again. */
export async function holdSize(tx: Db, id: ServerId, flavors: readonly EmbeddedFlavor[]): Promise<void> {
  const sizes = flavors.map(sizeColumns);
  const most = (of: (size: ReturnType<typeof sizeColumns>) => number) => Math.max(...sizes.map(of));
  const held = { vcpus: most((s) => s.vcpus), memory_mb: most((s) => s.memory_mb), disk_gb: most((s) => s.disk_gb) };
  await changeServers(tx, { column: 'id', is: id }, held);
}

/** What the servers of `projectId` take; of `userId` alone, where one is named. One that was deleted softly takes nothing. */
export async function usageOfProject(db: Db, projectId: string, userId: string | null = null): Promise<Usage> {
  // Said as the index says it, which a parameter would not.
  const kept = sql<boolean>`vm_state <> 'soft-delete'`;
  let sums = living(db).where(kept).where('project_id', '=', projectId);
  let others = notMeasured(db).where(kept).where('project_id', '=', projectId);
  if (userId !== null) {
    sums = sums.where('user_id', '=', userId);
    others = others.where('user_id', '=', userId);
  }
  const row = await sums
    .select((e) => [
      e.fn.countAll<number>().as('servers'),
      e.fn.sum<number | null>('vcpus').as('vcpus'),
      e.fn.sum<number | null>('memory_mb').as('memory'),
    ])
    .executeTakeFirstOrThrow();
  const old = await others.select('flavor').execute();
  return old.reduce((usage, { flavor }) => withSize(usage, flavor), usageOf({ ...row, disk: null }));
}

/** Writes the sizes into the rows that have none, a few at a time. */
export async function measureServers(store: Store): Promise<void> {
  for (let more = true; more; ) more = await store.transaction(measureSome);
}

async function measureSome(tx: Db): Promise<boolean> {
  const rows = await notMeasured(tx).orderBy('seq').limit(MEASURED_AT_ONCE).select(['seq', 'flavor']).execute();
  for (const { seq, flavor } of rows) {
    await changeServers(tx, { column: 'seq', is: seq }, sizeColumns(JSON.parse(flavor) as EmbeddedFlavor));
  }
  return rows.length === MEASURED_AT_ONCE;
}

function living(db: Db) {
  return db.selectFrom('servers').where('deleted_at', 'is', null);
}

function notMeasured(db: Db) {
  return living(db).where('vcpus', 'is', null);
}

/** A sum that a database gives is a number, a text of one, or null. */
function usageOf(row: {
  readonly servers: number;
  readonly vcpus: number | null;
  readonly memory: number | null;
  readonly disk: number | null;
}): Usage {
  const { servers, vcpus, memory, disk } = row;
  return { servers, vcpus: Number(vcpus), memoryMb: Number(memory), diskGb: Number(disk) };
}

function withSize({ servers, vcpus, memoryMb, diskGb }: Usage, flavor: string): Usage {
  const size = sizeColumns(JSON.parse(flavor) as EmbeddedFlavor);
  return {
    // It was counted with the others.
    servers,
    vcpus: vcpus + size.vcpus,
    memoryMb: memoryMb + size.memory_mb,
    diskGb: diskGb + size.disk_gb,
  };
}
