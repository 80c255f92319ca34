// GET /remnant/v1/hosts: how the hosts are, and why: what the one word of host_status stands on.

import type { HostStatus } from '../../model/host-status.ts';
import type { CallerOperation } from '../operation.ts';
import { querySchema } from '../query.ts';
import { listOf, objectOf } from '../reply-schema.ts';
import { CAUSES_TOLD, DISKS_TOLD, hostBody, LISTED_HOST } from './host-health.ts';
import { LIST } from './rules.ts';

/** Those that can be asked for. */
const STATUSES = ['UP', 'DOWN', 'MAINTENANCE', 'UNKNOWN'] as const satisfies readonly HostStatus[];

export const hostsList: CallerOperation = {
  id: 'hosts.list',
  root: 'remnant',
  method: 'GET',
  path: '/hosts',
  summary: 'List hosts with their health',
  description: `\`status\` is what host_status says, \`state\` what os-services says. Causes: ${CAUSES_TOLD}. \`evidence_age_ms\`: how long ago this process heard the host. ${DISKS_TOLD} \`node_counts\`: of the nodes of a host that drives such (Ironic), null for others. The filter \`status\` may come more than once.`,
  success: 200,
  errors: [400, 401, 403],
  rules: [LIST],
  query: [{ schema: querySchema({ status: { type: 'string', enum: STATUSES } }, { additionalProperties: false }) }],
  reply: objectOf({ hosts: listOf(LISTED_HOST) }),
  handle: async ({ caller, query }, deps) => {
    const counts = await deps.access.hosts.serverCounts(caller, LIST.name);
    const wanted = query['status'];
    const found = deps.hosts.all().filter(([, { status }]) => wanted?.includes(status) ?? true);
    return { body: { hosts: found.map(([name, entry]) => hostBody(deps, name, entry, counts.get(name) ?? 0)) } };
  },
};
