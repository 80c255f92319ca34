// A server's tags: reading, giving, taking, their limits and states, at creation, and in filters of lists.

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import type { Answer, Ask } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { MEMBER, STRANGER, unknownId } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();

async function has(id: string): Promise<readonly string[]> {
  return (await remnant().row(id)).tags;
}

function ask(
  id: string,
  method: NonNullable<Ask['method']>,
  path: string,
  body?: unknown,
  token = MEMBER,
): Promise<Answer> {
  const request = { method, path: `/v2.1/servers/${id}/tags${path}`, token, version: '2.26' };
  return remnant().ask(body === undefined ? request : { ...request, body });
}

test('are given, told and taken one by one', async () => {
  const { id } = await remnant().addServer();
  const given = await ask(id, 'PUT', '/red');
  expect([given.status, given.body]).toEqual([201, '']);
  expect(given.headers['location']).toMatch(new RegExp(`^http://[^/]+/v2\\.1/servers/${id}/tags/red$`));
  const again = await ask(id, 'PUT', '/red', null);
  expect([again.status, again.body, again.headers['location']]).toEqual([204, '', undefined]);
  await ask(id, 'PUT', '/big%20blue');
  expect((await ask(id, 'GET', '')).body).toEqual({ tags: ['big blue', 'red'] });
  expect([(await ask(id, 'GET', '/red')).status, (await ask(id, 'GET', '/red')).body]).toEqual([204, '']);
  const missing = await ask(id, 'GET', '/Red');
  expect([missing.status, missing.message]).toEqual([404, `Server ${id} has no tag 'Red'`]);
  expect((await ask(id, 'DELETE', '/red')).status).toBe(204);
  const gone = await ask(id, 'DELETE', '/red');
  expect([gone.status, gone.message]).toEqual([404, `Instance ${id} has no tag 'red'`]);
  expect(await has(id)).toEqual(['big blue']);
});

test('are replaced and removed together', async () => {
  const { id } = await remnant().addServer({ tags: ['old'] });
  const replaced = await ask(id, 'PUT', '', { tags: ['b', 'a', 'b'] });
  expect([replaced.status, replaced.body]).toEqual([200, { tags: ['a', 'b'] }]);
  expect((await ask(id, 'PUT', '', { tags: [] })).body).toEqual({ tags: [] });
  await ask(id, 'PUT', '', { tags: ['c'] });
  expect((await ask(id, 'DELETE', '')).status).toBe(204);
  expect(await has(id)).toEqual([]);
});

test('show in the server from 2.26', async () => {
  const { id } = await remnant().addServer({ tags: ['a'] });
  const show = async (version: string) =>
    (await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version })).body;
  expect((await show('2.26'))['server']?.['tags']).toEqual(['a']);
  expect('tags' in ((await show('2.25'))['server'] ?? {})).toBe(false);
});

test('before 2.26 there are none', async () => {
  const { id } = await remnant().addServer({ tags: ['a'] });
  const answer = await remnant().ask({ path: `/v2.1/servers/${id}/tags`, token: MEMBER, version: '2.25' });
  expect([answer.status, answer.message]).toEqual([404, 'The resource could not be found.']);
});

test.each([
  ['a,b', "'a,b' does not match '^[^,/]*$'"],
  ['x'.repeat(61), `'${'x'.repeat(61)}' is too long`],
])('the tag %s is none', async (tag, why) => {
  const { id } = await remnant().addServer();
  const answer = await ask(id, 'PUT', `/${encodeURIComponent(tag)}`);
  const text = `Tag '${tag}' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: ${why}`;
  expect([answer.status, answer.message]).toEqual([400, text]);
  expect((await ask(id, 'PUT', '', { tags: [tag] })).status).toBe(400);
  expect(await has(id)).toEqual([]);
});

test('of a tag with a slash the path knows nothing', async () => {
  const { id } = await remnant().addServer({ tags: ['a'] });
  for (const method of ['PUT', 'GET', 'DELETE'] as const) {
    const answer = await ask(id, method, '/a%2Fb');
    expect([answer.status, answer.body['title']], method).toEqual([404, 'Not Found']);
  }
  const answer = await ask(id, 'PUT', '', { tags: ['a/b'] });
  expect(answer.message).toContain("'a/b' does not match '^[^,/]*$'");
  expect(await has(id)).toEqual(['a']);
});

test('60 characters are a tag, whatever they are', async () => {
  const { id } = await remnant().addServer();
  expect((await ask(id, 'PUT', `/${encodeURIComponent('💥'.repeat(60))}`)).status).toBe(201);
});

const fifty = Array.from({ length: 50 }, (_, i) => `t${String(i).padStart(2, '0')}`);

test('50 are allowed, and with 50 none can be given, not even one of them', async () => {
  const { id } = await remnant().addServer();
  expect((await ask(id, 'PUT', '', { tags: fifty })).body).toEqual({ tags: fifty });
  for (const tag of ['more', 't00']) {
    const answer = await ask(id, 'PUT', `/${tag}`);
    expect([answer.status, answer.message]).toEqual([400, 'The number of tags exceeded the per-server limit 50']);
  }
  const tooMany = await ask(id, 'PUT', '', { tags: [...fifty, 'more'] });
  expect([tooMany.status, tooMany.message]).toEqual([400, expect.stringContaining('is too long')]);
  expect(await has(id)).toEqual(fifty);
});

