// GET /remnant/v1/servers/{id}/dumps and one dump: what came of the NMIs a server was sent, with what was seen.

import type { Authorised } from '../../access/authorised.ts';
import type { Caller } from '../../model/caller.ts';
import type { Artefact, Dump, DumpEvidence } from '../../model/dump.ts';
import { WAITS } from '../../model/dump-course.ts';
import { AFTER_PANIC_WORDS, MEMORY_WORDS } from '../../model/dump-wishes.ts';
import type { MemoryRecord } from '../../model/memory-course.ts';
import { MEMORY_STATES } from '../../model/memory-course.ts';
import type { Server } from '../../model/server.ts';
import { DUMP_PHASES, VERDICTS } from '../../model/verdict.ts';
import { PROJECT_MEMBER, PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import type { ApiDeps } from '../deps.ts';
import { nextLink } from '../links.ts';
import type { CallerOperation } from '../operation.ts';
import { last, NUMBER, pageLimit, querySchema } from '../query.ts';
import {
  FLAG,
  INTEGER,
  INTEGER_OR_NULL,
  LINKS,
  listOf,
  MOMENT,
  MOMENT_OR_NULL,
  objectOf,
  STRING,
  STRING_OR_NULL,
  titled,
} from '../reply-schema.ts';
import { rule } from '../rule.ts';
import { microTime, microTimeOrNull } from '../times.ts';
import { artefactFileName } from './artefacts/file-name.ts';
import { PANIC_OR_NULL } from './panic.ts';
import { VITALS, vitalsBody } from './vitals.ts';

const READ = rule(
  'remnant:dumps:read',
  PROJECT_READER_OR_ADMIN,
  "See a server's crash dumps and what was seen of them",
  'GET /servers/{server_id}/dumps',
  'GET /servers/{server_id}/dumps/{dump_id}',
);
const GUEST_TEXT = rule(
  'remnant:dumps:guest_text',
  PROJECT_MEMBER,
  "See what a crashed guest's kernel said, and what its console showed before the NMI",
  'GET /servers/{server_id}/dumps/{dump_id}',
);
/** A dump's id. */
const MARKER = { type: 'string', pattern: '^[0-9a-f-]{36}$' };

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
    reaction: dump.reaction,
    waits_for: dump.wait,
    bytes: dump.bytes,
    wishes: { nmi: dump.nmi, memory: dump.memory, after_panic: dump.afterPanic, evidence: dump.evidence },
    forced: dump.forceReason,
    memory: memoryBody(dump.memoryDump),
    requested_at: microTime(dump.requestedAt),
    sent_at: microTimeOrNull(dump.sentAt),
    reacted_at: microTimeOrNull(dump.reactedAt),
    capturing_at: microTimeOrNull(dump.capturingAt),
    saved_at: microTimeOrNull(dump.savedAt),
    rebooted_at: microTimeOrNull(dump.rebootedAt),
    verdict_at: microTimeOrNull(dump.verdictAt),
    ended_at: microTimeOrNull(dump.endedAt),
  };
}

function memoryBody(memory: MemoryRecord | null): object | null {
  if (memory === null) return null;
  const { state, bytes, total, reason, startedAt, endedAt } = memory;
  return { state, bytes, total, reason, started_at: microTimeOrNull(startedAt), ended_at: microTimeOrNull(endedAt) };
}

/** `seesGuest`: who asks may see what came out of the guest. */
function artefactBody(artefact: Artefact, server: Server, seesGuest: boolean): object {
  const { id, source, format, bytes, sha256 } = artefact;
  return {
    id,
    source,
    format,
    bytes,
    sha256,
    file_name: artefactFileName(server.name, artefact),
    over_quota: artefact.overQuota,
    created_at: microTime(artefact.createdAt),
    expires_at: microTimeOrNull(artefact.expiresAt),
    deleted_at: microTimeOrNull(artefact.deletedAt),
    dmesg_bytes: artefact.dmesgBytes,
    extract_error: artefact.extractError,
    ...(seesGuest ? { panic: artefact.panic } : {}),
  };
}

function evidenceBody(entry: DumpEvidence): object {
  return { kind: entry.kind, detail: entry.detail, at: microTime(entry.at), received_at: microTime(entry.receivedAt) };
}

const MEMORY_OR_NULL = {
  description:
    "What became of the guest's memory: `bytes` of `total` are written. Null while the hypervisor was not to write it.",
  anyOf: [
    titled(
      'MemoryDump',
      objectOf({
        state: { type: 'string', enum: [...MEMORY_STATES] },
        bytes: INTEGER_OR_NULL,
        total: INTEGER_OR_NULL,
        reason: STRING_OR_NULL,
        started_at: MOMENT_OR_NULL,
        ended_at: MOMENT_OR_NULL,
      }),
    ),
    { type: 'null' },
  ],
};

