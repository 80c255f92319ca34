// Idempotency-Key at Remnant's own root: a repeat does nothing and is answered out of what the first one made, as far as who asks
// may see that now; a request that was refused leaves nothing behind.

import { expect, test } from 'vitest';
import { OPERATIONS } from '../../src/api/operations.ts';
import { takesKey } from '../../src/http/once.ts';
import { dumpedServer } from '../harness/artefact-rig.ts';
import type { Answer } from '../harness/http-client.ts';
import { ADMIN, dump, endedAction, endedDump, MEMBER, unknownId } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant({ config: { dumps: { react: 5 } } });
const DAY_MS = 24 * 3_600_000;

const nmisOf = (id: string) =>
  remnant()
    .world.nmis()
    .filter((nmi) => nmi.guest === id).length;
const ask = (
  id: string,
  key: string | null,
  { body, token = MEMBER, query = '' }: { body?: object; token?: string; query?: string } = {},
): Promise<Answer> =>
  remnant().ask({
    method: 'POST',
    path: `/remnant/v1/servers/${id}/dumps${query}`,
    token,
    ...(key === null ? {} : { headers: { 'idempotency-key': key } }),
    ...(body === undefined ? {} : { body }),
  });
/** What every answer to requests with one key has, however far the dump is meanwhile. */
const same = ({ status, headers, body }: Answer) => [status, headers['location'], body['dump']?.['id']];
const READER = 'ann:a1a1a1a1:reader';
const keys = () => remnant().store.read.selectFrom('idempotency_keys').selectAll().execute();

test('of 50 requests at once with one key there is one NMI, and all are told of it', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(id, 'pager-4711')));
  const [first] = answers;
  if (first === undefined) throw new Error('there is no answer');
  expect(first.status).toBe(202);
  expect(new Set(answers.map((one) => JSON.stringify(same(one)))).size).toBe(1);
  await waitFor('the NMI', () => nmisOf(id) > 0);
  remnant().clock.advance(5_000);
  await endedDump(remnant(), id);
  expect(nmisOf(id)).toBe(1);
  // Long after it is over too.
  expect(same(await ask(id, '"pager-4711"'))).toEqual(same(first));
  expect(nmisOf(id)).toBe(1);
});

test('of 50 at once without a key one is accepted', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(id, null)));
  const count = (status: number) => answers.filter((one) => one.status === status).length;
  expect([count(202), count(409)]).toEqual([1, 49]);
});

test('the same key with another body, or of another person, is another request', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const body = { dump: { after_panic: 'keep' } };
  expect((await ask(id, 'k', { body })).status).toBe(202);
  const others = [{ body: { dump: {} } }, {}, { body, token: 'carl:a1a1a1a1' }];
  for (const other of others) expect((await ask(id, 'k', other)).status).toBe(422);
  expect((await ask(id, 'k', { body })).status).toBe(202);
});

test('another server, project or method has keys of its own', async () => {
  const [one, two] = [await remnant().addServer({}, 'hangs'), await remnant().addServer({}, 'hangs')];
  expect([(await ask(one.id, 'shared')).status, (await ask(two.id, 'shared')).status]).toEqual([202, 202]);
  // The admin's project is another: there is no first request of it, so the running dump is met.
  expect((await ask(one.id, 'shared', { token: ADMIN })).status).toBe(409);
});

test('a request that was refused changed nothing: no key is kept of it, and it may be made again', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const kept = (await keys()).length;
  expect((await ask(id, 'no role yet', { token: READER })).status).toBe(403);
  expect((await ask(unknownId(), 'no server')).status).toBe(404);
  expect((await ask(id, 'nonsense', { body: { dump: { nmi: false, memory: 'never' } } })).status).toBe(400);
  expect((await ask(id, 'unknown parameter', { query: '?a=b' })).status).toBe(400);
  expect((await ask(id, null)).status).toBe(202);
  expect((await ask(id, 'too early')).status).toBe(409);
  expect(await keys()).toHaveLength(kept);
  remnant().clock.advance(5_000);
  await endedDump(remnant(), id);
  expect((await ask(id, 'no role yet')).status).toBe(202);
  expect((await ask(id, 'too early')).status).toBe(409);
  expect(await keys()).toHaveLength(kept + 1);
});

test('a repeat is answered to who may see the dump now, and to nobody else', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const [asked, refused] = await Promise.all([ask(id, 'at once'), ask(id, 'at once', { token: READER })]);
  expect([asked.status, refused.status]).toEqual([202, 403]);
  const lost = await ask(id, 'at once', { token: READER });
  expect([lost.status, lost.body['dump']]).toEqual([403, undefined]);
  expect(same(await ask(id, 'at once'))).toEqual(same(asked));
});

