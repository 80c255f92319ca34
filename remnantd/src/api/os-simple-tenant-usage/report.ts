// What projects used in a period, added up of the servers that ran in it (Nova's _tenant_usages_for_period).

import type { UsedServer } from '../../access/usage-access.ts';
import { INTEGER, listOf, MOMENT, MOMENT_OR_NULL, objectOf, STRING, titled } from '../reply-schema.ts';
import { microTime, microTimeOrNull } from '../times.ts';
import type { Period } from './period.ts';

const HOUR_MS = 3_600_000;
const NUMBER = { type: 'number' };

/** One server in a report. */
export function serverUsage(server: UsedServer, period: Period, now: number) {
  const { flavor, launchedAt, terminatedAt } = server;
  return {
    hours: hoursIn(server, period),
    flavor: flavor.name,
    instance_id: server.id,
    name: server.name,
    tenant_id: server.projectId,
    memory_mb: flavor.ram,
    local_gb: flavor.disk + flavor.ephemeral,
    vcpus: flavor.vcpus,
    started_at: microTime(launchedAt),
    ended_at: microTimeOrNull(terminatedAt),
    state: terminatedAt === null ? server.vmState : 'terminated',
    uptime: Math.trunc(((terminatedAt ?? now) - launchedAt) / 1000),
  };
}

function hoursIn({ launchedAt, terminatedAt }: UsedServer, { from, until }: Period): number {
  const start = Math.max(launchedAt, from);
  const stop = Math.min(terminatedAt ?? until, until);
  return Math.max(0, stop - start) / HOUR_MS;
}

/** One project in a report. */
export type ProjectUsage = ReturnType<typeof emptyUsage> & {
  readonly server_usages?: readonly ReturnType<typeof serverUsage>[];
};

/** The projects of `servers`, which come in their order; `detailed`: with each server. */
export function projectUsages(
  servers: readonly UsedServer[],
  period: Period,
  { detailed, now }: { readonly detailed: boolean; readonly now: number },
): ProjectUsage[] {
  const groups = Map.groupBy(servers, ({ projectId }) => projectId);
  return [...groups].map(([projectId, own]) => {
    const usages = own.map((server) => serverUsage(server, period, now));
    const total = (of: (usage: (typeof usages)[number]) => number) =>
      usages.reduce((sum, usage) => sum + of(usage) * usage.hours, 0);
    return {
      ...emptyUsage(projectId, period),
      ...(detailed ? { server_usages: usages } : {}),
      total_local_gb_usage: total((usage) => usage.local_gb),
      total_vcpus_usage: total((usage) => usage.vcpus),
      total_memory_mb_usage: total((usage) => usage.memory_mb),
      total_hours: total(() => 1),
    };
  });
}

function emptyUsage(projectId: string, { from, until }: Period) {
  return {
    tenant_id: projectId,
    total_local_gb_usage: 0,
    total_vcpus_usage: 0,
    total_memory_mb_usage: 0,
    total_hours: 0,
    start: microTime(from),
    stop: microTime(until),
  };
}

const SERVER_USAGE = titled(
  'ServerUsage',
  objectOf({
    hours: NUMBER,
    flavor: STRING,
    instance_id: STRING,
    name: STRING,
    tenant_id: STRING,
    memory_mb: INTEGER,
    local_gb: INTEGER,
    vcpus: INTEGER,
    started_at: MOMENT,
    ended_at: MOMENT_OR_NULL,
    state: STRING,
    uptime: INTEGER,
  }),
);

/** A project in a report, for the OpenAPI document. */
export const PROJECT_USAGE = titled(
  'ProjectUsage',
  objectOf(
    {
      tenant_id: STRING,
      total_local_gb_usage: NUMBER,
      total_vcpus_usage: NUMBER,
      total_memory_mb_usage: NUMBER,
      total_hours: NUMBER,
      start: MOMENT,
      stop: MOMENT,
    },
    { server_usages: listOf(SERVER_USAGE) },
  ),
);
