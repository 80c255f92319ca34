// Servers as their hosts see them: who is there, what each project's take, how many something is being done with, and the zone
// they are all in.

import type { EmbeddedFlavor } from '../model/flavor.ts';
import type { GuestName, ProjectUse } from '../model/hypervisor.ts';
import type { HostName, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { serverWords } from './dialects/server-words.ts';
import { sizeColumns } from './server-usage.ts';
import { changeServers } from './servers.ts';
import type { Db } from './store.ts';

/** How many servers on each host something is being done with, by their hypervisors' names; a host without such is not there. */
export async function busyByHost(db: Db): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const rows = await there(db)
    .where('task_state', 'is not', null)
    .groupBy(['host', 'node'])
    .select((e) => ['host', 'node', e.fn.countAll<number>().as('n')])
    .execute();
  const byHost = Map.groupBy(rows, ({ host }) => host ?? '');
  return new Map([...byHost].map(([host, some]) => [host, new Map(some.map(({ node, n }) => [node ?? '', n]))]));
}

/** What each project's servers on `host` have been promised, in one query, by project. */
export async function useByProject(db: Db, host: HostName): Promise<readonly ProjectUse[]> {
  const rows = await there(db)
    .where('host', '=', host)
    .groupBy(['project_id', 'flavor'])
    .orderBy('project_id')
    .select((e) => ['project_id', 'flavor', e.fn.countAll<number>().as('n')])
    .execute();
  const projects = new Map<string, ProjectUse>();
  for (const { project_id: projectId, flavor, n } of rows) {
    const size = sizeColumns(JSON.parse(flavor) as EmbeddedFlavor);
    const sum = projects.get(projectId) ?? { projectId, vcpus: 0, memoryMb: 0, diskGb: 0 };
    projects.set(projectId, {
      projectId,
      vcpus: sum.vcpus + n * size.vcpus,
      memoryMb: sum.memoryMb + n * size.memory_mb,
      diskGb: sum.diskGb + n * size.disk_gb,
    });
  }
  return [...projects.values()];
}

/** The servers on each of `hosts`, in the order they were made, in one query. */
export async function guestsOfHosts(db: Db, hosts: readonly HostName[]): Promise<Map<string, readonly GuestName[]>> {
  const rows = await there(db)
    .where((e) => serverWords(db).isOneOf(e, 'host', hosts))
    .orderBy('seq')
    .select(['host', 'node', 'id', 'instance_name'])
    .execute();
  const byHost = Map.groupBy(rows, ({ host }) => host ?? '');
  return new Map(
    [...byHost].map(([host, some]) => [
      host,
      some.map((row) => ({ id: asId<ServerId>(row.id), instanceName: row.instance_name, node: row.node })),
    ]),
  );
}

/** Has the servers on `host` show `zone`: where a server is, its host is. */
export async function moveServersToZone(tx: Db, host: HostName, zone: string): Promise<void> {
  await changeServers(tx, { column: 'host', is: host, living: true }, { availability_zone: zone });
}

function there(db: Db) {
  return db.selectFrom('servers').where('deleted_at', 'is', null).where('host', 'is not', null);
}