test('what a guest said is told to its owner on a repeat too, and rests with no key', async () => {
  const { id } = await remnant().addServer({}, 'panics');
  const body = { dump: { evidence: true } };
  const first = await ask(id, 'telling', { body });
  await endedDump(remnant(), id);
  const told = await waitFor("the panic's text", async () => {
    const again = await ask(id, 'telling', { body });
    expect(same(again)).toEqual(same(first));
    return again.body['dump']?.['panic'] != null && JSON.stringify(again.body);
  });
  expect(told).toContain('Kernel panic');
  expect(told).toContain('Run /init as init process');
  const rows = JSON.stringify(await keys());
  expect(rows).toContain('"telling"');
  expect(rows).not.toContain('panic');
  expect(rows).not.toContain('/init');
  expect((await keys()).filter(({ answer }) => answer !== null)).toEqual([]);
});

test('a file is deleted once under one key, and who may not delete it is told nothing', async () => {
  const { path } = await dumpedServer(remnant());
  const remove = (token: string) =>
    remnant().ask({ method: 'DELETE', path, token, headers: { 'idempotency-key': 'erase' } });
  const deleted = await Promise.all([remove(MEMBER), remove(MEMBER), remove(READER)]);
  expect(deleted.map(({ status }) => status)).toEqual([204, 204, 403]);
  expect([(await remove(MEMBER)).status, (await remove(READER)).status]).toEqual([204, 403]);
  const { body } = await remnant().ask({ path: '/remnant/v1/audit', token: ADMIN });
  const done = body['audit']?.filter((one) => one['operation'] === 'artefacts.delete' && one['result'] === 'done');
  expect(done).toHaveLength(1);
});

test('whatever changes something at this root can be repeated', () => {
  const changes = OPERATIONS.filter(
    ({ root, method, readOnly }) => root === 'remnant' && !['GET', 'HEAD'].includes(method) && readOnly !== true,
  );
  expect(changes.length).toBeGreaterThan(1);
  expect(changes.filter((operation) => !takesKey(operation)).map(({ id }) => id)).toEqual([]);
});

test.each([[''], [' '], ['x'.repeat(256)], ['caf\u00e9']])('the key %j is none', async (key) => {
  const { id } = await remnant().addServer({}, 'hangs');
  expect([(await ask(id, key)).status, nmisOf(id)]).toEqual([400, 0]);
});

test('after a day a key is a new one', async () => {
  const { id } = await remnant().addServer({}, 'ignores');
  const first = await ask(id, 'daily');
  await endedDump(remnant(), id);
  const { store, clock } = remnant();
  await store.transaction((tx) =>
    tx
      .updateTable('idempotency_keys')
      .set({ created_at: clock.wall() - DAY_MS + 60_000 })
      .where('idempotency_key', '=', 'daily')
      .execute(),
  );
  expect((await ask(id, 'daily')).body['dump']?.['id']).toBe(first.body['dump']?.['id']);
  await store.transaction((tx) =>
    tx
      .updateTable('idempotency_keys')
      .set({ created_at: clock.wall() - DAY_MS - 60_000 })
      .where('idempotency_key', '=', 'daily')
      .execute(),
  );
  const second = await ask(id, 'daily');
  expect(second.status).toBe(202);
  expect(second.body['dump']?.['id']).not.toBe(first.body['dump']?.['id']);
});

test('a repeat is answered when the server is gone, too', async () => {
  const { id } = await remnant().addServer({}, 'ignores');
  const first = await ask(id, 'long ago');
  await endedDump(remnant(), id);
  expect((await remnant().ask({ method: 'DELETE', path: `/v2.1/servers/${id}`, token: MEMBER })).status).toBe(204);
  await waitFor('it to be gone', async () => {
    const { status } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER });
    return status === 404;
  });
  expect(same(await ask(id, 'long ago'))).toEqual(same(first));
  expect((await ask(id, 'a new one')).status).toBe(404);
});

test("Nova's own root does not know the header", async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  await endedAction(remnant(), id, await dump(remnant(), id));
  const body = { trigger_crash_dump: null };
  const path = `/v2.1/servers/${id}/action`;
  const headers = { 'idempotency-key': '' };
  const answer = await remnant().ask({ method: 'POST', path, token: MEMBER, version: '2.93', headers, body });
  expect(answer.status).toBe(409);
});
