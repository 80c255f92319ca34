// GET /remnant/v1/servers/{id}/readiness: would an NMI give a dump? Host names are not in it, and how the host is only as far as
// the rules of host_status let this caller see it.

import { askReadiness } from '../../app/servers/ask-readiness.ts';
import type { HostFactsOffered } from '../../model/host.ts';
import type { HostStatus } from '../../model/host-status.ts';
import type { ServerId } from '../../model/ids.ts';
import type { Offered, ReadinessItem } from '../../model/readiness.ts';
import { EXPECTATIONS, READINESS_ITEMS, readiness } from '../../model/readiness.ts';
import type { Server } from '../../model/server.ts';
import { PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest } from '../operation.ts';
import { last, onceSchema, strictBoolean } from '../query.ts';
import { FLAG, listOf, MOMENT_OR_NULL, objectOf, STRING, STRING_OR_NULL, titled } from '../reply-schema.ts';
import { rule } from '../rule.ts';
import { HOST_STATUS, HOST_STATUS_UNKNOWN } from '../servers/rules.ts';
import { microTime } from '../times.ts';

const SHOW = rule(
  'remnant:readiness:show',
  PROJECT_READER_OR_ADMIN,
  'See whether a server is ready for a crash dump',
  'GET /servers/{server_id}/readiness',
);

const STATE = { type: 'string', enum: ['green', 'amber', 'unknown'] };
const ITEM = titled(
  'ReadinessItem',
  objectOf({
    item: { type: 'string', enum: [...READINESS_ITEMS] },
    state: STATE,
    needed: FLAG,
    says: STRING,
    fix: STRING_OR_NULL,
    learnt_at: MOMENT_OR_NULL,
    age_seconds: { type: ['integer', 'null'] },
  }),
);
const READINESS = titled(
  'Readiness',
  objectOf({
    server_id: STRING,
    state: STATE,
    expected: { type: 'string', enum: Object.keys(EXPECTATIONS) },
    says: STRING,
    items: listOf(ITEM),
  }),
);

export const readinessShow: CallerOperation = {
  id: 'readiness.show',
  root: 'remnant',
  method: 'GET',
  path: '/servers/{server_id}/readiness',
  summary: 'Show whether a server is ready for a crash dump',
  description:
    'What its host learnt of the guest while it was healthy, with its age, and what is to be done about each item that is not green. With refresh=true the host looks at the guest now, for at most 10 s; a guest that does not answer gives what was known before.',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [SHOW, HOST_STATUS, HOST_STATUS_UNKNOWN],
  query: [{ schema: onceSchema({ refresh: { type: 'string' } }, { additionalProperties: false }) }],
  reply: objectOf({ readiness: READINESS }),
  handle: async (request, deps) => {
    const { caller, params, query } = request;
    const refresh = strictBoolean(last(query, 'refresh') ?? 'false');
    const server = await deps.access.servers.one(caller, params['server_id'] ?? '', SHOW.name);
    const [newest] = await deps.access.records.dumps(server, 1);
    const offered = server.host === null ? null : (deps.hosts.find(server.host)?.offered ?? null);
    const now = readiness({
      host: {
        status: statusFor(deps, request, server),
        reachable: server.host !== null && deps.hosts.heard(server.host),
      },
      server: { ...server, memoryMb: server.flavor.ram },
      isAdmin: caller.isAdmin,
      dumpRunning: newest !== undefined && newest.phase !== 'ended',
      offered: offered && offeredFor(offered, server.id),
      guest: await askReadiness(deps.servers, server, refresh),
    });
    const at = deps.servers.clock.wall();
    return {
      body: {
        readiness: {
          server_id: server.id,
          state: now.state,
          expected: now.expectation,
          says: EXPECTATIONS[now.expectation],
          items: now.items.map((item) => body(item, at)),
        },
      },
    };
  },
};

function offeredFor({ abilities, arch, nodes, nmiAsking }: HostFactsOffered, server: ServerId): Offered {
  const canInject = abilities.includes('injectNmi');
  if (nodes === undefined) return { canInject, arch };
  const node = nodes.find(({ guest }) => guest === server);
  return { canInject, arch: node?.arch ?? '', mayRepeat: nmiAsking === 'at-least-once', bareMetal: true };
}

/** The host's status as far as this caller may see it. */
function statusFor({ access, hosts }: ApiDeps, { caller }: CallerRequest, server: Server): HostStatus | null {
  const target = { project_id: server.projectId, user_id: server.userId };
  const status = hosts.status(server.host);
  if (access.permits(caller, HOST_STATUS.name, target)) return status;
  return status === 'UNKNOWN' && access.permits(caller, HOST_STATUS_UNKNOWN.name, target) ? status : null;
}

function body({ item, state, needed, says, fix, ageMs }: ReadinessItem, now: number): object {
  return {
    item,
    state,
    needed,
    says,
    fix,
    learnt_at: ageMs === null ? null : microTime(now - ageMs),
    age_seconds: ageMs === null ? null : Math.floor(ageMs / 1000),
  };
}
