// Lists of flavors: who sees which, Nova's filters, order and pages, and what is said of a query that is wrong.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ensureFlavor } from '../../src/db/flavors.ts';
import type { Flavor } from '../../src/model/flavor.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const PLAIN = { ephemeral: 0, swap: 0, rxtxFactor: 1, isPublic: true, disabled: false, description: null };
const row = (flavor: Partial<Flavor> & Pick<Flavor, 'id' | 'name' | 'vcpus' | 'ram' | 'disk'>): Flavor => ({
  ...PLAIN,
  extraSpecs: {},
  ...flavor,
});

/** In the order they are made in. */
const ROWS = [
  row({ id: '3', name: 'large', vcpus: 8, ram: 8192, disk: 80, description: 'for much', rxtxFactor: 2 }),
  row({ id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 }),
  row({ id: '2', name: 'medium', vcpus: 2, ram: 2048, disk: 20, swap: 64, description: '' }),
  row({ id: '4', name: 'hidden', vcpus: 2, ram: 2048, disk: 40, isPublic: false, ephemeral: 5 }),
  row({ id: '5', name: 'old', vcpus: 1, ram: 512, disk: 10, disabled: true }),
];
const remnant = useRemnant({
  config: { flavors: [], api: { max_limit: 4 } },
  before: (store) =>
    store.transaction(async (tx) => {
      for (const flavor of ROWS) await ensureFlavor(tx, flavor);
    }),
});
const TOKENS = { admin: 'admin:a1a1a1a1', member: 'ann:a1a1a1a1' };
type Who = keyof typeof TOKENS;

const ask = (path: string, who: Who, version = '2.1') => remnant().ask({ path, token: TOKENS[who], version });
const list = (query: string, who: Who, version?: string) => ask(`/v2.1/flavors?${query}`, who, version);
const idsIn = (body: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[] | undefined>>) =>
  (body['flavors'] ?? []).map((flavor) => String(flavor['id'])).join('');

test.each<[string, Who, string]>([
  // Who sees which.
  ['', 'member', '123'],
  ['', 'admin', '1235'],
  ['is_public=None', 'admin', '1234'],
  ['is_public=none&marker=4', 'admin', '5'],
  ['is_public=True', 'admin', '1235'],
  ['is_public=f', 'admin', '4'],
  ['is_public=True&is_public=0', 'admin', '4'],
  ['is_public=None', 'member', '123'],
  ['is_public=False', 'member', '123'],
  ['is_public=perhaps', 'member', '123'],
  // At least so large.
  ['minRam=2048', 'member', '23'],
  ['minRam=2049', 'member', '3'],
  ['minDisk=2', 'member', '23'],
  ['minRam=513&minDisk=21', 'admin', '3'],
  ['minRam=-5', 'member', '123'],
  ['minRam=%2b5_00', 'member', '123'],
  ['minRam=%2012%20', 'member', '123'],
  [`minDisk=${'9'.repeat(400)}`, 'member', ''],
  [`minDisk=-${'9'.repeat(400)}`, 'member', '123'],
  // In order.
  ['sort_dir=desc', 'member', '321'],
  ['sort_key=flavorid', 'member', '123'],
  ['sort_key=name', 'member', '321'],
  ['sort_key=name&sort_dir=desc', 'member', '123'],
  ['sort_key=memory_mb', 'admin', '1523'],
  ['sort_key=memory_mb&sort_dir=desc', 'admin', '3251'],
  ['sort_key=root_gb', 'admin', '1523'],
  ['sort_key=vcpus&sort_dir=desc', 'member', '321'],
  ['sort_key=description', 'member', '123'],
  ['sort_key=description&sort_dir=desc', 'member', '321'],
  ['sort_key=swap&sort_dir=desc', 'member', '213'],
  ['sort_key=rxtx_factor', 'member', '123'],
  ['sort_key=disabled&sort_dir=desc', 'admin', '5213'],
  ['sort_key=ephemeral_gb&sort_dir=desc&is_public=None', 'admin', '4521'],
  ['sort_key=is_public&is_public=None', 'admin', '4312'],
  ...['created_at', 'id', 'updated_at', 'vcpu_weight'].map((key): [string, Who, string] => [
    `sort_key=${key}`,
    'member',
    '312',
  ]),
  ['sort_key=name&sort_key=id', 'member', '312'],
  // In pages.
  ['limit=2', 'member', '12'],
  ['limit=2&marker=2', 'member', '3'],
  ['limit=9&is_public=None', 'admin', '1234'],
  ['limit=0', 'member', ''],
  ['marker=3', 'member', ''],
  ['minRam=1000&marker=1', 'member', '23'],
  ['sort_key=memory_mb&marker=1', 'admin', '523'],
  // Dropped in silence while the query is loose.
  ['zzz=1&name=small', 'member', '123'],
])('%s, for a %s', async (query, who, ids) => {
  for (const path of ['flavors', 'flavors/detail']) {
    const answer = await ask(`/v2.1/${path}?${query}`, who, '2.74');
    expect(answer.status).toBe(200);
    expect(idsIn(answer.body)).toBe(ids);
  }
});

