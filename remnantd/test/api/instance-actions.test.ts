// os-instance-actions by microversion: what a list and an action show, to whom, and how a list is paged and bounded.

import { beforeAll, expect, test } from 'vitest';
import { beginEvent, finishEvent, insertAction } from '../../src/db/instance-actions.ts';
import { asId } from '../../src/model/ids.ts';
import type { Server } from '../../src/model/server.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const READER = 'ann:a1a1a1a1:reader';
const AT = Date.parse('2024-03-01T10:00:00Z');
const requestId = (n: number) => `req-00000000-0000-4000-8000-00000000000${n}`;
const COUNT = 5;
let server: Server;
let deleted: Server;

/** Five actions, a minute apart; the third has failed. */
async function addActions(of: Server): Promise<void> {
  for (let n = 1; n <= COUNT; n += 1) {
    const at = AT + n * 60_000;
    await remnant().store.transaction(async (tx) => {
      const actionSeq = await insertAction(tx, {
        serverId: of.id,
        requestId: asId(requestId(n)),
        action: 'trigger_crash_dump',
        userId: asId('ann'),
        projectId: asId('a1a1a1a1'),
        startTime: at,
      });
      const event = { actionSeq, event: 'compute_trigger_crash_dump', at: at + 1000 };
      await beginEvent(tx, { ...event, host: 'host-1' });
      const failed = n === 3;
      await finishEvent(tx, {
        ...event,
        result: failed ? 'Error' : 'Success',
        details: failed ? 'no NMI today' : null,
      });
    });
  }
}

beforeAll(async () => {
  server = await remnant().addServer();
  deleted = await remnant().addServer({ deletedAt: AT, vmState: 'deleted', host: null });
  await addActions(server);
  await addActions(deleted);
});

function ask(path: string, version: string, token = MEMBER, id: string = server.id): Promise<Answer> {
  return remnant().ask({ path: `/v2.1/servers/${id}/os-instance-actions${path}`, token, version });
}

const numbers = (body: Body) =>
  (body['instanceActions'] ?? []).map((action) => Number(action['request_id']?.slice(-1)));
const LISTED = ['action', 'instance_uuid', 'message', 'project_id', 'request_id', 'start_time', 'user_id'];

test.each([
  ['2.1', LISTED],
  ['2.57', LISTED],
  ['2.58', [...LISTED, 'updated_at']],
  ['2.93', [...LISTED, 'updated_at']],
])('a list at %s shows %j, newest first', async (version, fields) => {
  const { status, body } = await ask('', version, READER);
  expect([status, numbers(body)]).toEqual([200, [5, 4, 3, 2, 1]]);
  for (const action of body['instanceActions'] ?? []) {
    expect(Object.keys(action).toSorted()).toEqual(fields.toSorted());
  }
  expect(body['instanceActions']?.map((action) => action['message'])).toEqual([null, null, 'Error', null, null]);
  expect(body['instanceActions']?.[4]?.['start_time']).toBe('2024-03-01T10:01:00.000000');
});

const EVENT = ['event', 'finish_time', 'result', 'start_time'];

test.each([
  ['2.1', null, [...EVENT, 'traceback']],
  ['2.50', null, [...EVENT, 'traceback']],
  ['2.51', EVENT, [...EVENT, 'traceback']],
  ['2.61', EVENT, [...EVENT, 'traceback']],
  ['2.62', [...EVENT, 'hostId'], [...EVENT, 'traceback', 'host', 'hostId']],
  ['2.83', [...EVENT, 'hostId'], [...EVENT, 'traceback', 'host', 'hostId']],
  ['2.84', [...EVENT, 'hostId'], [...EVENT, 'traceback', 'host', 'hostId', 'details']],
  ['2.93', [...EVENT, 'hostId'], [...EVENT, 'traceback', 'host', 'hostId', 'details']],
])('an action at %s shows a member %j of its events, an admin %j', async (version, member, admin) => {
  for (const [token, fields] of [
    [MEMBER, member],
    [READER, member],
    [ADMIN, admin],
  ] as const) {
    const { status, body } = await ask(`/${requestId(3)}`, version, token);
    expect(status).toBe(200);
    const events = body['instanceAction']?.['events'];
    if (fields === null) expect(events).toBeUndefined();
    else expect(Object.keys(events?.[0] ?? {}).toSorted()).toEqual(fields.toSorted());
    const action = Object.keys(body['instanceAction'] ?? {}).filter((name) => name !== 'events');
    expect(action.includes('updated_at')).toBe(Number(version.slice(2)) >= 58);
  }
});

test('an admin reads why an action failed; its owner that it did', async () => {
  const shown = async (token: string) => (await ask(`/${requestId(3)}`, '2.84', token)).body['instanceAction'];
  expect(await shown(ADMIN)).toMatchObject({
    message: 'Error',
    updated_at: '2024-03-01T10:03:01.000000',
    events: [{ result: 'Error', details: 'no NMI today', host: 'host-1', traceback: null }],
  });
  expect(await shown(MEMBER)).toMatchObject({ message: 'Error', events: [{ result: 'Error' }] });
  expect(JSON.stringify(await shown(MEMBER))).not.toMatch(/no NMI|host-1/);
});

test('of a deleted server they can be read from 2.21', async () => {
  for (const path of ['', `/${requestId(1)}`]) {
    const early = await ask(path, '2.20', ADMIN, deleted.id);
    expect([early.status, early.message]).toEqual([404, `Instance ${deleted.id} could not be found.`]);
    expect((await ask(path, '2.21', MEMBER, deleted.id)).status).toBe(200);
  }
});

