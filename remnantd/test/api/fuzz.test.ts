// Bad input gets a clear 4xx, never a 5xx, and changes nothing (R7): random ids, queries, headers and bodies against every
// operation there is. FUZZ_SEED and FUZZ_RUNS choose others than the usual ones.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Operation } from '../../src/api/operation.ts';
import { OPERATIONS } from '../../src/api/operations.ts';
import { asId } from '../../src/model/ids.ts';
import type { Ask } from '../harness/http-client.ts';
import { jsonFor } from '../harness/json-for-schema.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60);
const ROOTS = { versions: '', compute: '/v2.1', identity: '/identity/v3', image: '/image/v2', remnant: '/remnant/v1' };
/** No host answers, so that nothing changes but by requests. */
const remnant = useRemnant({ hosts: [] });

const SERVERS = [
  { id: '11111111-1111-4111-8111-111111111111', host: 'silent', vmState: 'stopped' },
  { id: '22222222-2222-4222-8222-222222222222', host: null, vmState: 'active' },
  { id: '33333333-3333-4333-8333-333333333333', host: 'silent', vmState: 'paused', projectId: 'b2' },
] as const;
const JUNK_IDS = [
  'junk',
  '%00',
  '%zz',
  '..%2f..',
  '%F0%9F%92%A5',
  '-1',
  '1e9',
  'a'.repeat(5_000),
  "';--",
  '%E0%A4',
  '{}',
];

const ids = fc.oneof(fc.constantFrom(...SERVERS.map(({ id }) => id)), fc.constantFrom(...JUNK_IDS), fc.uuid());
const texts = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom('1', '-1', 'x', '', '\u0000', '(((', '2024-99-99'),
);
const QUERY_NAMES = [
  'limit',
  'marker',
  'name',
  'status',
  'sort_key',
  'sort_dir',
  'changes-since',
  'deleted',
  'host',
  '_x',
];
const query = fc.array(fc.tuple(fc.constantFrom(...QUERY_NAMES, 'all_tenants', 'power_state', '__proto__'), texts), {
  maxLength: 4,
});
const version = fc.constantFrom(
  '2.1',
  '2.16',
  '2.17',
  '2.37',
  '2.53',
  '2.58',
  '2.75',
  '2.93',
  '2.94',
  'latest',
  'x',
  '2',
);
const type = fc.constantFrom(
  'application/json',
  'text/plain',
  'application/xml',
  'application/json; charset=x',
  ';',
  '',
);
const token = fc.constantFrom('ann:a1', 'ann:a1', 'admin:a1', 'ann:a1:reader', 'junk', '');
const deep = fc.integer({ min: 50, max: 20_000 }).map((n) => '['.repeat(n) + ']'.repeat(n));

function bodyOf(operation: Operation): fc.Arbitrary<string> {
  const schemas = (operation.body ?? []).map(({ schema }) => jsonFor(schema));
  const wrap = (value: unknown) => (operation.action === undefined ? value : { [operation.action]: value });
  const around = schemas.length === 0 ? fc.jsonValue() : fc.oneof(...schemas).map(wrap);
  return fc.oneof(
    { arbitrary: around.map((value) => JSON.stringify(value) ?? ''), weight: 6 },
    { arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)), weight: 1 },
    { arbitrary: fc.string({ maxLength: 40 }), weight: 1 },
    { arbitrary: deep, weight: 1 },
  );
}

function askOf(operation: Operation): fc.Arbitrary<Ask> {
  return fc
    .record({ id: ids, other: texts, query, version, type, token, body: bodyOf(operation) })
    .map((drawn): Ask => {
      let first = true;
      const below = operation.path.replaceAll(/\{\w+\}/g, () => {
        const value = first ? drawn.id : encodeURIComponent(drawn.other);
        first = false;
        return value;
      });
      const search = new URLSearchParams(drawn.query).toString();
      return {
        method: operation.method,
        path: `${ROOTS[operation.root]}${below}${search === '' ? '' : `?${search}`}`,
        token: drawn.token,
        version: drawn.version,
        headers: { 'content-type': drawn.type },
        ...(operation.method === 'GET' || operation.method === 'HEAD' ? {} : { body: drawn.body }),
      };
    });
}

const TABLES = ['servers', 'services', 'instance_actions', 'action_events', 'commands', 'dumps', 'tokens'] as const;

async function rows(): Promise<string> {
  const { read } = remnant().store;
  const all = await Promise.all(TABLES.map((table) => read.selectFrom(table).selectAll().execute()));
  return JSON.stringify(all);
}

async function seed(): Promise<void> {
  for (const { id, host, vmState, ...more } of SERVERS) {
    if ((await remnant().store.read.selectFrom('servers').where('id', '=', id).select('id').execute()).length > 0)
      continue;
    await remnant().addServer({
      id: asId(id),
      host: host === null ? null : asId(host),
      vmState,
      ...('projectId' in more ? { projectId: asId(more.projectId) } : {}),
    });
  }
}

test.each(OPERATIONS.map((operation) => [operation.id, operation] as const))('%s', async (_id, operation) => {
  remnant().clock.freeze();
  await seed();
  const check = async (ask: Ask) => {
    const before = await rows();
    const answer = await remnant().ask(ask);
    expect(answer.status, `${JSON.stringify(ask).slice(0, 500)}: ${answer.message}`).toBeLessThan(500);
    if (answer.status >= 400) expect(await rows()).toBe(before);
  };
  await fc.assert(fc.asyncProperty(askOf(operation), check), { seed: SEED, numRuns: RUNS });
  remnant().clock.thaw();
});

test('a body that is too large is 413, and one request makes no more than a hundred servers', async () => {
  const path = '/v2.1/servers';
  const large = await remnant().ask({ method: 'POST', path, token: 'ann:a1', body: { x: 'y'.repeat(200_000) } });
  expect([large.status, Object.keys(large.body)]).toEqual([413, ['overLimit']]);
  const server = { name: 'x', flavorRef: '1', imageRef: '70a599e0-31e7-49b7-b260-868f441e862b', max_count: 1_000_000 };
  const many = await remnant().ask({ method: 'POST', path, token: 'ann:a1', body: { server } });
  expect([many.status, many.message]).toEqual([
    403,
    'Quota exceeded for instances: Requested 1000000, but at most 100 can be made at once',
  ]);
});
