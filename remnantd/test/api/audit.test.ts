// The audit as administrators read it: changes and refusals, newest first, a page at a time, and nothing for anybody else.

import { expect, test } from 'vitest';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { ADMIN, act, dump, endedAction, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant();
const idOf = (answer: Answer) => answer.headers['x-openstack-request-id'] ?? '';

async function audit(query = '', token = ADMIN): Promise<Answer> {
  return remnant().ask({ path: `/remnant/v1/audit${query}`, token });
}

async function entriesOf(answer: Answer): Promise<readonly Body[]> {
  return (await audit(`?request_id=${idOf(answer)}`)).body['audit'] ?? [];
}

const brief = (entry: Body | undefined) => [
  entry?.['operation'],
  entry?.['result'],
  entry?.['target'],
  entry?.['detail'],
];

test('a change says who, what, to what and under which request', async () => {
  const { id } = await remnant().addServer();
  const locked = await act(remnant(), id, { lock: { locked_reason: 'mine' } });
  const [entry, ...more] = await entriesOf(locked);
  expect(more).toEqual([]);
  expect(entry).toMatchObject({
    request_id: idOf(locked),
    user_id: 'ann',
    project_id: 'a1',
    operation: 'servers.lock',
    target: `server ${id}`,
    result: 'done',
  });
  expect(entry?.['at']).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}$/);
});

test('an order leaves a second entry when it has ended, under the same request', async () => {
  const { id } = await remnant().addServer({}, 'refuses');
  const asked = await dump(remnant(), id);
  await endedAction(remnant(), id, asked);
  const results = (await entriesOf(asked)).map((entry) => [entry['operation'], entry['result']]);
  expect(results).toEqual([
    ['compute_trigger_crash_dump', 'error'],
    ['servers.trigger-crash-dump', 'accepted'],
  ]);
});

test('what is denied, and what cannot be, leaves one entry with the reason, and changes nothing', async () => {
  const { id } = await remnant().addServer({ lockedBy: 'owner' });
  const before = await remnant().row(id);
  const denied = await act(remnant(), id, { pause: null }, { token: 'ann:a1:reader' });
  const conflict = await act(remnant(), id, { pause: null });
  expect([denied.status, conflict.status]).toEqual([403, 409]);
  expect((await entriesOf(denied)).map(brief)).toEqual([['servers.pause', 'refused', `server ${id}`, denied.message]]);
  expect((await entriesOf(conflict)).map(brief)).toEqual([
    ['servers.pause', 'refused', `server ${id}`, `Instance ${id} is locked`],
  ]);
  expect(await remnant().row(id)).toEqual(before);
});

test('a refused change of what has no id in its path names no target', async () => {
  const body = { host: 'host-1', binary: 'nova-compute' };
  const answer = await remnant().ask({ method: 'PUT', path: '/v2.1/os-services/disable', token: MEMBER, body });
  expect(answer.status).toBe(403);
  expect((await entriesOf(answer)).map(brief)).toEqual([['os-services.update', 'refused', null, answer.message]]);
});

test('reads, strangers, bad requests and what is not there leave none', async () => {
  const { id } = await remnant().addServer();
  const answers = [
    await remnant().ask({ path: '/v2.1/os-services', token: MEMBER }),
    await act(remnant(), id, { pause: null }, { token: STRANGER }),
    await act(remnant(), id, { trigger_crash_dump: 'x' }),
    await act(remnant(), id, { pause: null }, { token: 'junk' }),
    await act(remnant(), id, { 'os-getConsoleOutput': {} }, { token: 'ann:a1:none' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 404, 400, 401, 403]);
  for (const answer of answers) expect(await entriesOf(answer)).toEqual([]);
});

test('an answer stands though its refusal cannot be written', async () => {
  const { id } = await remnant().addServer({ lockedBy: 'owner' });
  const errorsBefore = remnant().errors.length;
  await remnant().store.transaction(async (tx) => {
    await tx.schema.alterTable('audit').renameTo('audit_away').execute();
  });
  try {
    const answer = await act(remnant(), id, { pause: null });
    expect([answer.status, answer.message]).toEqual([409, `Instance ${id} is locked`]);
    const [told] = remnant().errors.splice(errorsBefore);
    expect(told).toContain(`the audit of ${idOf(answer)}`);
  } finally {
    await remnant().store.transaction(async (tx) => {
      const away = tx.withTables<{ audit_away: object }>();
      await away.schema.alterTable('audit_away').renameTo('audit').execute();
    });
  }
});

test('pages go from the newest to the oldest, each entry once, whatever is added meanwhile', async () => {
  const { id } = await remnant().addServer();
  for (let i = 0; i < 5; i += 1) await act(remnant(), id, i % 2 === 0 ? { lock: null } : { unlock: null });
  const target = encodeURIComponent(`server ${id}`);
  const seen: Body[] = [];
  let path: string | null = `/remnant/v1/audit?limit=2&target=${target}`;
  while (path !== null) {
    const { status, body }: Answer = await remnant().ask({ path, token: ADMIN });
    expect(status).toBe(200);
    for (const entry of body['audit'] ?? []) seen.push(entry);
    if (seen.length === 2) await act(remnant(), id, { unlock: null });
    const next: string | undefined = body['links']?.[0]?.['href'];
    path = next === undefined ? null : next.replace(/^https?:\/\/[^/]+/, '');
  }
  expect(seen.map((entry) => entry['operation'])).toEqual([
    'servers.lock',
    'servers.unlock',
    'servers.lock',
    'servers.unlock',
    'servers.lock',
  ]);
  const seqs = seen.map((entry) => Number(entry['seq']));
  expect(seqs).toEqual(seqs.toSorted((a, b) => b - a));
  expect(new Set(seqs).size).toBe(5);
});

test('it is for administrators; members, and admins by name of project only, are refused', async () => {
  for (const token of [MEMBER, STRANGER, 'ann:a1:reader', 'ann:a1:none']) {
    const { status, message } = await audit('', token);
    expect([status, message]).toEqual([403, "Policy doesn't allow remnant:audit:list to be performed."]);
  }
  expect((await remnant().ask({ path: '/remnant/v1/audit' })).status).toBe(401);
});

test.each(['?limit=-1', '?limit=x', '?marker=x', '?marker=', `?marker=${'9'.repeat(20)}`, '?color=red', '?limit='])(
  'a query that is not one is 400: %s',
  async (query) => {
    expect((await audit(query)).status).toBe(400);
  },
);

test('limit 0 and a marker before everything give an empty page', async () => {
  expect((await audit('?limit=0')).body).toEqual({ audit: [] });
  expect((await audit('?marker=0')).body).toEqual({ audit: [] });
});

test('what Remnant does by itself has no user', async () => {
  remnant().bus.publish(SUBJECT.beat, { host: 'host-1', life: 'x', connection: { up: false, reason: 'gone' } });
  const entry = await waitFor('the service to be switched', async () => {
    const { body } = await audit('?limit=50');
    return body['audit']?.find((one) => one['operation'] === 'service.auto');
  });
  expect(entry).toMatchObject({ user_id: null, project_id: null, result: 'done' });
});
