// Downloading the file of a dump: every byte of it, any range of it, to its owner and to nobody else, and each time in the audit.

import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import type { Bytes, Dumped } from '../harness/artefact-rig.ts';
import { awayHosts, dumpedServer, fetchBytes, sha256 } from '../harness/artefact-rig.ts';
import { ADMIN, MEMBER, STRANGER, unknownId } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const hosts = awayHosts();
const remnant = useRemnant({ bus: hosts.wrap });
let dumped: Dumped;
let whole: Buffer;

beforeAll(async () => {
  dumped = await dumpedServer(remnant());
  whole = (await fetchBytes(remnant(), dumped.path)).bytes;
}, 60_000);

const get = (headers: Readonly<Record<string, string>> = {}, token = MEMBER): Promise<Bytes> =>
  fetchBytes(remnant(), dumped.path, headers, token);
const tag = () => `"${dumped.artefact['sha256']}"`;

test('the whole file, with what a client needs to know of it', async () => {
  const { status, headers, bytes } = await get();
  expect(status).toBe(200);
  expect(bytes.length).toBe(dumped.artefact['bytes']);
  expect(sha256(bytes)).toBe(dumped.artefact['sha256']);
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    etag: tag(),
    'repr-digest': `sha-256=:${Buffer.from(sha256(bytes), 'hex').toString('base64')}:`,
    'content-disposition': expect.stringMatching(/^attachment; filename="web-1-\d{8}T\d{6}Z\.vmcore\.flat"$/),
  });
});

test('HEAD says the same without asking the host, and takes no Range', async () => {
  hosts.state.away = true;
  try {
    const ask = { method: 'HEAD', path: dumped.path, token: MEMBER } as const;
    const answer = await remnant().ask({ ...ask, headers: { range: 'bytes=0-9' } });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-length': String(whole.length), etag: tag() });
    expect((await remnant().ask({ ...ask, headers: { 'if-none-match': tag() } })).status).toBe(304);
  } finally {
    hosts.state.away = false;
  }
});

test('any range is those bytes of the whole', { timeout: 60_000 }, async () => {
  const size = whole.length;
  const at = fc.oneof(
    fc.integer({ min: 0, max: size - 1 }),
    fc.constantFrom(0, 1, 65_535, 65_536, 65_537, 131_072, size - 1),
  );
  await fc.assert(
    fc.asyncProperty(at, at, async (a, b) => {
      const [first, last] = a < b ? [a, b] : [b, a];
      const { status, headers, bytes } = await get({ range: `bytes=${first}-${last}` });
      expect(status).toBe(206);
      expect(headers['content-range']).toBe(`bytes ${first}-${last}/${size}`);
      expect(headers['content-length']).toBe(String(last - first + 1));
      expect(bytes.equals(whole.subarray(first, last + 1))).toBe(true);
    }),
    { numRuns: 40 },
  );
  expect((await get({ range: 'bytes=-100' })).bytes.equals(whole.subarray(-100))).toBe(true);
  expect((await get({ range: `bytes=${size - 5}-` })).bytes.equals(whole.subarray(-5))).toBe(true);
});

test('a download that broke off goes on where it stopped, and only with the same file', async () => {
  const cut = 70_001;
  const rest = await get({ range: `bytes=${cut}-`, 'if-range': tag() });
  expect(rest.status).toBe(206);
  expect(sha256(Buffer.concat([whole.subarray(0, cut), rest.bytes]))).toBe(dumped.artefact['sha256']);
  const other = await get({ range: `bytes=${cut}-`, 'if-range': '"another"' });
  expect([other.status, other.bytes.length]).toEqual([200, whole.length]);
});

