// Who sees host_status when an operator's file says so: the lines that the guide gives, through the front. What is opened to
// tenants costs no query either (R4).

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import type { Server } from '../../src/model/server.ts';
import { markHost, silenceHost } from '../harness/host-states.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { standStill } from '../harness/stand-still.ts';
import { tempDir } from '../harness/temp-dir.ts';

const ALL = 'os_compute_api:servers:show:host_status';
const ONLY_UNKNOWN = `${ALL}:unknown-only`;
const READER = 'ann:a1a1a1a1:reader';

/** A Remnant under a policy.yaml of these lines, for as long as `use` runs. */
async function under<T>(
  rules: Readonly<Record<string, string>>,
  use: (remnant: TestRemnant) => Promise<T>,
): Promise<T> {
  const dir = tempDir();
  const lines = Object.entries(rules).map(([name, check]) => `"${name}": ${JSON.stringify(check)}\n`);
  writeFileSync(join(dir, 'policy.yaml'), lines.join(''));
  const remnant = await openRemnant({ config: { state_dir: dir } });
  try {
    const result = await use(remnant);
    expect(remnant.errors).toEqual([]);
    return result;
  } finally {
    await remnant.close();
  }
}

/** What the server itself and the detailed list say: the value, or `absent` where there is no such key. */
async function seen(of: TestRemnant, { id }: Pick<Server, 'id'>, token: string, version = '2.93', query = '') {
  const word = (server: object | undefined) =>
    server !== undefined && 'host_status' in server ? server.host_status : 'absent';
  const one = await of.ask({ path: `/v2.1/servers/${id}`, token, version });
  const list = await of.ask({ path: `/v2.1/servers/detail${query}`, token, version });
  return {
    show: one.status === 200 ? word(one.body['server']) : one.status,
    detail: word(list.body['servers']?.find((server) => String(server['id']) === id)),
  };
}
const both = (word: string) => ({ show: word, detail: word });

describe.each([
  ['all to owners', { [ALL]: 'rule:admin_or_owner' }, ['UP', 'MAINTENANCE', 'DOWN', 'UNKNOWN', '']],
  ['all to readers', { [ALL]: 'role:reader' }, ['UP', 'MAINTENANCE', 'DOWN', 'UNKNOWN', '']],
  [
    'all to readers, UNKNOWN to everyone',
    { [ALL]: 'role:reader', [ONLY_UNKNOWN]: '@' },
    ['UP', 'MAINTENANCE', 'DOWN', 'UNKNOWN', ''],
  ],
  ['UNKNOWN to everyone', { [ONLY_UNKNOWN]: '@' }, ['absent', 'absent', 'absent', 'UNKNOWN', 'absent']],
  ['UNKNOWN to owners', { [ONLY_UNKNOWN]: 'rule:admin_or_owner' }, ['absent', 'absent', 'absent', 'UNKNOWN', 'absent']],
  ['nothing', {}, ['absent', 'absent', 'absent', 'absent', 'absent']],
])('opened: %s', (_what, rules, [up = '', maintenance = '', down = '', unknown = '', none = '']) => {
  test('a member and a reader see that, and an admin everything, in every state', async () => {
    await under(rules, async (remnant) => {
      const server = await remnant.addServer();
      const states = async (word: string, asAdmin: string) => {
        expect(await seen(remnant, server, MEMBER)).toEqual(both(word));
        expect(await seen(remnant, server, READER)).toEqual(both(word));
        expect(await seen(remnant, server, ADMIN, '2.93', '?all_tenants=1')).toEqual(both(asAdmin));
        expect(await seen(remnant, server, MEMBER, '2.15'), 'not before 2.16').toEqual(both('absent'));
      };
      await states(up, 'UP');
      await markHost(remnant, { status: 'disabled' });
      await states(maintenance, 'MAINTENANCE');
      await markHost(remnant, { forced_down: true });
      await states(down, 'DOWN');
      await markHost(remnant, { forced_down: false });
      await states(maintenance, 'MAINTENANCE');
      await silenceHost(remnant);
      await states(maintenance, 'MAINTENANCE');
      await markHost(remnant, { forced_down: true });
      await states(down, 'DOWN');
      await markHost(remnant, { forced_down: false, status: 'enabled' });
      await states(unknown, 'UNKNOWN');
    });
  });

  test('a server without a host, and one on a host without a service, say it the same way', async () => {
    await under(rules, async (remnant) => {
      const homeless = await remnant.addServer({ host: null });
      const elsewhere = await remnant.addServer({ host: asId('nowhere') });
      expect(await seen(remnant, homeless, MEMBER)).toEqual(both(none));
      expect(await seen(remnant, elsewhere, MEMBER)).toEqual(both(none));
    });
  });
});

