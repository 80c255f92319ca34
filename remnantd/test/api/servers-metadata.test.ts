// A server's metadata: reading, adding, replacing, removing; its limits; who and what stands in the way, in Nova's order.

import { expect, test } from 'vitest';
import { auditPage } from '../../src/db/audit.ts';
import type { NewServer } from '../../src/db/servers.ts';
import type { Answer, Ask } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const ROLE = { role: 'web', tier: '1' };

async function has(id: string): Promise<unknown> {
  return (await remnant().row(id)).metadata;
}

function ask(
  id: string,
  method: NonNullable<Ask['method']>,
  path: string,
  body?: unknown,
  token = MEMBER,
): Promise<Answer> {
  const request = { method, path: `/v2.1/servers/${id}/metadata${path}`, token };
  return remnant().ask(body === undefined ? request : { ...request, body });
}

test('is read whole and by item', async () => {
  const { id } = await remnant().addServer({ metadata: ROLE });
  expect((await ask(id, 'GET', '')).body).toEqual({ metadata: ROLE });
  expect((await ask(id, 'GET', '/role')).body).toEqual({ meta: { role: 'web' } });
  for (const key of ['missing', 'toString', '__proto__']) {
    const answer = await ask(id, 'GET', `/${key}`);
    expect([answer.status, answer.message]).toEqual([404, 'Metadata item was not found']);
  }
});

test('POST adds, PUT replaces, PUT of an item sets it, DELETE removes it', async () => {
  const { id } = await remnant().addServer({ metadata: ROLE });
  const added = await ask(id, 'POST', '', { metadata: { tier: '2', 'a key: x.y_z-1': '' } });
  expect([added.status, added.body]).toEqual([200, { metadata: { role: 'web', tier: '2', 'a key: x.y_z-1': '' } }]);
  const replaced = await ask(id, 'PUT', '', { metadata: { only: 'this' } });
  expect([replaced.status, replaced.body]).toEqual([200, { metadata: { only: 'this' } }]);
  const set = await ask(id, 'PUT', '/more', { meta: { more: 'x' } });
  expect([set.status, set.body]).toEqual([200, { meta: { more: 'x' } }]);
  expect(await has(id)).toEqual({ only: 'this', more: 'x' });
  const removed = await ask(id, 'DELETE', '/only');
  expect([removed.status, removed.body]).toEqual([204, '']);
  expect(await has(id)).toEqual({ more: 'x' });
  expect((await ask(id, 'GET', '')).body).toEqual({ metadata: { more: 'x' } });
  const shown = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER });
  expect(shown.body['server']?.['metadata']).toEqual({ more: 'x' });
});

test('keys that mean something to JavaScript are keys like others', async () => {
  const { id } = await remnant().addServer();
  const text = '{"__proto__":"a","constructor":"b"}';
  expect((await ask(id, 'POST', '', `{"metadata":${text}}`)).status).toBe(200);
  expect((await ask(id, 'PUT', '/__proto__', '{"meta":{"__proto__":"c"}}')).status).toBe(200);
  expect(JSON.stringify(await has(id))).toBe('{"__proto__":"c","constructor":"b"}');
  expect(JSON.stringify((await ask(id, 'GET', '/__proto__')).body)).toBe('{"meta":{"__proto__":"c"}}');
  expect((await ask(id, 'DELETE', '/__proto__')).status).toBe(204);
  expect(JSON.stringify(await has(id))).toBe('{"constructor":"b"}');
});

test('the audit keeps which keys were changed by whom, and no value', async () => {
  const { id } = await remnant().addServer();
  await ask(id, 'POST', '', { metadata: { password: 'hunter2' } });
  const query = { before: null, limit: 10, requestId: null, target: `server ${id}` };
  const entries = await auditPage(remnant().store.read, query);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ operation: 'server-metadata.create', userId: 'ann' });
  expect(entries[0]?.detail).toBe('{"keys":["password"]}');
});

const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, 'v']));

test('128 items are allowed, one more is not, however it comes', async () => {
  const { id } = await remnant().addServer();
  expect((await ask(id, 'PUT', '', { metadata: many(128) })).status).toBe(200);
  for (const [method, path, body] of [
    ['POST', '', { metadata: { more: 'x' } }],
    ['PUT', '/more', { meta: { more: 'x' } }],
    ['PUT', '', { metadata: many(129) }],
  ] as const) {
    const answer = await ask(id, method, path, body);
    expect([answer.status, answer.message]).toEqual([403, 'Maximum number of metadata items exceeds 128']);
  }
  expect(await has(id)).toEqual(many(128));
  expect((await ask(id, 'POST', '', { metadata: { k0: 'set again' } })).status).toBe(200);
});