const inQuery = (name: string, value: string, what: string) =>
  `Invalid input for query parameters ${name}. Value: ${value}. ${what}`;
const KEYS =
  "['created_at', 'description', 'disabled', 'ephemeral_gb', 'flavorid', 'id', 'is_public', 'memory_mb', 'name', 'root_gb', 'rxtx_factor', 'swap', 'updated_at', 'vcpu_weight', 'vcpus']";

test.each<[string, string, Who, string]>([
  ['limit=-1', '2.1', 'member', inQuery('limit', '-1', "'-1' does not match '^[0-9]*$'")],
  ['sort_key=zzz', '2.1', 'member', inQuery('sort_key', 'zzz', `'zzz' is not one of ${KEYS}`)],
  ['sort_dir=up', '2.1', 'member', inQuery('sort_dir', 'up', "'up' is not one of ['asc', 'desc']")],
  ['minRam=x', '2.1', 'member', 'Invalid minRam filter [x]'],
  ['minRam=', '2.1', 'member', 'Invalid minRam filter []'],
  ['minRam=1.5', '2.1', 'member', 'Invalid minRam filter [1.5]'],
  ['minDisk=1__0', '2.1', 'member', 'Invalid minDisk filter [1__0]'],
  ['minDisk=x&minRam=y&is_public=z', '2.1', 'admin', 'Invalid is_public filter [z]'],
  ['minDisk=x&minRam=y&is_public=z', '2.1', 'member', 'Invalid minRam filter [y]'],
  ['is_public=', '2.1', 'admin', 'Invalid is_public filter []'],
  ['marker=zzz', '2.1', 'admin', 'marker [zzz] not found'],
  ['marker=', '2.1', 'member', 'marker [] not found'],
  ['marker=zzz&limit=0', '2.1', 'member', 'marker [zzz] not found'],
  // One that is not public is not there for others.
  ['marker=4', '2.1', 'member', 'marker [4] not found'],
  ['zzz=1', '2.75', 'admin', "Additional properties are not allowed ('zzz' was unexpected)"],
])('%s at %s, for a %s: refused', async (query, version, who, message) => {
  for (const path of ['flavors', 'flavors/detail']) {
    const answer = await ask(`/v2.1/${path}?${query}`, who, version);
    expect([answer.status, answer.message]).toEqual([400, message]);
  }
});

test('a full page has a link to the next one, the same query behind its last flavor', async () => {
  const brief = await list('sort_dir=desc&limit=2', 'member');
  expect(brief.body['flavors_links']).toEqual([
    { rel: 'next', href: 'http://localhost:80/v2.1/flavors?limit=2&sort_dir=desc&marker=2' },
  ]);
  const detail = await ask('/v2.1/flavors/detail?is_public=None', 'admin', '2.93');
  expect(detail.body['flavors_links']).toEqual([
    { rel: 'next', href: 'http://localhost:80/v2.1/flavors/detail?is_public=None&marker=4' },
  ]);
  expect((await list('limit=4', 'member')).body).not.toHaveProperty('flavors_links');
  expect((await list('limit=0', 'member')).body).toEqual({ flavors: [] });
});

test('pages put together are the list, whatever the order and the size', async () => {
  const keys = ['flavorid', 'name', 'description', 'memory_mb', 'root_gb', 'vcpus', 'is_public', 'disabled', 'id'];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...keys),
      fc.constantFrom('asc', 'desc'),
      fc.integer({ min: 1, max: 4 }),
      async (key, dir, limit) => {
        let seen = '';
        let path = `/v2.1/flavors?is_public=None&sort_key=${key}&sort_dir=${dir}&limit=${limit}`;
        while (path !== '') {
          const { body } = await ask(path, 'admin');
          seen += idsIn(body);
          const next = body['flavors_links']?.[0]?.['href'];
          const url = next === undefined ? null : new URL(String(next));
          path = url === null ? '' : url.pathname + url.search;
        }
        expect(seen.split('').toSorted().join('')).toBe('12345');
        const [a, b] = await Promise.all(
          ['1', '5'].map(
            async (end) => (await list(`is_public=None&sort_key=${key}&sort_dir=${dir}&limit=${end}`, 'admin')).body,
          ),
        );
        expect(seen[0]).toBe(idsIn(a ?? {}));
        expect(seen.slice(0, 4)).toBe(idsIn(b ?? {}));
      },
    ),
    { numRuns: 60 },
  );
});
