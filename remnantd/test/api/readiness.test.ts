// Readiness over the API: what simulated guests say of themselves, who may ask, and what is said when the host is away.

import { expect, onTestFinished, test } from 'vitest';
import { asId, type HostName } from '../../src/model/ids.ts';
import { POWER_STATE } from '../../src/model/power-state.ts';
import { READINESS_ITEMS } from '../../src/model/readiness.ts';
import type { Body } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { ADMIN, dump, endedDump, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant();

/** A running server made through the API whose guest is so. */
async function makeServer(metadata: Readonly<Record<string, string>>): Promise<string> {
  const server = { name: 'ready', imageRef: IMAGE, flavorRef: '1', metadata };
  const made = await remnant().ask({ method: 'POST', path: '/v2.1/servers', token: MEMBER, body: { server } });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  const id = String(made.body['server']?.['id']);
  await waitFor('the server to run', async () => (await remnant().row(id)).vmState === 'active');
  return id;
}

const ask = (id: string, query = '', token = MEMBER) =>
  remnant().ask({ path: `/remnant/v1/servers/${id}/readiness${query}`, token });

async function readinessOf(id: string, query = '?refresh=true', token = ADMIN): Promise<Body> {
  const { status, body } = await ask(id, query, token);
  expect(status, JSON.stringify(body)).toBe(200);
  return body['readiness'] as Body;
}

const itemsOf = (found: Body) => found['items'] as unknown as readonly Body[];
function itemOf(found: Body, name: string): Body {
  const item = itemsOf(found).find((each) => each['item'] === name);
  if (item === undefined) throw new Error(`there is no item ${name}`);
  return item;
}

test.each([
  [{ sim_behaviour: 'kdump' }, 'green', 'host_dump'],
  [{ sim_behaviour: 'kdump-local' }, 'green', 'guest_dump'],
  [{ sim_behaviour: 'kdump-nfs' }, 'unknown', 'remote_dump'],
  [{ sim_behaviour: 'panics' }, 'amber', 'panic_only'],
  [{ sim_behaviour: 'ignores' }, 'amber', 'nothing'],
  [{ sim_behaviour: 'kdump', sim_nmi: 'io' }, 'amber', 'nothing'],
  [{ sim_behaviour: 'kdump', sim_agent: 'none' }, 'amber', 'unknown'],
])('a guest with %j is %s: %s', async (metadata, state, expected) => {
  const found = await readinessOf(await makeServer(metadata));
  expect([found['state'], found['expected']]).toEqual([state, expected]);
  for (const item of itemsOf(found)) {
    if (item['state'] === 'green') expect(item['fix'], String(item['item'])).toBeNull();
  }
});

test('panic_on_io_nmi alone is not enough, and the answer says what is', async () => {
  const found = await readinessOf(await makeServer({ sim_behaviour: 'kdump', sim_nmi: 'io' }));
  const item = itemOf(found, 'nmi_panic');
  expect(String(item['says'])).toContain('panic_on_io_nmi alone does not make it panic');
  expect(String(item['fix'])).toContain('kernel.unknown_nmi_panic = 1');
});

test('it is learnt without being asked for, and answered from what is known', async () => {
  const id = await makeServer({ sim_behaviour: 'kdump' });
  const found = await waitFor('a look', async () => {
    remnant().clock.advance(250);
    const now = await readinessOf(id, '');
    return now['state'] === 'green' && now;
  });
  const learnt = itemOf(found, 'crash_kernel');
  expect(learnt).toMatchObject({ learnt_at: expect.any(String), age_seconds: expect.any(Number) });
  await waitFor('it to be older', async () => {
    remnant().clock.advance(250);
    return Number(itemOf(await readinessOf(id, ''), 'crash_kernel')['age_seconds']) >= 10;
  });
});

test('it costs a query for the server and one for its dumps, however many items there are', async () => {
  const id = await makeServer({ sim_behaviour: 'kdump' });
  remnant().clock.freeze();
  onTestFinished(() => remnant().clock.thaw());
  const costs = async () => {
    const before = remnant().store.queries();
    expect(itemsOf(await readinessOf(id, ''))).toHaveLength(READINESS_ITEMS.length);
    return remnant().store.queries() - before;
  };
  // What ran before may still ask for something beside it, which only adds.
  const cost = await waitFor('what ran before to be over', async () => {
    const now = await costs();
    return now <= 2 && now;
  });
  expect(cost).toBe(2);
});

test('a member sees it without a word of the host; host names are in it for nobody', async () => {
  const id = await makeServer({ sim_behaviour: 'kdump' });
  const member = await readinessOf(id, '?refresh=true', MEMBER);
  expect(itemOf(member, 'host')).toMatchObject({
    state: 'unknown',
    needed: false,
    says: expect.stringContaining('unknown to you'),
  });
  expect(member['state']).toBe('green');
  const admin = await readinessOf(id);
  expect(itemOf(admin, 'host')).toMatchObject({ state: 'green', needed: true });
  expect(JSON.stringify([member, admin])).not.toContain('host-1');
});

test('another project has no such server, and a wrong query is refused', async () => {
  const id = await makeServer({ sim_behaviour: 'kdump' });
  expect((await ask(id, '', STRANGER)).status).toBe(404);
  expect((await ask(id, '?refresh=perhaps')).status).toBe(400);
  expect((await ask(id, '?fresh=true')).status).toBe(400);
  expect((await ask(id, '?refresh=true&refresh=true')).status).toBe(400);
});

test('while a dump runs the guest is not asked, and the state says why', async () => {
  const id = await makeServer({ sim_behaviour: 'hangs' });
  await readinessOf(id);
  expect((await dump(remnant(), id)).status).toBe(202);
  const found = await readinessOf(id);
  expect(itemOf(found, 'state')).toMatchObject({ state: 'amber', says: expect.stringContaining('running') });
  expect(found['expected']).toBe('not_sent');
});

test('a server that was adopted is told which XML it lacks', async () => {
  const server = await remnant().addServer({ origin: 'adopted' }, 'kdump');
  const found = await readinessOf(server.id);
  expect(itemOf(found, 'ports')).toMatchObject({ state: 'amber', fix: expect.stringContaining('adopted') });
  expect(String(itemOf(found, 'watchdog')['fix'])).toContain('<watchdog');
});

test('a guest that has crashed is not ready for another NMI', async () => {
  const id = await makeServer({ sim_behaviour: 'panics' });
  expect(itemOf(await readinessOf(id), 'state')).toMatchObject({ state: 'green' });
  expect((await dump(remnant(), id)).status).toBe(202);
  await endedDump(remnant(), id);
  await waitFor('the crash to be known', async () => (await remnant().row(id)).powerState === POWER_STATE.crashed);
  const found = await readinessOf(id);
  expect([found['state'], found['expected']]).toEqual(['amber', 'crashed']);
  expect(itemOf(found, 'state')).toMatchObject({
    state: 'amber',
    says: 'it has crashed already: another NMI does nothing',
    fix: `remnant dump show ${id}; then openstack server stop ${id} and openstack server start ${id}`,
  });
});

test('of a host that does not answer, the items of the guest are unknown, with the reason', async () => {
  const server = await remnant().addServer({ host: asId<HostName>('gone') });
  const found = await readinessOf(server.id);
  expect(itemOf(found, 'host')).toMatchObject({ state: 'amber' });
  expect(itemOf(found, 'crash_kernel')).toMatchObject({
    state: 'unknown',
    says: expect.stringContaining('did not answer'),
  });
  expect(found['state']).toBe('amber');
});

test('a dump on the own disk of a guest that was looked at is seen there after the reboot', {
  timeout: 60_000,
}, async () => {
  const id = await makeServer({ sim_behaviour: 'kdump-local' });
  expect((await readinessOf(id))['state']).toBe('green');
  expect((await dump(remnant(), id)).status).toBe(202);
  const path = `/remnant/v1/servers/${id}/dumps`;
  const ended = await waitFor('the dump to end', async () => {
    remnant().clock.advance(200);
    const newest = (await remnant().ask({ path, token: MEMBER })).body['dumps']?.[0];
    return newest?.['phase'] === 'ended' && newest;
  });
  expect(ended).toMatchObject({ verdict: 'captured', reason: expect.stringContaining('seen there after the reboot') });
  expect(String(ended['reason'])).toMatch(/\/var\/crash\/\d+\/dump\.\d+, \d+ bytes, kdump/);
});