const DUMP = titled(
  'Dump',
  objectOf({
    id: STRING,
    server_id: STRING,
    request_id: STRING,
    phase: { type: 'string', enum: [...DUMP_PHASES] },
    verdict: { enum: [...VERDICTS, null] },
    reason: STRING_OR_NULL,
    nmi: {
      enum: ['exactly-asked', 'at-least-once', 'latched', null],
      description:
        'What asking for its NMI meant: one was sent; one was asked for and may have been sent again (bare metal); the paused guest has it when it resumes. Null while it is not known to have been sent.',
    },
    reaction: { enum: ['panicked', 'crashloaded', 'ignored', null] },
    waits_for: { enum: [...WAITS, null] },
    bytes: INTEGER,
    wishes: objectOf({
      nmi: FLAG,
      memory: { type: 'string', enum: [...MEMORY_WORDS] },
      after_panic: { type: 'string', enum: [...AFTER_PANIC_WORDS] },
      evidence: FLAG,
    }),
    forced: STRING_OR_NULL,
    memory: MEMORY_OR_NULL,
    requested_at: MOMENT,
    sent_at: MOMENT_OR_NULL,
    reacted_at: MOMENT_OR_NULL,
    capturing_at: MOMENT_OR_NULL,
    saved_at: MOMENT_OR_NULL,
    rebooted_at: MOMENT_OR_NULL,
    verdict_at: MOMENT_OR_NULL,
    ended_at: MOMENT_OR_NULL,
  }),
);
const EVIDENCE = titled('DumpEvidence', objectOf({ kind: STRING, detail: STRING, at: MOMENT, received_at: MOMENT }));

const ARTEFACT = titled(
  'Artefact',
  objectOf(
    {
      id: STRING,
      source: { enum: ['guest', 'hypervisor'] },
      format: STRING,
      bytes: INTEGER,
      sha256: STRING,
      file_name: STRING,
      over_quota: FLAG,
      created_at: MOMENT,
      expires_at: MOMENT_OR_NULL,
      deleted_at: MOMENT_OR_NULL,
      dmesg_bytes: INTEGER_OR_NULL,
      extract_error: STRING_OR_NULL,
    },
    { panic: PANIC_OR_NULL },
  ),
);

/** One dump as it is shown alone. */
export const DUMP_REPLY = objectOf({
  dump: {
    allOf: [
      DUMP,
      objectOf({ evidence: listOf(EVIDENCE), artefacts: listOf(ARTEFACT) }, { panic: PANIC_OR_NULL, vitals: VITALS }),
    ],
  },
});

/** A dump of `server` with what was seen of it. What came out of the guest is left out for who may not see it. Fault dump-not-found. */
export async function dumpReply(
  caller: Caller,
  deps: ApiDeps,
  server: Authorised<Server>,
  id: string,
): Promise<object> {
  const { dump, evidence, artefacts } = await deps.access.records.dump(server, id);
  const owner = { project_id: server.projectId, user_id: server.userId };
  const seesGuest = deps.access.permits(caller, GUEST_TEXT.name, owner);
  const fromGuest = seesGuest ? { panic: dump.panic, vitals: vitalsBody(evidence) } : {};
  return {
    dump: {
      ...body(dump),
      ...fromGuest,
      evidence: evidence.map(evidenceBody),
      artefacts: artefacts.map((artefact) => artefactBody(artefact, server, seesGuest)),
    },
  };
}

export const dumpsList: CallerOperation = {
  id: 'dumps.list',
  root: 'remnant',
  method: 'GET',
  path: '/servers/{server_id}/dumps',
  summary: "List a server's crash dumps, newest first",
  description: '`links` has the next page, where there is one. `marker` is the id of the last dump of the page before.',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [READ],
  query: [{ schema: querySchema({ limit: NUMBER, marker: MARKER }, { additionalProperties: false }) }],
  reply: objectOf({ dumps: listOf(DUMP) }, { links: LINKS }),
  handle: async (request, deps) => {
    const server = await deps.access.servers.oneEvenDeleted(
      request.caller,
      request.params['server_id'] ?? '',
      READ.name,
    );
    const limit = pageLimit(request.query, deps.maxLimit);
    const page = await deps.access.records.dumps(server, limit, last(request.query, 'marker'));
    const oldest = page.at(-1);
    const base = { ...request.links, version: '/remnant/v1', project: '' };
    const next = (marker: string) => nextLink(base, `servers/${server.id}/dumps`, request.query, marker);
    const links = oldest !== undefined && page.length === limit ? { links: [next(oldest.id)] } : {};
    return { body: { dumps: page.map(body), ...links } };
  },
};

export const dumpsShow: CallerOperation = {
  id: 'dumps.show',
  root: 'remnant',
  method: 'GET',
  path: '/servers/{server_id}/dumps/{dump_id}',
  summary: 'Show a crash dump with its evidence',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [READ, GUEST_TEXT],
  reply: DUMP_REPLY,
  handle: async (request, deps) => {
    const server = await deps.access.servers.oneEvenDeleted(
      request.caller,
      request.params['server_id'] ?? '',
      READ.name,
    );
    return { body: await dumpReply(request.caller, deps, server, request.params['dump_id'] ?? '') };
  },
};
