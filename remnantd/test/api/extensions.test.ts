// The list of extensions, which never changes; one of them; and what old clients on /v2 see beside them.

import { expect, test } from 'vitest';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const get = (path: string, token = 'ann:a1a1a1a1:none') => remnant().ask({ path, token });

test('everybody who is signed in is given the whole list', async () => {
  const { status, body } = await get('/v2.1/extensions');
  expect(status).toBe(200);
  expect(body['extensions']).toHaveLength(99);
  expect(body['extensions']?.[0]).toEqual({
    alias: 'NMN',
    description: 'Multiple network support.',
    links: [],
    name: 'Multinic',
    namespace: 'http://docs.openstack.org/compute/ext/fake_xml',
    updated: '2014-12-03T00:00:00Z',
  });
  expect((await remnant().ask({ path: '/v2.1/extensions' })).status).toBe(401);
});

test('each can be asked for by its alias', async () => {
  const list = (await get('/v2.1/extensions')).body['extensions'] ?? [];
  for (const extension of list) {
    const one = await get(`/v2.1/extensions/${String(extension['alias'])}`);
    expect([one.status, one.body]).toEqual([200, { extension }]);
  }
  const none = await get('/v2.1/extensions/zz');
  expect([none.status, none.body]).toEqual([
    404,
    { itemNotFound: { code: 404, message: 'The resource could not be found.' } },
  ]);
});

test('/v2 has one more, in its place', async () => {
  const aliases = (await get('/v2/extensions')).body['extensions']?.map((one) => String(one['alias'])) ?? [];
  expect(aliases).toHaveLength(100);
  expect(aliases).toEqual([...aliases].toSorted());
  expect((await get('/v2/extensions/OS-EXT-VIF-NET')).status).toBe(200);
  expect((await get('/v2.1/extensions/OS-EXT-VIF-NET')).status).toBe(404);
});