test('a deleted server has no host any more', async () => {
  await under({ [ONLY_UNKNOWN]: '@' }, async (remnant) => {
    const server = await remnant.addServer({ deletedAt: remnant.clock.wall(), vmState: 'deleted' });
    await silenceHost(remnant);
    expect((await seen(remnant, server, ADMIN, '2.93', '?all_tenants=1&deleted=1')).detail).toBe('');
  });
});

test('one server is judged by whose it is, a list once by who asks', async () => {
  await under({ [ALL]: 'user_id:%(user_id)s' }, async (remnant) => {
    const own = await remnant.addServer({ userId: asId('ann') });
    const colleague = await remnant.addServer({ userId: asId('bea') });
    expect(await seen(remnant, own, MEMBER)).toEqual({ show: 'UP', detail: 'UP' });
    expect(await seen(remnant, colleague, MEMBER)).toEqual({ show: 'absent', detail: 'UP' });
  });
});

test('what is denied is left out, never null and never a 403', async () => {
  await under({ [ALL]: '!', [ONLY_UNKNOWN]: '!' }, async (remnant) => {
    const server = await remnant.addServer();
    expect(await seen(remnant, server, ADMIN, '2.93', '?all_tenants=1')).toEqual(both('absent'));
  });
});

test('from 2.75 the answer to a change says it as the server itself does', async () => {
  await under({ [ALL]: 'rule:admin_or_owner' }, async (remnant) => {
    const { id } = await remnant.addServer();
    const change = async (version: string) => {
      const body = { server: { name: 'new' } };
      const answer = await remnant.ask({ method: 'PUT', path: `/v2.1/servers/${id}`, token: MEMBER, version, body });
      expect(answer.status).toBe(200);
      return answer.body['server']?.['host_status'];
    };
    expect(await change('2.75')).toBe('UP');
    expect(await change('2.74')).toBeUndefined();
  });
});

test.each([
  ['all to owners', { [ALL]: 'rule:admin_or_owner' }, 'UP'],
  ['UNKNOWN to everyone', { [ONLY_UNKNOWN]: '@' }, undefined],
])('opened: %s, it costs a member no query', async (_what, rules: Readonly<Record<string, string>>, word) => {
  await under(rules, async (remnant) => {
    const { id } = await remnant.addServer();
    for (let n = 0; n < 20; n += 1) await remnant.addServer();
    await standStill(remnant);
    /** Of the second of two requests: the first may find rows whose texts are not kept yet. */
    const costs = async (path: string, version: string) => {
      await remnant.ask({ path, token: MEMBER, version });
      const before = remnant.store.queries();
      const { status } = await remnant.ask({ path, token: MEMBER, version });
      expect(status).toBe(200);
      return remnant.store.queries() - before;
    };
    for (const path of ['/v2.1/servers/detail', `/v2.1/servers/${id}`]) {
      const without = await costs(path, '2.15');
      expect(without).toBeGreaterThan(0);
      expect(await costs(path, '2.16')).toBe(without);
    }
    const { body } = await remnant.ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.16' });
    expect(body['server']?.['host_status']).toBe(word);
  });
});
