// GET /remnant/v1/servers/{id}/dumps and one dump: what came of the NMIs a server was sent, with what was seen.

import type { Dump, DumpEvidence } from '../../model/dump.ts';
import { PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import type { CallerOperation } from '../operation.ts';
import { listOf, MOMENT, MOMENT_OR_NULL, objectOf, STRING, STRING_OR_NULL, titled } from '../reply-schema.ts';
import { rule } from '../rule.ts';
import { microTime, microTimeOrNull } from '../times.ts';

const READ = rule(
  'remnant:dumps:read',
  PROJECT_READER_OR_ADMIN,
  "See a server's crash dumps and what was seen of them",
  'GET /servers/{server_id}/dumps',
  'GET /servers/{server_id}/dumps/{dump_id}',
);
/** Dumps in one answer. */
const NEWEST = 100;

/** A dump for its owner: host names are not in it. */
function body(dump: Dump): object {
  return {
    id: dump.id,
    server_id: dump.serverId,
    request_id: dump.requestId,
    phase: dump.phase,
    verdict: dump.verdict,
    reason: dump.reason,
    nmi: dump.meaning,
    requested_at: microTime(dump.requestedAt),
    sent_at: microTimeOrNull(dump.sentAt),
    ended_at: microTimeOrNull(dump.endedAt),
  };
}

function evidenceBody(entry: DumpEvidence): object {
  return { kind: entry.kind, detail: entry.detail, at: microTime(entry.at), received_at: microTime(entry.receivedAt) };
}

const DUMP = titled(
  'Dump',
  objectOf({
    id: STRING,
    server_id: STRING,
    request_id: STRING,
    phase: { type: 'string', enum: ['requested', 'sent', 'unconfirmed', 'ended'] },
    verdict: { enum: ['captured', 'panicked_without_dump', 'ignored', 'hung', 'not_sent', 'unknown', null] },
    reason: STRING_OR_NULL,
    nmi: { enum: ['exactly-asked', 'at-least-once', 'latched', null] },
    requested_at: MOMENT,
    sent_at: MOMENT_OR_NULL,
    ended_at: MOMENT_OR_NULL,
  }),
);
const EVIDENCE = titled('DumpEvidence', objectOf({ kind: STRING, detail: STRING, at: MOMENT, received_at: MOMENT }));

export const dumpsList: CallerOperation = {
  id: 'dumps.list',
  root: 'remnant',
  method: 'GET',
  path: '/servers/{server_id}/dumps',
  summary: "List a server's crash dumps, newest first",
  success: 200,
  errors: [401, 403, 404],
  rules: [READ],
  reply: objectOf({ dumps: listOf(DUMP) }),
  handle: async (request, deps) => {
    const server = await deps.access.servers.oneEvenDeleted(
      request.caller,
      request.params['server_id'] ?? '',
      READ.name,
    );
    return { body: { dumps: (await deps.access.records.dumps(server, NEWEST)).map(body) } };
  },
};

export const dumpsShow: CallerOperation = {
  id: 'dumps.show',
  root: 'remnant',
  method: 'GET',
  path: '/servers/{server_id}/dumps/{dump_id}',
  summary: 'Show a crash dump with its evidence',
  success: 200,
  errors: [401, 403, 404],
  rules: [READ],
  reply: objectOf({ dump: { allOf: [DUMP, objectOf({ evidence: listOf(EVIDENCE) })] } }),
  handle: async (request, deps) => {
    const server = await deps.access.servers.oneEvenDeleted(
      request.caller,
      request.params['server_id'] ?? '',
      READ.name,
    );
    const { dump, evidence } = await deps.access.records.dump(server, request.params['dump_id'] ?? '');
    return { body: { dump: { ...body(dump), evidence: evidence.map(evidenceBody) } } };
  },
};
