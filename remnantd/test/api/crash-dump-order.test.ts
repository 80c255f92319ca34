// trigger_crash_dump: the order of checks. Each request breaks the check it is about and, where it can, later ones too.

import { expect, test } from 'vitest';
import type { NewServer } from '../../src/db/servers.ts';
import { asId } from '../../src/model/ids.ts';
import type { Ask } from '../harness/http-client.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();

interface Row {
  readonly breaks: string;
  readonly ask?: Partial<Ask>;
  readonly server?: Partial<NewServer>;
  readonly status: number;
  /** `{id}` stands for the server's. */
  readonly message: string;
}

const HIDDEN = 'The resource could not be found.';
const MALFORMED = 'Malformed request body';
const UNREADABLE = { 'content-type': 'application/xml' };
const body = (text: string, more: Partial<Ask> = {}): Partial<Ask> => ({ version: '2.16', body: text, ...more });

const ROWS: readonly Row[] = [
  {
    breaks: 'the token',
    ask: { token: 'junk', version: '2.999', headers: UNREADABLE, body: '{' },
    status: 401,
    message: 'The request you have made requires authentication.',
  },
  {
    breaks: 'the version, out of range',
    ask: { version: '2.999', headers: UNREADABLE, body: '{' },
    status: 406,
    message: 'Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.96.',
  },
  {
    breaks: 'the version, malformed',
    ask: { version: 'foo', headers: UNREADABLE, body: '{' },
    status: 400,
    message: 'API Version String foo is of invalid format. Must be of format MajorNum.MinorNum.',
  },
  {
    breaks: 'the content type',
    ask: body('{', { headers: UNREADABLE }),
    status: 415,
    message: 'Unsupported Content-Type',
  },
  ...['{', '{}', '[]', '', '[1,2]', '"ab"', '{"trigger_crash_dump":null,"force":true}'].map((text) => ({
    breaks: `the body, ${text || 'empty'}`,
    ask: body(text),
    status: 400,
    message: MALFORMED,
  })),
  ...['[1]', '5', 'null', 'true', '"a"'].map((text) => ({
    breaks: `the body, ${text}`,
    ask: body(text),
    status: 404,
    message: HIDDEN,
  })),
  { breaks: 'the action', ask: body('{"nope":null}'), status: 400, message: 'There is no such action: nope' },
  {
    breaks: 'the project in the URL',
    ask: { path: '/v2.1/b2b2b2b2/servers/{id}/action', version: '2.16', body: { trigger_crash_dump: 'x' } },
    status: 400,
    message: "Malformed request URL: URL's project_id 'b2b2b2b2' doesn't match Context's project_id 'a1a1a1a1'",
  },
  {
    breaks: 'the microversion of the action',
    ask: { version: '2.16', body: { trigger_crash_dump: 'x' }, path: '/v2.1/servers/junk/action' },
    status: 404,
    message: HIDDEN,
  },
  {
    breaks: 'the schema, with a string',
    ask: { body: { trigger_crash_dump: 'x' }, path: '/v2.1/servers/junk/action' },
    status: 400,
    message: "Invalid input for field/attribute trigger_crash_dump. Value: x. 'x' is not of type 'null'",
  },
  {
    breaks: 'the schema, with an object',
    ask: { body: { trigger_crash_dump: {} } },
    status: 400,
    message: "Invalid input for field/attribute trigger_crash_dump. Value: {}. {} is not of type 'null'",
  },
  {
    breaks: 'the id',
    ask: { path: '/v2.1/servers/junk/action', token: 'ann:a1a1a1a1:reader' },
    status: 404,
    message: 'Instance junk has no mapping to a cell.',
  },
  {
    breaks: 'the ownership',
    ask: { token: STRANGER },
    server: { lockedBy: 'owner' },
    status: 404,
    message: 'Instance {id} could not be found.',
  },
  {
    breaks: 'the existence',
    ask: { token: 'ann:a1a1a1a1:reader' },
    server: { deletedAt: 1, vmState: 'deleted' },
    status: 404,
    message: 'Instance {id} could not be found.',
  },
  {
    breaks: 'the policy',
    ask: { token: 'ann:a1a1a1a1:reader' },
    server: { lockedBy: 'owner', host: null },
    status: 403,
    message: "Policy doesn't allow os_compute_api:servers:trigger_crash_dump to be performed.",
  },
  {
    breaks: 'the lock',
    server: { lockedBy: 'owner', host: null, vmState: 'stopped' },
    status: 409,
    message: 'Instance {id} is locked',
  },
  {
    breaks: 'the host',
    ask: { token: ADMIN },
    server: { lockedBy: 'owner', host: null, vmState: 'stopped' },
    status: 409,
    message: 'Instance {id} is not ready',
  },
  {
    breaks: 'the vm_state',
    server: { vmState: 'stopped', taskState: 'rebooting', launchedAt: null },
    status: 409,
    message: "Cannot 'trigger_crash_dump' instance {id} while it is in vm_state stopped",
  },
  {
    breaks: 'the task_state',
    server: { taskState: 'rebooting', launchedAt: null },
    status: 409,
    message: "Cannot 'trigger_crash_dump' instance {id} while it is in task_state rebooting",
  },
  {
    breaks: 'the launch',
    server: { launchedAt: null },
    status: 409,
    message: "Instance {id} is in an invalid state for 'trigger_crash_dump'",
  },
  { breaks: 'nothing', server: { host: asId('host-1') }, status: 202, message: '' },
];

test.each(ROWS)('a request that breaks $breaks', async ({ ask, server, status, message }) => {
  const { id } = await remnant().addServer(server);
  const answer = await remnant().ask({
    method: 'POST',
    token: MEMBER,
    version: '2.17',
    body: { trigger_crash_dump: null },
    ...ask,
    path: (ask?.path ?? '/v2.1/servers/{id}/action').replace('{id}', id),
  });
  expect([answer.status, answer.message]).toEqual([status, message.replace('{id}', id)]);
});

test('without a token it is 401 as Keystone says it, with request ids and no microversion', async () => {
  const { id } = await remnant().addServer();
  const answer = await remnant().ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, version: '2.17', body: {} });
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Keystone uri="http:.*\/identity"$/);
  expect(answer.headers['x-openstack-request-id']).toBe(answer.headers['x-compute-request-id']);
  expect(answer.headers['openstack-api-version']).toBeUndefined();
  expect(answer.body).toEqual({
    error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
  });
});
