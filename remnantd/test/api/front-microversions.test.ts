// Which microversion a request is for, and what its answer says of it: Nova's rules, with both headers, on both paths.

import { expect, test } from 'vitest';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const NEW = 'openstack-api-version';
const OLD = 'x-openstack-nova-api-version';
const VARY = 'OpenStack-API-Version, X-OpenStack-Nova-API-Version';

async function ask(headers: Readonly<Record<string, string>>, path = '/v2.1/flavors') {
  const answer = await remnant().ask({ path, token: 'ann:a1a1a1a1', headers });
  return {
    status: answer.status,
    echoes: [answer.headers[NEW], answer.headers[OLD], answer.headers['vary']],
    body: answer.body,
  };
}
const echoed = (version: string) => [`compute ${version}`, version, VARY];
const NONE = [undefined, undefined, undefined];

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['none is the lowest', {}, '2.1'],
  ['the new header', { [NEW]: 'compute 2.16' }, '2.16'],
  ['the old header', { [OLD]: '2.16' }, '2.16'],
  ['the new one wins', { [NEW]: 'compute 2.11', [OLD]: '2.16' }, '2.11'],
  ['the new one wins, though it is lower than its announcement', { [NEW]: 'compute 2.2', [OLD]: '2.90' }, '2.2'],
  ['the service in any case', { [NEW]: 'COMPUTE 2.16' }, '2.16'],
  ['spaces', { [NEW]: '  compute    2.16  ' }, '2.16'],
  ['one of a list', { [NEW]: 'volume 3.27, compute 2.16, identity 3.1' }, '2.16'],
  ['the last for compute', { [NEW]: 'compute 2.17, compute 2.16' }, '2.16'],
  ['for others only', { [NEW]: 'volume 3.27' }, '2.1'],
  ['for others only, with the old header', { [NEW]: 'volume 3.27', [OLD]: '2.16' }, '2.16'],
  ['the service without a version', { [NEW]: 'compute' }, '2.1'],
  ['the last of an old list', { [OLD]: '2.17, 2.16' }, '2.16'],
  ['an empty header', { [NEW]: '' }, '2.1'],
  ['an empty old header, where the new one names a version', { [NEW]: 'compute 2.16', [OLD]: '' }, '2.16'],
  ['latest', { [NEW]: 'compute latest' }, '2.96'],
  ['latest by the old header', { [OLD]: 'latest' }, '2.96'],
  ['the lowest', { [NEW]: 'compute 2.1' }, '2.1'],
  ['the highest', { [NEW]: 'compute 2.96' }, '2.96'],
])('%s', async (_what, headers, version) => {
  expect(await ask(headers)).toMatchObject({ status: 200, echoes: echoed(version) });
});

test.each(['2.97', '2.999', '2.0', '1.0', '3.1', '9.9', '2.99999999999999999999'])(
  '%s is out of range: 406, and the answer repeats it',
  async (version) => {
    const message = `Version ${version} is not supported by the API. Minimum is 2.1 and maximum is 2.96.`;
    const refused = { status: 406, echoes: echoed(version), body: { computeFault: { code: 406, message } } };
    expect(await ask({ [NEW]: `compute ${version}` })).toEqual(refused);
    expect(await ask({ [OLD]: version })).toEqual(refused);
  },
);

test.each(['abc', '2', '2.', '.1', '2.01', '02.1', '2.16.1', 'LATEST', 'Latest', '-2.1', '2.1 x', '2,1 2.x', '2.１'])(
  '%s is no version: 400, and the answer names none',
  async (version) => {
    const text = version.split(',').at(-1)?.trim() ?? '';
    const message = `API Version String ${text} is of invalid format. Must be of format MajorNum.MinorNum.`;
    const refused = { status: 400, echoes: NONE, body: { badRequest: { code: 400, message } } };
    expect(await ask({ [OLD]: version })).toEqual(refused);
  },
);

test('the new header, refused for its form', async () => {
  const message = 'API Version String 2.16 x is of invalid format. Must be of format MajorNum.MinorNum.';
  expect(await ask({ [NEW]: 'compute 2.16 x' })).toEqual({
    status: 400,
    echoes: NONE,
    body: { badRequest: { code: 400, message } },
  });
});

test.each(['', ' ', '2.61,'])('an old header %j names the version without a name: 400', async (header) => {
  const message = 'API Version String  is of invalid format. Must be of format MajorNum.MinorNum.';
  const refused = { status: 400, echoes: NONE, body: { badRequest: { code: 400, message } } };
  expect(await ask({ [OLD]: header })).toEqual(refused);
  expect(await ask({ [OLD]: header }, '/v2.1/')).toEqual(refused);
});

test('a fault says its version as well', async () => {
  expect(await ask({ [NEW]: 'compute 2.16' }, '/v2.1/servers/none')).toMatchObject({
    status: 404,
    echoes: echoed('2.16'),
  });
});

test('the version comes before the operation: a refused one tells nothing of what is there', async () => {
  expect((await ask({ [NEW]: 'compute 9.9' }, '/v2.1/servers/none')).status).toBe(406);
});

test('whoever is not known is not told of versions', async () => {
  const answer = await remnant().ask({ path: '/v2.1/flavors', version: '9.9' });
  expect(answer.status).toBe(401);
  expect([answer.headers[NEW], answer.headers[OLD], answer.headers['vary']]).toEqual(NONE);
});

test('/v2 has no microversions: it reads none and tells none', async () => {
  for (const version of ['2.93', '9.9', 'x']) {
    expect(await ask({ [NEW]: `compute ${version}` }, '/v2/flavors')).toMatchObject({ status: 200, echoes: NONE });
  }
  const { body } = await ask({ [NEW]: 'compute 2.93' }, '/v2/flavors/detail');
  expect(body['flavors']?.[0]).not.toHaveProperty('description');
});

test.each(['/identity/v3', '/image/v2/images', '/remnant/v1/servers/none/dumps', '/', '/v2.1/nothing'])(
  '%s knows no microversions',
  async (path) => {
    const { echoes, status } = await ask({ [NEW]: 'compute 9.9' }, path);
    expect(echoes).toEqual(NONE);
    expect(status).not.toBe(406);
  },
);