test("another project's are not found, nor is an action of another server", async () => {
  for (const [path, id] of [
    ['', server.id],
    [`/${requestId(1)}`, server.id],
    ['', deleted.id],
  ] as const) {
    const answer = await ask(path, '2.93', STRANGER, id);
    expect([answer.status, answer.message]).toEqual([404, `Instance ${id} could not be found.`]);
  }
  const bare = await remnant().addServer();
  const answer = await ask(`/${requestId(1)}`, '2.93', MEMBER, bare.id);
  expect([answer.status, answer.message]).toEqual([404, `Action ${requestId(1)} not found`]);
});

test('without a role, 403 names the rule', async () => {
  const list = await ask('', '2.93', 'ann:a1a1a1a1:none');
  expect([list.status, list.message]).toEqual([
    403,
    "Policy doesn't allow os_compute_api:os-instance-actions:list to be performed.",
  ]);
  expect((await ask(`/${requestId(1)}`, '2.93', 'ann:a1a1a1a1:none')).message).toContain('os-instance-actions:show');
});

test.each([
  ['', [5, 4, 3, 2, 1], false],
  ['?limit=5', [5, 4, 3, 2, 1], true],
  ['?limit=2', [5, 4], true],
  ['?limit=0', [], false],
  [`?marker=${requestId(4)}`, [3, 2, 1], false],
  [`?limit=2&marker=${requestId(4)}`, [3, 2], true],
  [`?marker=${requestId(1)}`, [], false],
  ['?changes-since=2024-03-01T10:03:01Z', [5, 4, 3], false],
  ['?changes-since=2024-03-01T10:03:02Z', [5, 4], false],
  ['?changes-since=2024-03-01T10:03:00Z&limit=1', [5], true],
])('from 2.58, %s lists %j, more: %s', async (query, found, more) => {
  const { status, body } = await ask(query, '2.58');
  expect([status, numbers(body), 'links' in body]).toEqual([200, found, more]);
  // Before it, all of them are listed, whatever is asked.
  const early = await ask(query, '2.57');
  expect([early.status, numbers(early.body), 'links' in early.body]).toEqual([200, [5, 4, 3, 2, 1], false]);
});

test('the links lead through all of them', async () => {
  const seen: number[] = [];
  let path: string | undefined = `/v2.1/servers/${server.id}/os-instance-actions?limit=2`;
  while (path !== undefined) {
    const { body }: Answer = await remnant().ask({ path, token: MEMBER, version: '2.58' });
    seen.push(...numbers(body));
    const link: Body | undefined = body['links']?.[0];
    if (link !== undefined) expect(link['rel']).toBe('next');
    path = link?.['href']?.replace(/^https?:\/\/[^/]+/, '');
  }
  expect(seen).toEqual([5, 4, 3, 2, 1]);
});

test('changes-before is known from 2.66', async () => {
  const query = '?changes-before=2024-03-01T10:03:01Z';
  expect(numbers((await ask(query, '2.66')).body)).toEqual([3, 2, 1]);
  const both = '?changes-since=2024-03-01T10:02:00Z&changes-before=2024-03-01T10:03:30Z';
  expect(numbers((await ask(both, '2.66')).body)).toEqual([3, 2]);
  const early = await ask(query, '2.65');
  expect([early.status, early.message]).toEqual([
    400,
    "Additional properties are not allowed ('changes-before' was unexpected)",
  ]);
});

test.each([
  ['?zzz=1', "Additional properties are not allowed ('zzz' was unexpected)"],
  ['?limit=x', "Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'"],
  ['?marker=req-none', 'Marker None could not be found.'],
  ['?marker=', 'Marker None could not be found.'],
  ['?limit=0&marker=req-none', 'Marker None could not be found.'],
  ['?limit=1&limit=2', "Invalid input for query parameters limit. Value: ['1', '2']. ['1', '2'] is too long"],
  ['?limit=1&limit=x', "Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]*$'"],
  [`?marker=${requestId(1)}&marker=a`, `['${requestId(1)}', 'a'] is too long`],
  ['?changes-since=2024-03-01&changes-since=2024-03-02', "['2024-03-01', '2024-03-02'] is too long"],
  ['?changes-before=2024-03-01&changes-before=2024-03-02', "['2024-03-01', '2024-03-02'] is too long"],
  ['?changes-since=yesterday', "'yesterday' is not a 'date-time'"],
  [
    '?changes-since=2024-03-02T00:00:00Z&changes-before=2024-03-01T00:00:00Z',
    'The value of changes-since must be less than or equal to changes-before.',
  ],
])('from 2.66, %s is refused', async (query, text) => {
  const answer = await ask(query, '2.66');
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining(text)]);
});

test('a parameter that comes twice is refused before the server is looked for', async () => {
  const answer = await ask('?limit=1&limit=2', '2.58', MEMBER, 'nonsense');
  expect([answer.status, answer.message]).toEqual([400, expect.stringContaining('is too long')]);
});

test.each([
  ['its own', MEMBER, 'a1a1a1a1'],
  ["an admin's", ADMIN, ADMIN.split(':')[1]],
])('the project noted is that of who asked: %s', async (_whose, token, project) => {
  const { id } = await remnant().addServer();
  const asked = await remnant().ask({
    method: 'POST',
    path: `/v2.1/servers/${id}/action`,
    token,
    body: { pause: null },
  });
  expect(asked.status).toBe(202);
  const { body } = await ask('', '2.93', MEMBER, id);
  expect(body['instanceActions']?.map((action) => [action['action'], action['project_id']])).toEqual([
    ['pause', project],
  ]);
});