test('a range that is not there is 416 and says how long the file is; several at once give the whole', async () => {
  const beyond = await get({ range: `bytes=${whole.length}-` });
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${whole.length}`]);
  expect(beyond.bytes.toString()).toContain(`which has ${whole.length} bytes`);
  expect((await get({ range: 'bytes=0-1,5-6' })).status).toBe(200);
  expect((await get({ 'if-none-match': tag() })).status).toBe(304);
});

test('nobody but members of its project: not even an admin of the cloud', async () => {
  const other = await remnant().addServer({ projectId: 'b2b2b2b2' as never, userId: 'bob' as never });
  const elsewhere = dumped.path.replace(dumped.id, other.id);
  const answers = {
    admin: (await get({}, ADMIN)).status,
    reader: (await get({}, 'ann:a1a1a1a1:reader')).status,
    stranger: (await get({}, STRANGER)).status,
    'by way of another server': (await fetchBytes(remnant(), elsewhere, {}, STRANGER)).status,
    'another dump': (await fetchBytes(remnant(), dumped.path.replace(dumped.dumpId, unknownId()))).status,
    'another file': (await fetchBytes(remnant(), dumped.path.replace(String(dumped.artefact['id']), unknownId())))
      .status,
    'an id that is none': (await fetchBytes(remnant(), dumped.path.replace(String(dumped.artefact['id']), 'x'))).status,
    'an admin of the project itself': (await get({}, 'admin:a1a1a1a1')).status,
  };
  expect(answers).toEqual({
    admin: 403,
    reader: 403,
    stranger: 404,
    'by way of another server': 404,
    'another dump': 404,
    'another file': 404,
    'an id that is none': 404,
    'an admin of the project itself': 200,
  });
});

test('every download is in the audit with its range, and so is one that was refused', async () => {
  const entriesOf = async ({ headers }: Bytes) =>
    (
      await auditPage(remnant().store.read, {
        before: null,
        limit: 10,
        requestId: headers['x-openstack-request-id'] as never,
        target: null,
      })
    ).map(({ operation, target, result, userId, detail }) => ({ operation, target, result, userId, detail }));
  const size = whole.length;
  const entry = (range: string, bytes: number) => ({
    operation: 'artefacts.download',
    target: `server ${dumped.id}`,
    result: 'done',
    userId: 'ann',
    detail: JSON.stringify({ dump: dumped.dumpId, artefact: dumped.artefact['id'], range, bytes }),
  });
  expect(await entriesOf(await get())).toEqual([entry(`0-${size - 1}/${size}`, size)]);
  expect(await entriesOf(await get({ range: 'bytes=10-19' }))).toEqual([entry(`10-19/${size}`, 10)]);
  for (const nothing of [await get({ range: `bytes=${size}-` }), await get({ 'if-none-match': '*' })])
    expect(await entriesOf(nothing)).toEqual([]);
  await get({}, ADMIN);
  const all = await auditPage(remnant().store.read, { before: null, limit: 500, requestId: null, target: null });
  // One that was refused the same thing within a minute counts with the first.
  expect(all.find(({ result, userId }) => result === 'refused' && userId === 'admin')).toMatchObject({
    operation: 'artefacts.download',
    target: `server ${dumped.id}`,
    detail: expect.stringContaining('remnant:dumps:download'),
  });
});

test('a host that does not answer: 503, without its name, and nothing in the audit', async () => {
  const before = await auditPage(remnant().store.read, { before: null, limit: 1, requestId: null, target: null });
  hosts.state.away = true;
  try {
    const { status, headers, bytes } = await get();
    expect([status, headers['retry-after']]).toEqual([503, '5']);
    expect(bytes.toString()).toContain('The file is on a host that does not answer now');
    expect(bytes.toString()).not.toContain('host-1');
  } finally {
    hosts.state.away = false;
  }
  expect(await auditPage(remnant().store.read, { before: null, limit: 1, requestId: null, target: null })).toEqual(
    before,
  );
});

test("a server's files stay its project's when the server is deleted", async () => {
  const gone = await dumpedServer(remnant());
  await remnant().ask({ method: 'DELETE', path: `/v2.1/servers/${gone.id}`, token: MEMBER });
  const { status, bytes } = await fetchBytes(remnant(), gone.path);
  expect([status, sha256(bytes)]).toEqual([200, gone.artefact['sha256']]);
  expect((await fetchBytes(remnant(), gone.path, {}, STRANGER)).status).toBe(404);
  expect((await fetchBytes(remnant(), gone.path, {}, ADMIN)).status).toBe(403);
}, 60_000);
