// The audit as administrators read it: changes and refusals, newest first, a page at a time, and nothing for anybody else.

import { expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
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
    project_id: 'a1a1a1a1',
    operation: 'servers.lock',
    target: `server ${id}`,
    result: 'done',
  });
  expect(entry?.['at']).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}$/);
});

test('a server that found no host is done with when it is accepted: there is no order to end', async () => {
  const flavor = { id: 'huge', name: 'huge', vcpus: 1, ram: 100_000_000, disk: 1 };
  await remnant().ask({ method: 'POST', path: '/v2.1/flavors', token: ADMIN, version: '2.93', body: { flavor } });
  const server = { name: 'x', imageRef: IMAGE, flavorRef: 'huge', networks: 'none' };
  const ask = { method: 'POST', path: '/v2.1/servers', token: MEMBER, version: '2.93', body: { server } } as const;
  const asked = await remnant().ask(ask);
  expect(asked.status).toBe(202);
  const results = (await entriesOf(asked)).map((entry) => [entry['operation'], entry['result']]);
  expect(results).toEqual([['servers.create', 'done']]);
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
  const denied = await act(remnant(), id, { pause: null }, { token: 'ann:a1a1a1a1:reader' });
  const conflict = await act(remnant(), id, { pause: null });
  expect([denied.status, conflict.status]).toEqual([403, 409]);
  expect((await entriesOf(denied)).map(brief)).toEqual([['servers.pause', 'refused', `server ${id}`, denied.message]]);
  expect((await entriesOf(conflict)).map(brief)).toEqual([
    ['servers.pause', 'refused', `server ${id}`, `Instance ${id} is locked`],
  ]);
  expect(await remnant().row(id)).toEqual(before);
});

test('a target is found by its id alone too', async () => {
  const { id } = await remnant().addServer();
  const locked = await act(remnant(), id, { lock: null });
  const byId = await audit(`?target=${id}`);
  expect(byId.body).toEqual((await audit(`?target=${encodeURIComponent(`server ${id}`)}`)).body);
  expect(byId.body['audit']?.map((entry) => entry['request_id'])).toEqual([idOf(locked)]);
  for (const nothing of [id.slice(1), `service ${id}`, '%', '']) {
    expect((await audit(`?target=${encodeURIComponent(nothing)}`)).body['audit'], nothing).toEqual([]);
  }
});

test('a refused change tells the project it is about; one in which a role is granted is behind the user', async () => {
  const [project, user] = ['a'.repeat(32), 'b'.repeat(32)];
  const grant = `/identity/v3/projects/${project}/users/${user}/roles/member`;
  const asked = [
    { method: 'DELETE', path: `/identity/v3/projects/${project}` },
    { method: 'PUT', path: grant },
  ] as const;
  const answers = await Promise.all(asked.map((one) => remnant().ask({ ...one, token: MEMBER })));
  expect(answers.map(({ status }) => status)).toEqual([403, 403]);
  const entries = await Promise.all(answers.map(async (answer) => brief((await entriesOf(answer))[0]).slice(0, 3)));
  expect(entries).toEqual([
    ['projects.delete', 'refused', `project ${project}`],
    ['project-grants.create', 'refused', `user ${user}`],
  ]);
});

test('the project that a Compute URL begins with is no target', async () => {
  const own = 'c'.repeat(32);
  const path = `/v2.1/${own}/os-services/disable`;
  const body = { host: 'host-1', binary: 'nova-compute' };
  const answer = await remnant().ask({ method: 'PUT', path, token: `eve:${own}`, body });
  expect(answer.status).toBe(403);
  expect((await entriesOf(answer)).map((entry) => entry['target'])).toEqual([null]);
});

test('a refused change of what has no id in its path names no target', async () => {
  const body = { host: 'host-1', binary: 'nova-compute' };
  const answer = await remnant().ask({ method: 'PUT', path: '/v2.1/os-services/disable', token: MEMBER, body });
  expect(answer.status).toBe(403);
  expect((await entriesOf(answer)).map(brief)).toEqual([['os-services.update', 'refused', null, answer.message]]);
});

test('the same refusal again within a minute leaves none; the next one after it says how many', async () => {
  const { id } = await remnant().addServer({ lockedBy: 'owner' });
  const other = await remnant().addServer({ lockedBy: 'owner' });
  const refuse = (server = id, token = MEMBER) => act(remnant(), server, { pause: null }, { token });
  const kept = async () => {
    const { body } = await audit(`?target=${encodeURIComponent(`server ${id}`)}`);
    return (body['audit'] ?? []).map((entry) => [entry['request_id'], entry['detail']]);
  };
  const first = await refuse();
  for (let i = 0; i < 4; i += 1) expect((await refuse()).status).toBe(409);
  const words = `Instance ${id} is locked`;
  expect(await kept()).toEqual([[idOf(first), words]]);
  // Another status, another operation, another target: each is a refusal of its own.
  const denied = await refuse(id, 'ann:a1a1a1a1:reader');
  const stop = await act(remnant(), id, { 'os-stop': null });
  expect(denied.status).toBe(403);
  expect(await kept()).toEqual([
    [idOf(stop), words],
    [idOf(denied), denied.message],
    [idOf(first), words],
  ]);
  expect(await entriesOf(await refuse(other.id))).toHaveLength(1);

  remnant().clock.advance(60_000);
  const later = await refuse();
  expect((await kept())[0]).toEqual([idOf(later), `${words} (and 4 more within a minute)`]);
  remnant().clock.advance(60_000);
  const last = await refuse();
  expect((await kept())[0]).toEqual([idOf(last), words]);
});

test('reads, strangers, bad requests and what is not there leave none', async () => {
  const { id } = await remnant().addServer();
  const answers = [
    await remnant().ask({ path: '/v2.1/os-services', token: MEMBER }),
    await act(remnant(), id, { pause: null }, { token: STRANGER }),
    await act(remnant(), id, { trigger_crash_dump: 'x' }),
    await act(remnant(), id, { pause: null }, { token: 'junk' }),
    await act(remnant(), id, { 'os-getConsoleOutput': {} }, { token: 'ann:a1a1a1a1:none' }),
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
  for (const token of [MEMBER, STRANGER, 'ann:a1a1a1a1:reader', 'ann:a1a1a1a1:none']) {
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
  remnant().bus.publish(SUBJECT.from(asId('host-1'), 'beat'), {
    host: 'host-1',
    life: 'x',
    connection: { up: false, reason: 'gone' },
  });
  const entry = await waitFor('the service to be switched', async () => {
    const { body } = await audit('?limit=50');
    return body['audit']?.find((one) => one['operation'] === 'service.auto');
  });
  expect(entry).toMatchObject({ user_id: null, project_id: null, result: 'done' });
});
