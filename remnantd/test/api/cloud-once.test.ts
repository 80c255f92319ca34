// R2 across processes: whoever is asked, and however many are asked at once, one server has one dump and one NMI, and one
// request with a key has one effect.

import { expect, it } from 'vitest';
import type { JsonValue } from '../../src/lib/json.ts';
import { asId } from '../../src/model/ids.ts';
import type { ClaimReply } from '../../src/model/wire.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Answer } from '../harness/http-client.ts';
import type { CommitStep } from '../harness/mortal-store.ts';
import type { TestCloud } from '../harness/open-cloud.ts';
import { endedAction, MEMBER } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const times = <T>(count: number, run: (n: number) => T) => Array.from({ length: count }, (_, n) => run(n));
const nmisOf = (cloud: TestCloud, id: string) => cloud.world.nmis().filter((nmi) => nmi.guest === id).length;

/** Asks process `n` for an action. */
function act(cloud: TestCloud, n: number, id: string, body: object): Promise<Answer> {
  return cloud.api(n).ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, token: MEMBER, version: '2.93', body });
}

it('fifty requests for one dump, spread over three processes, get one 202, and the guest one NMI', async () => {
  const cloud = await useCloud({ apis: 3 });
  const { id } = await cloud.addServer({ host: asId('host-1') }, 'hangs');
  const answers = await Promise.all(times(50, (n) => act(cloud, n % 3, id, { trigger_crash_dump: null })));
  const [accepted, ...more] = answers.filter(({ status }) => status === 202);
  expect([more.length, answers.filter(({ status }) => status === 409).length]).toEqual([0, 49]);
  if (accepted === undefined) throw new Error('none was accepted');
  for (const n of [0, 1, 2]) {
    expect((await endedAction(cloud.api(n), id, accepted))['message']).toBeNull();
  }
  expect(nmisOf(cloud, id)).toBe(1);
});

it('requests with one key, at once on three processes, are one request', async () => {
  const cloud = await useCloud({ apis: 3 });
  const { id } = await cloud.addServer({ host: asId('host-1') }, 'hangs');
  const ask = (n: number, token = MEMBER) =>
    cloud.api(n % 3).ask({
      method: 'POST',
      path: `/remnant/v1/servers/${id}/dumps`,
      token,
      headers: { 'idempotency-key': 'pager-4711' },
      body: { dump: {} },
    });
  const answers = await Promise.all(times(30, ask));
  expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body['dump']?.['id']]))).size).toBe(1);
  expect(answers[0]?.status).toBe(202);
  await waitFor('the NMI', () => nmisOf(cloud, id) > 0);
  for (const n of [0, 1, 2]) {
    expect((await ask(n)).body['dump']?.['id']).toBe(answers[0]?.body['dump']?.['id']);
    expect((await ask(n, 'ann:a1a1a1a1:reader')).status, 'who has lost the role since').toBe(403);
  }
  expect(nmisOf(cloud, id)).toBe(1);
  const rows = await cloud.store.read.selectFrom('dumps').select('id').execute();
  expect(rows).toHaveLength(1);
});

it.each<CommitStep>(['commit:before', 'commit:after'])(
  'of a process that dies at %s before it answers, another one answers the repeat, and there is one NMI',
  async (step) => {
    const cloud = await useCloud({ apis: 2 }, NOBODY);
    const { id } = await cloud.addServer({ host: asId('host-1') }, 'hangs');
    const ask = (n: number, token = MEMBER) =>
      cloud.api(n).ask({
        method: 'POST',
        path: `/remnant/v1/servers/${id}/dumps`,
        token,
        headers: { 'idempotency-key': 'died' },
      });
    cloud.api(0).killAt(step);
    await ask(0).catch(() => {});
    expect(cloud.api(0).alive()).toBe(false);
    const answer = await ask(1);
    expect(answer.status).toBe(202);
    expect((await ask(1, 'ann:a1a1a1a1:reader')).status).toBe(403);
    await waitFor('the NMI', () => nmisOf(cloud, id) > 0);
    expect((await ask(1)).body['dump']?.['id']).toBe(answer.body['dump']?.['id']);
    const rows = await cloud.store.read.selectFrom('dumps').select('id').execute();
    expect([rows.length, nmisOf(cloud, id)]).toEqual([1, 1]);
  },
);

it('claims of one host, served at once by several processes, are one first grant, and in order for its server', async () => {
  const cloud = await useCloud({ apis: 3 });
  const host = asId<never>('no-agent');
  const { id } = await cloud.addServer({ host });
  const statuses = [(await act(cloud, 0, id, { trigger_crash_dump: null })).status];
  statuses.push((await act(cloud, 1, id, { pause: null })).status);
  expect(statuses).toEqual([202, 202]);
  const claim = async () => {
    const message = { host, ledger: 'l', holding: [], busy: [] };
    return ((await cloud.bus.request(SUBJECT.from(host, 'claim'), message, 60_000)) as unknown as ClaimReply).grant;
  };
  for (const kind of ['inject-nmi', 'pause']) {
    const grants = await waitFor('a grant', async () => {
      const all = (await Promise.all(times(12, () => claim()))).filter((grant) => grant !== null);
      return all.length > 0 && all;
    });
    expect(new Set(grants.map((grant) => `${grant.order.kind} ${grant.command}`)).size).toBe(1);
    expect(grants[0]?.order.kind).toBe(kind);
    expect(grants.filter(({ first }) => first)).toHaveLength(1);
    const report = { host, command: grants[0]?.command, outcome: { result: 'success' } } as unknown as JsonValue;
    await Promise.all(times(3, () => cloud.bus.request(SUBJECT.from(host, 'report'), report, 60_000)));
  }
  expect(await claim()).toBeNull();
});

it('processes that start at once on a new database make one of each account and flavor', async () => {
  const account = (user: string) => ({ user, project: 'first', role: 'admin' });
  const cloud = await useCloud({ apis: 4, config: { identity: { accounts: [account('root'), account('ops')] } } });
  const made = cloud.apis.flatMap(({ newAccounts }) => newAccounts.map(({ user }) => user));
  expect(made.toSorted()).toEqual(['ops', 'root']);
  const names = async (table: 'users' | 'projects' | 'flavors') =>
    (await cloud.store.read.selectFrom(table).select('name').execute()).map(({ name }) => name).toSorted();
  expect(await names('users')).toEqual(['ops', 'root']);
  expect(await names('projects')).toEqual(['first']);
  expect(await names('flavors')).toEqual(['small']);
});
