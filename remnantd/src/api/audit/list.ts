// GET /remnant/v1/audit: who changed what, and what came of it, newest first. Markers are entries' numbers, so that a page
// goes on where the one before it ended, whatever was added meanwhile.

import type { AuditEntry } from '../../model/audit.ts';
import { ADMIN } from '../../policy/base-rules.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation } from '../operation.ts';
import { last, NUMBER, pageLimit, querySchema, TEXT } from '../query.ts';
import { INTEGER, LINKS, listOf, MOMENT, objectOf, STRING, STRING_OR_NULL, titled } from '../reply-schema.ts';
import { rule } from '../rule.ts';
import { microTime } from '../times.ts';

const LIST = rule('remnant:audit:list', ADMIN, 'Read the audit: changes of every project', 'GET /audit');

/** An entry's number; no longer than one the database can count. */
const MARKER = { type: 'string', pattern: '^[0-9]{1,15}$' };

const ENTRY = titled(
  'AuditEntry',
  objectOf({
    seq: INTEGER,
    at: MOMENT,
    request_id: STRING,
    user_id: STRING_OR_NULL,
    project_id: STRING_OR_NULL,
    operation: STRING,
    target: STRING_OR_NULL,
    result: { type: 'string', enum: ['done', 'accepted', 'refused', 'success', 'error', 'unknown'] },
    detail: STRING_OR_NULL,
  }),
);

function body(entry: AuditEntry): object {
  return {
    seq: entry.seq,
    at: microTime(entry.at),
    request_id: entry.requestId,
    user_id: entry.userId,
    project_id: entry.projectId,
    operation: entry.operation,
    target: entry.target,
    result: entry.result,
    detail: entry.detail,
  };
}

export const auditList: CallerOperation = {
  id: 'audit.list',
  root: 'remnant',
  method: 'GET',
  path: '/audit',
  summary: 'List who changed what, newest first',
  description:
    'A change leaves an entry `done`, or `accepted` and, when its command has ended, a second one of the same request: `success`, `error` or `unknown`. A change that was denied or could not be made leaves `refused`. `target` is written as in the entries, or is the id alone.',
  success: 200,
  errors: [400, 401, 403],
  rules: [LIST],
  query: [
    {
      schema: querySchema(
        { limit: NUMBER, marker: MARKER, request_id: TEXT, target: TEXT },
        { additionalProperties: false },
      ),
    },
  ],
  reply: objectOf({ audit: listOf(ENTRY) }, { links: LINKS }),
  handle: async (request, deps) => {
    const marker = last(request.query, 'marker');
    const limit = pageLimit(request.query, deps.maxLimit);
    const page = await deps.access.audit.page(request.caller, LIST.name, {
      before: marker === null ? null : Number(marker),
      limit,
      requestId: last(request.query, 'request_id'),
      target: last(request.query, 'target'),
    });
    const oldest = page.at(-1);
    const more = oldest !== undefined && page.length === limit;
    const base = { ...request.links, version: '/remnant/v1', project: '' };
    const links = more ? { links: [nextLink(base, 'audit', request.query, String(oldest.seq))] } : {};
    return { body: { audit: page.map(body), ...links } };
  },
};
