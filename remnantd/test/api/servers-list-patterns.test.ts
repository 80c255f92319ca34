// What strangers' patterns may cost: one thread matches them, and all others wait for it.

import { beforeAll, expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import type { Answer } from '../harness/http-client.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const COUNT = 300;
const LONGEST = 255;
/** The dearest that the length allows: every letter of a name is looked at by thousands of states. */
const DEAR = `(?:${'.?'.repeat(122)}){16}Z`;

beforeAll(async () => {
  for (let n = 0; n < COUNT; n += 1) {
    const name = `web-${n}-`.padEnd(LONGEST, 'a');
    await remnant().addServer({ projectId: asId('a1a1a1a1'), name, keyName: name });
  }
});

function list(query: Readonly<Record<string, string>>, path = '/v2.1/servers', version = '2.93'): Promise<Answer> {
  return remnant().ask({ path: `${path}?${new URLSearchParams(query).toString()}`, token: 'admin:a1a1a1a1', version });
}

const TOO_SLOW = "The query's patterns take too long to match: ask for fewer servers, or with simpler patterns.";

test.each([
  ['/v2.1/servers', { name: DEAR }],
  ['/v2.1/servers/detail', { name: DEAR, key_name: DEAR, description: DEAR }],
  ['/remnant/v1/servers', { display_name: DEAR }],
])('%s: dear patterns over long names are refused soon, and the next query is answered', async (path, query) => {
  const began = performance.now();
  const answer = await list(query, path);
  expect([answer.status, answer.message]).toEqual([400, TOO_SLOW]);
  // To the end it would be ten seconds.
  expect(performance.now() - began).toBeLessThan(3_000);
  const found = await list({ name: 'WEB-[0-4]-a+$' }, path);
  expect([found.status, found.body['servers']?.length]).toEqual([200, 5]);
});

test.each([
  'name',
  'display_name',
  'description',
  'display_description',
  'hostname',
  'node',
  'reservation_id',
  'availability_zone',
  'key_name',
  'kernel_id',
  'ramdisk_id',
  'access_ip_v4',
  'access_ip_v6',
  'root_device_name',
  'locked_by',
  'auto_disk_config',
  'power_state',
  'progress',
  'launch_index',
  'ip',
  'ip6',
  'config_drive',
  'created_at',
  'launched_at',
  'terminated_at',
])('%s takes a pattern as long as the longest value, and none longer', async (name) => {
  for (const version of ['2.1', '2.26', '2.66', '2.73', '2.93']) {
    const fits = await list({ [name]: 'z'.repeat(LONGEST) }, '/v2.1/servers', version);
    expect([fits.status, fits.body['servers']]).toEqual([200, []]);
    const long = 'z'.repeat(LONGEST + 1);
    const answer = await list({ [name]: long }, '/v2.1/servers', version);
    const text = `Invalid input for query parameters ${name}. Value: ${long}. '${long}' is too long`;
    expect([answer.status, answer.message]).toEqual([400, text]);
  }
});

test('tags are compared whole, and may be many', async () => {
  const tags = Array.from({ length: 50 }, (_, n) => `${n}`.padEnd(60, 'x')).join(',');
  expect((await list({ 'tags-any': tags })).body).toEqual({ servers: [] });
});

test('a pattern that repeats too much is none', async () => {
  const answer = await list({ name: '(?:a{4}){5}' });
  const text = "Invalid input for query parameters name. Value: (?:a{4}){5}. '(?:a{4}){5}' is not a 'regex'";
  expect([answer.status, answer.message]).toEqual([400, text]);
});
