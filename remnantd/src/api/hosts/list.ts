// GET /remnant/v1/hosts: how the hosts are, and why: what the one word of host_status stands on. For administrators, since
// tenants could tell from it which servers share a host.

import type { HostEntry, HostTable } from '../../liveness/host-table.ts';
import type { HostName } from '../../model/ids.ts';
import { ADMIN } from '../../policy/base-rules.ts';
import type { CallerOperation } from '../operation.ts';
import { FLAG, INTEGER, listOf, MOMENT_OR_NULL, objectOf, STRING, STRING_OR_NULL, titled } from '../reply-schema.ts';
import { rule } from '../rule.ts';
import { microTimeOrNull } from '../times.ts';

const LIST = rule('remnant:hosts:list', ADMIN, 'See how the hosts are', 'GET /hosts');

const HOST = titled(
  'Host',
  objectOf({
    name: STRING,
    status: { type: 'string', enum: ['UP', 'DOWN', 'MAINTENANCE', 'UNKNOWN', ''] },
    forced_down: FLAG,
    disabled: FLAG,
    disabled_reason: STRING_OR_NULL,
    last_beat_at: MOMENT_OR_NULL,
    driver: STRING_OR_NULL,
    connection: { anyOf: [objectOf({ up: FLAG, reason: STRING }), { type: 'null' }] },
    servers: INTEGER,
  }),
);

export const hostsList: CallerOperation = {
  id: 'hosts.list',
  root: 'remnant',
  method: 'GET',
  path: '/hosts',
  summary: 'List hosts with their health',
  success: 200,
  errors: [401, 403],
  rules: [LIST],
  reply: objectOf({ hosts: listOf(HOST) }),
  handle: async ({ caller }, deps) => {
    const counts = await deps.access.hosts.serverCounts(caller, LIST.name);
    return {
      body: { hosts: deps.hosts.all().map(([name, entry]) => body(deps.hosts, name, entry, counts.get(name) ?? 0)) },
    };
  },
};

/** Status: the empty one is a host without a service. */
function body(hosts: HostTable, name: HostName, entry: HostEntry, servers: number): object {
  return {
    name,
    status: hosts.status(name),
    forced_down: entry.service?.forcedDown ?? false,
    disabled: entry.service?.disabled ?? false,
    disabled_reason: entry.service?.disabledReason ?? null,
    last_beat_at: microTimeOrNull(entry.lastBeatAt),
    driver: entry.offered?.driver ?? null,
    connection: entry.connection === null ? null : { up: entry.connection.up, reason: entry.connection.reason },
    servers,
  };
}
