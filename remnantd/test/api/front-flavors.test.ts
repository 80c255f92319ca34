// Flavors by microversion: their fields, their extra specs, and what is said of one that is not there.

import { expect, test } from 'vitest';
import { addSpecFlavor } from '../harness/flavor-rows.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({
  config: {
    flavors: [
      { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 },
      { id: '2', name: 'large', vcpus: 4, ram: 4096, disk: 20 },
    ],
  },
});
const get = (path: string, version: string) => remnant().ask({ path, token: 'ann:a1a1a1a1', version });
const AT_2_1 = [
  'OS-FLV-DISABLED:disabled',
  'OS-FLV-EXT-DATA:ephemeral',
  'disk',
  'id',
  'links',
  'name',
  'os-flavor-access:is_public',
  'ram',
  'rxtx_factor',
  'swap',
  'vcpus',
];

test.each<[string, readonly string[], unknown]>([
  ['2.1', AT_2_1, ''],
  ['2.54', AT_2_1, ''],
  ['2.55', [...AT_2_1, 'description'], ''],
  ['2.60', [...AT_2_1, 'description'], ''],
  ['2.61', [...AT_2_1, 'description', 'extra_specs'], ''],
  ['2.74', [...AT_2_1, 'description', 'extra_specs'], ''],
  ['2.75', [...AT_2_1, 'description', 'extra_specs'], 0],
])('in full at %s: the same in the list and alone', async (version, fields, swap) => {
  const list = await get('/v2.1/flavors/detail', version);
  const [first] = list.body['flavors'] ?? [];
  expect(Object.keys(first ?? {}).toSorted()).toEqual([...fields].toSorted());
  expect(first).toMatchObject({ id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1, swap });
  expect((await get('/v2.1/flavors/1', version)).body['flavor']).toEqual(first);
});

test('in brief: with its links, and from 2.55 its description', async () => {
  const brief = async (version: string) => (await get('/v2.1/flavors', version)).body['flavors']?.[1];
  const links = [
    { rel: 'self', href: 'http://localhost:80/v2.1/flavors/2' },
    { rel: 'bookmark', href: 'http://localhost:80/flavors/2' },
  ];
  expect(await brief('2.54')).toEqual({ id: '2', name: 'large', links });
  expect(await brief('2.55')).toEqual({ id: '2', name: 'large', links, description: null });
});

test('its extra specs alone', async () => {
  const answer = await get('/v2.1/flavors/1/os-extra_specs', '2.1');
  expect([answer.status, answer.body]).toEqual([200, { extra_specs: {} }]);
});

test('one of its extra specs', async () => {
  await addSpecFlavor(remnant().store);
  const found = await get('/v2.1/flavors/spec/os-extra_specs/hw:cpu', '2.1');
  expect([found.status, found.body]).toEqual([200, { 'hw:cpu': 'shared' }]);
  for (const key of ['x', 'constructor']) {
    const none = await get(`/v2.1/flavors/spec/os-extra_specs/${key}`, '2.93');
    expect([none.status, none.body]).toEqual([
      404,
      { itemNotFound: { code: 404, message: `Flavor spec has no extra specs with key ${key}.` } },
    ]);
  }
});

test.each(['/v2.1/flavors/none', '/v2.1/flavors/none/os-extra_specs', '/v2.1/flavors/none/os-extra_specs/x'])(
  '%s: there is none',
  async (path) => {
    const answer = await get(path, '2.93');
    expect([answer.status, answer.body]).toEqual([
      404,
      { itemNotFound: { code: 404, message: 'Flavor none could not be found.' } },
    ]);
  },
);
