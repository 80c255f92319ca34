// GET /os-migrations: how servers moved, for admins. Before 2.59 all at once and oldest first; from then on in pages, newest first.

import { fault } from '../../model/faults.ts';
import type { MigrationFilter } from '../../model/migration-query.ts';
import { behaves } from '../behaviours.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation } from '../operation.ts';
import type { Query } from '../query.ts';
import {
  booleanOf,
  last,
  NUMBER,
  onceSchema,
  pageLimit,
  querySchema,
  requireInOrder,
  TEXT,
  TIME,
  timeOf,
} from '../query.ts';
import { LINKS, listOf, objectOf } from '../reply-schema.ts';
import * as rules from './rules.ts';
import { MIGRATION_REPLY, MIGRATION_SHAPE } from './shape.ts';

const FILTERS = {
  hidden: TEXT,
  host: TEXT,
  instance_uuid: TEXT,
  source_compute: TEXT,
  status: TEXT,
  migration_type: TEXT,
};
const PAGED = { limit: NUMBER, marker: TEXT, 'changes-since': TIME };

/** The filters may come more than once, what pages them only once. */
function schemaOf(once: Readonly<Record<string, object>>) {
  const single = (onceSchema(once) as unknown as { properties: object }).properties;
  return querySchema(FILTERS, {
    properties: { ...(querySchema(FILTERS) as unknown as { properties: object }).properties, ...single },
    additionalProperties: false,
  });
}

export const osMigrationsList: CallerOperation = {
  id: 'os-migrations.list',
  root: 'compute',
  method: 'GET',
  path: '/os-migrations',
  summary: 'List migrations',
  success: 200,
  errors: [400, 401, 403],
  rules: [rules.INDEX],
  query: [
    { until: '2.58', schema: querySchema(FILTERS) },
    { since: '2.59', until: '2.65', schema: schemaOf(PAGED) },
    { since: '2.66', until: '2.79', schema: schemaOf({ ...PAGED, 'changes-before': TIME }) },
    { since: '2.80', schema: schemaOf({ ...PAGED, 'changes-before': TIME, user_id: TEXT, project_id: TEXT }) },
  ],
  reply: objectOf({ migrations: listOf(MIGRATION_REPLY) }, { migrations_links: LINKS }),
  handle: async (request, deps) => {
    const { caller, query, version } = request;
    const paged = behaves(version, 'paged-migrations');
    const limit = paged ? pageLimit(query, deps.maxLimit) : null;
    const page = limit === null ? null : { limit, marker: last(query, 'marker') };
    const found = await deps.access.migrations.matching(caller, rules.INDEX.name, filterOf(query, version), page);
    // Nova hides those of a server that went to another cell. There are none.
    const shown = hidden(query) === true ? [] : found;
    const render = MIGRATION_SHAPE.render(version, 'full', []);
    const end = shown.at(-1);
    const next =
      end !== undefined && shown.length === limit
        ? { migrations_links: [nextLink(request.links, 'os-migrations', query, end.id)] }
        : {};
    return { body: { migrations: shown.map((migration) => render(migration, null)), ...next } };
  },
};

function filterOf(query: Query, version: number): MigrationFilter {
  const changedSince = behaves(version, 'paged-migrations') ? timeOf(query, 'changes-since') : null;
  const changedBefore = behaves(version, 'changes-before') ? timeOf(query, 'changes-before') : null;
  requireInOrder(changedSince, changedBefore);
  const host = last(query, 'host');
  const status = last(query, 'status');
  return {
    statuses: status === null ? null : [status],
    host,
    sourceHost: host === null ? last(query, 'source_compute') : null,
    kind: last(query, 'migration_type'),
    serverId: last(query, 'instance_uuid'),
    userId: last(query, 'user_id'),
    projectId: last(query, 'project_id'),
    changedSince,
    changedBefore,
  };
}

/** Whether hidden ones are asked for; null when both are. Fault bad-request where Nova ends in a 500. */
function hidden(query: Query): boolean | null {
  const text = last(query, 'hidden');
  if (text === null) return null;
  const asked = booleanOf(text);
  if (asked === null) throw fault('bad-request', { message: `Not a boolean value: '${text}'` });
  return asked;
}