test.each([
  [{}, "'tags' is a required property"],
  [{ tags: 'a' }, "Invalid input for field/attribute tags. Value: a. 'a' is not of type 'array'"],
  [{ tags: [''] }, "Invalid input for field/attribute 0. Value: . '' is too short"],
  [{ tags: [1] }, "1 is not of type 'string'"],
  [{ tags: [], more: 1 }, "Additional properties are not allowed ('more' was unexpected)"],
])('a body of %j is refused', async (body, text) => {
  const { id } = await remnant().addServer({ tags: ['a'] });
  const answer = await ask(id, 'PUT', '', body);
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(text)]);
  expect((await ask(id, 'PUT', '/b', {})).status, 'a tag is given without a body').toBe(400);
  expect(await has(id)).toEqual(['a']);
});

test.each([
  ['PUT', '/b', undefined, 'update tag'],
  ['PUT', '', { tags: ['b'] }, 'update tags'],
  ['DELETE', '/a', undefined, 'delete tag'],
  ['DELETE', '', undefined, 'delete tags'],
] as const)('%s%s: the state stands in the way, a lock or a task does not', async (method, path, body, word) => {
  const bad = await remnant().addServer({ tags: ['a'], vmState: 'error' });
  const refused = await ask(bad.id, method, path, body);
  const text = `Cannot '${word}' instance ${bad.id} while it is in vm_state error`;
  expect([refused.status, refused.message]).toEqual([409, text]);
  expect(await has(bad.id)).toEqual(['a']);
  for (const row of [
    { vmState: 'paused' },
    { vmState: 'stopped', launchedAt: null },
    { taskState: 'pausing', lockedBy: 'admin' },
  ] as const) {
    const { id } = await remnant().addServer({ tags: ['a'], ...row });
    expect((await ask(id, method, path, body)).status).toBeLessThan(300);
    const [entry] = await auditPage(remnant().store.read, {
      before: null,
      limit: 5,
      requestId: null,
      target: `server ${id}`,
    });
    expect(entry).toMatchObject({ userId: 'ann', result: 'done' });
  }
});

test.each([
  ['GET', ''],
  ['GET', '/a'],
  ['PUT', '/b'],
  ['DELETE', '/a'],
  ['DELETE', ''],
] as const)("%s%s: another project's server is not found, nor one that never was", async (method, path) => {
  const { id } = await remnant().addServer({ tags: ['a'] });
  const strange = await ask(id, method, path, undefined, STRANGER);
  expect([strange.status, strange.message]).toEqual([404, `Instance ${id} could not be found.`]);
  const none = unknownId();
  const unknown = await ask(none, method, path);
  expect([unknown.status, unknown.message]).toEqual([404, `Instance ${none} has no mapping to a cell.`]);
  expect(await has(id)).toEqual(['a']);
});

test('come with a new server from 2.52', async () => {
  const make = (version: string) => {
    const body = { server: { name: 'new', flavorRef: '1', imageRef: IMAGE, networks: 'none', tags: ['b', 'a', 'b'] } };
    return remnant().ask({ method: 'POST', path: '/v2.1/servers', token: MEMBER, version, body });
  };
  const early = await make('2.51');
  expect([early.status, early.message]).toEqual([400, expect.stringContaining("('tags' was unexpected)")]);
  const made = await make('2.52');
  expect(made.status).toBe(202);
  expect(await has(made.body['server']?.['id'] ?? '')).toEqual(['a', 'b']);
});

const FILTERS = {
  tags: (wanted: readonly string[], of: readonly string[]) => wanted.every((tag) => of.includes(tag)),
  'tags-any': (wanted: readonly string[], of: readonly string[]) => wanted.some((tag) => of.includes(tag)),
  'not-tags': (wanted: readonly string[], of: readonly string[]) => !wanted.every((tag) => of.includes(tag)),
  'not-tags-any': (wanted: readonly string[], of: readonly string[]) => !wanted.some((tag) => of.includes(tag)),
};

test('filter lists exactly: all, any, not all, none of them', async () => {
  const token = 'tess:tags';
  const tagSets = [[], ['a'], ['b'], ['a', 'b'], ['a', 'b', 'c'], ['ab'], ['"', "'"], ['a b']];
  for (const tags of tagSets)
    await remnant().addServer({ projectId: 'tags' as never, tags, name: tags.join('|') || 'none' });
  const tag = fc.constantFrom('a', 'b', 'c', 'ab', '"', "'", 'a b', 'A', '%', '');
  const filter = fc.record({
    name: fc.constantFrom(...(Object.keys(FILTERS) as (keyof typeof FILTERS)[])),
    // A filter of nothing at all is 400.
    wanted: fc.array(tag, { minLength: 1, maxLength: 4 }).filter((tags) => tags.join(',') !== ''),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(filter, { minLength: 1, maxLength: 2 }), async (filters) => {
      const query = new URLSearchParams(filters.map(({ name, wanted }): [string, string] => [name, wanted.join(',')]));
      const { body } = await remnant().ask({ path: `/v2.1/servers?${query.toString()}`, token, version: '2.26' });
      // Of a filter that comes twice the last counts.
      const counted = Object.values(Object.fromEntries(filters.map((one) => [one.name, one])));
      const expected = tagSets.filter((tags) => counted.every(({ name, wanted }) => FILTERS[name](wanted, tags)));
      expect(body['servers']?.map((server) => server['name']).toSorted()).toEqual(
        expected.map((tags) => tags.join('|') || 'none').toSorted(),
      );
    }),
    { numRuns: 80 },
  );
});

test('a filter of very many tags is no trouble', async () => {
  const wanted = Array.from({ length: 1_500 }, (_, i) => i.toString(36).toUpperCase()).join(',');
  const answer = await remnant().ask({ path: `/v2.1/servers?tags-any=${wanted}`, token: 'tess:tags', version: '2.26' });
  expect([answer.status, answer.body]).toEqual([200, { servers: [] }]);
});