test('a server cannot be made with more either', async () => {
  const body = { server: { name: 'new', flavorRef: '1', imageRef: IMAGE, metadata: many(129) } };
  const answer = await remnant().ask({ method: 'POST', path: '/v2.1/servers', token: MEMBER, body });
  expect([answer.status, answer.message]).toEqual([403, 'Maximum number of metadata items exceeds 128']);
});

test.each([
  ['POST', '', {}, "'metadata' is a required property"],
  ['POST', '', { metadata: {}, more: 1 }, "Additional properties are not allowed ('more' was unexpected)"],
  ['POST', '', { metadata: { k: 1 } }, "Invalid input for field/attribute k. Value: 1. 1 is not of type 'string'"],
  ['PUT', '', { metadata: { k: 'x'.repeat(256) } }, 'is too long'],
  ['PUT', '', { metadata: { 'a/b': 'x' } }, "'a/b' does not match any of the regexes: '^[a-zA-Z0-9-_:. ]{1,255}$'"],
  ['PUT', '', { metadata: { ['k'.repeat(256)]: 'x' } }, 'does not match any of the regexes'],
  ['PUT', '', { metadata: null }, "None is not of type 'object'"],
  ['PUT', '/k', { meta: {} }, '{} does not have enough properties'],
  ['PUT', '/k', { meta: { k: 'x', j: 'y' } }, 'has too many properties'],
  ['PUT', '/k', { meta: { j: 'x' } }, 'Request body and URI mismatch'],
  ['PUT', '/k', '{', 'Malformed request body'],
] as const)('%s%s of %j is refused, and changes nothing', async (method, path, body, text) => {
  const { id } = await remnant().addServer({ metadata: ROLE });
  const answer = await ask(id, method, path, body);
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(text)]);
  expect(await has(id)).toEqual(ROLE);
});

const WRITES = [
  ['POST', '', { metadata: { k: 'v' } }, 'update metadata'],
  ['PUT', '', { metadata: { k: 'v' } }, 'update metadata'],
  ['PUT', '/k', { meta: { k: 'v' } }, 'update metadata'],
  ['DELETE', '/role', undefined, 'delete metadata'],
] as const;

test.each(WRITES)('%s%s: a lock stops all but admins, then state and launch', async (method, path, body, word) => {
  const refused = async (row: Partial<NewServer>, why: (id: string) => string) => {
    const { id } = await remnant().addServer({ metadata: ROLE, ...row });
    const answer = await ask(id, method, path, body);
    expect([answer.status, answer.message]).toEqual([409, why(id)]);
    expect(await has(id)).toEqual(ROLE);
  };
  await refused({ lockedBy: 'owner', vmState: 'error' }, (id) => `Instance ${id} is locked`);
  for (const vmState of ['building', 'error', 'rescued', 'resized', 'shelved'] as const) {
    await refused({ vmState }, (id) => `Cannot '${word}' instance ${id} while it is in vm_state ${vmState}`);
  }
  await refused({ launchedAt: null }, (id) => `Instance ${id} is in an invalid state for '${word}'`);

  const locked = await remnant().addServer({ metadata: ROLE, lockedBy: 'owner' });
  expect((await ask(locked.id, method, path, body, ADMIN)).status).toBeLessThan(300);
  for (const row of [
    { vmState: 'paused' },
    { vmState: 'suspended' },
    { vmState: 'stopped' },
    { taskState: 'pausing' },
  ] as const) {
    const { id } = await remnant().addServer({ metadata: ROLE, ...row });
    expect((await ask(id, method, path, body)).status).toBeLessThan(300);
  }
});

test('a missing item is told before a lock; a wrong address too', async () => {
  const { id } = await remnant().addServer({ lockedBy: 'admin' });
  expect((await ask(id, 'DELETE', '/none')).status).toBe(404);
  expect((await ask(id, 'PUT', '/k', { meta: { j: 'x' } })).status).toBe(400);
});

test.each([...WRITES, ['GET', '', undefined, ''], ['GET', '/role', undefined, '']] as const)(
  "%s%s of another project's server finds nothing",
  async (method, path, body) => {
    const { id } = await remnant().addServer({ metadata: ROLE });
    const answer = await ask(id, method, path, body, STRANGER);
    expect([answer.status, answer.message]).toEqual([404, `Instance ${id} could not be found.`]);
    expect(await has(id)).toEqual(ROLE);
  },
);
