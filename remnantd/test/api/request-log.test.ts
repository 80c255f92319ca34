// One line a request: who, what, how it ended, under the ids that tie it to the answer and to the caller's own work; never a
// secret.

import { expect, test } from 'vitest';
import { shownPath } from '../../src/http/request-line.ts';
import { type Log, logRequest } from '../../src/main/logger.ts';
import { MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({ hosts: [], builtinIdentity: true });
const GLOBAL = 'req-0123abcd-0123-4123-8123-0123456789ab';

function lastLine() {
  const line = remnant().lines.at(-1);
  if (line === undefined) throw new Error('no line');
  return line;
}

async function signIn() {
  const [admin] = remnant().newAccounts;
  if (admin === undefined) throw new Error('no account');
  const user = { name: admin.user, domain: { id: 'default' }, password: admin.password };
  const answer = await remnant().ask({
    method: 'POST',
    path: '/identity/v3/auth/tokens',
    body: {
      auth: {
        identity: { methods: ['password'], password: { user } },
        scope: { project: { name: admin.project, domain: { id: 'default' } } },
      },
    },
  });
  expect(answer.status).toBe(201);
  return { token: answer.headers['x-subject-token'] ?? '', password: admin.password };
}

test('it says who asked for what and how it ended', async () => {
  const { token } = await signIn();
  const answer = await remnant().ask({
    path: '/v2.1/servers?limit=3',
    token,
    headers: { 'user-agent': 'x'.repeat(500), 'x-openstack-request-id': GLOBAL },
  });
  const line = lastLine();
  expect(line).toMatchObject({
    requestId: answer.headers['x-compute-request-id'],
    globalId: GLOBAL,
    client: '127.0.0.1',
    method: 'GET',
    path: '/v2.1/servers?limit=3',
    status: 200,
    operation: 'servers.list',
    bytes: Number(answer.headers['content-length']),
    agent: 'x'.repeat(200),
    probe: false,
  });
  expect(line.user).toMatch(/^[0-9a-f]{32}$/);
  expect(line.project).toMatch(/^[0-9a-f]{32}$/);
  expect(line.ms).toBeGreaterThan(0);
});

test.each(['req-junk', 'REQ-0123ABCD-0123-4123-8123-0123456789AB', `${GLOBAL}x`, `${GLOBAL}, ${GLOBAL}`])(
  'an id of another form is not the global one: %s',
  async (id) => {
    await remnant().ask({ path: '/v2.1/servers', token: MEMBER, headers: { 'x-openstack-request-id': id } });
    expect(lastLine()).toMatchObject({ globalId: null, status: 401, operation: null, user: null });
  },
);

test('no password, no token, no body', async () => {
  const { token, password } = await signIn();
  await remnant().ask({ path: '/identity/v3/auth/tokens', token, headers: { 'x-subject-token': token } });
  await remnant().ask({ path: `/v2.1/servers?x-auth-token=${token}&limit=1`, token });
  await remnant().ask({ path: `/v2.1/servers?%74oken=${token}`, token });
  await remnant().ask({ method: 'POST', path: '/v2.1/servers', token, body: { server: { adminPass: 'hunter2' } } });
  const all = JSON.stringify(remnant().lines);
  for (const secret of [token, password, 'hunter2']) expect(all).not.toContain(secret);
  expect(all).toContain('/v2.1/servers?x-auth-token=***&limit=1');
});

test.each([
  ['/a?limit=1&sort_key=name&key_name=k', '/a?limit=1&sort_key=name&key_name=k'],
  ['/a?token=t', '/a?token=***'],
  ['/a?b=1&user_password=p%20q&c=2', '/a?b=1&user_password=***&c=2'],
  ['/a?API_KEY=k&signature=s', '/a?API_KEY=***&signature=***'],
  ['/a?%70assword=p&b=1', '/a?%70assword=***&b=***'],
  ['/a?token', '/a?token'],
])('a path as it is logged: %s', (url, shown) => {
  expect(shownPath(url)).toBe(shown);
});

test('a very long path is cut', () => {
  expect(shownPath(`/${'x'.repeat(5000)}`)).toHaveLength(2003);
});

test('probes are logged only where somebody looks for everything', async () => {
  const written: string[] = [];
  const write = (level: string) => (facts: object | string) => written.push(`${level} ${JSON.stringify(facts)}`);
  const log = Object.fromEntries(
    ['debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, write(level)]),
  ) as unknown as Log;
  for (const path of ['/healthz', '/readyz', '/metrics', '/v2.1/servers']) {
    await remnant().ask({ path });
    logRequest(log, lastLine());
  }
  expect(written.map((line) => line.split(' ')[0])).toEqual(['debug', 'debug', 'debug', 'info']);
  expect(written[0]).toContain('"operation":"healthz"');
});
