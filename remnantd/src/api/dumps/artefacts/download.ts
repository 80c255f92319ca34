// GET and HEAD /remnant/v1/servers/{id}/dumps/{dump_id}/artefacts/{artefact_id}: a file that came of a dump, whole or in part. A
// guest's memory is its owner's alone: an admin of the cloud is refused too.

import type { Authorised } from '../../../access/authorised.ts';
import { goneFault, openArtefact } from '../../../app/artefacts/open-artefact.ts';
import type { Artefact } from '../../../model/dump.ts';
import { fault } from '../../../model/faults.ts';
import { PROJECT_MEMBER } from '../../../policy/base-rules.ts';
import type { ApiDeps } from '../../deps.ts';
import type { CallerOperation, CallerRequest, Reply } from '../../operation.ts';
import { rule } from '../../rule.ts';
import { wantedOf } from './byte-range.ts';
import { artefactFileName } from './file-name.ts';

const PATH = '/servers/{server_id}/dumps/{dump_id}/artefacts/{artefact_id}';

const DOWNLOAD = rule(
  'remnant:dumps:download',
  PROJECT_MEMBER,
  "Read a file that came of a crash dump: the guest's memory. Whoever this lets in reads every secret of the guest",
  `GET ${PATH}`,
  `HEAD ${PATH}`,
);

interface Found {
  readonly artefact: Authorised<Artefact>;
  readonly headers: Readonly<Record<string, string>>;
  readonly tag: string;
}

/** The file asked for, with the headers that every answer about it has. */
async function find({ caller, params }: CallerRequest, { access }: ApiDeps): Promise<Found> {
  const server = await access.servers.oneEvenDeleted(caller, params['server_id'] ?? '', DOWNLOAD.name);
  const artefact = await access.records.artefact(server, params['dump_id'] ?? '', params['artefact_id'] ?? '');
  const gone = goneFault(artefact);
  if (gone !== null) throw gone;
  const tag = `"${artefact.sha256}"`;
  const headers = {
    'accept-ranges': 'bytes',
    etag: tag,
    'repr-digest': `sha-256=:${Buffer.from(artefact.sha256, 'hex').toString('base64')}:`,
    // Nobody between us and the owner may keep it.
    'cache-control': 'private, no-store',
  };
  const name = artefactFileName(server.name, artefact);
  return { artefact, tag, headers: { ...headers, 'content-disposition': `attachment; filename="${name}"` } };
}

function ofLength(headers: Found['headers'], length: number): Found['headers'] {
  return {
    ...headers,
    'content-type': 'application/octet-stream',
    'content-length': String(length),
    'x-content-type-options': 'nosniff',
  };
}

export const artefactsDownload: CallerOperation = {
  id: 'artefacts.download',
  root: 'remnant',
  method: 'GET',
  path: PATH,
  summary: 'Download a file that came of a crash dump',
  description:
    'The plain bytes, whole or one `Range` of them (206); several ranges at once give the whole. `ETag` is the SHA-256, `If-Range` and `If-None-Match` (304) take it. Every download is in the audit. A connection that ends before `Content-Length` bytes came broke off: go on with a `Range`.',
  success: 200,
  otherSuccesses: [206, 304],
  errors: [400, 401, 403, 404, 410, 416, 502, 503],
  rules: [DOWNLOAD],
  bytes: true,
  guarded: true,
  handle: async (request, deps): Promise<Reply> => {
    const { artefact, headers, tag } = await find(request, deps);
    const { bytes: size } = artefact;
    const wanted = wantedOf(request.headers, size, tag);
    if (wanted.kind === 'not-satisfiable') throw fault('range-not-satisfiable', { bytes: size });
    if (wanted.kind === 'not-modified') return { status: 304, headers };
    const range = wanted.kind === 'part' ? wanted : { start: 0, end: size };
    const stream = await openArtefact(deps.artefacts, request, artefact, range);
    const answer = { stream, headers: ofLength(headers, range.end - range.start) };
    if (wanted.kind === 'whole') return answer;
    const part = `bytes ${range.start}-${range.end - 1}/${size}`;
    return { ...answer, status: 206, headers: { ...answer.headers, 'content-range': part } };
  },
};

export const artefactsCheck: CallerOperation = {
  id: 'artefacts.check',
  root: 'remnant',
  method: 'HEAD',
  path: PATH,
  summary: 'Tell what a download of a file would be, without its bytes',
  success: 200,
  otherSuccesses: [304],
  errors: [400, 401, 403, 404, 410],
  rules: [DOWNLOAD],
  handle: async (request, deps): Promise<Reply> => {
    const { artefact, headers, tag } = await find(request, deps);
    const { range: _, ...others } = request.headers;
    if (wantedOf(others, artefact.bytes, tag).kind === 'not-modified') return { status: 304, headers };
    return { headers: ofLength(headers, artefact.bytes) };
  },
};
