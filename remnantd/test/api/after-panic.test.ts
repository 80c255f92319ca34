// After a panic without a crash kernel: its text in the dump, then the guest as its owner wants it. And what is looked at
// before the NMI, for who asks for that.

import { expect, test } from 'vitest';
import { POWER_STATE } from '../../src/model/power-state.ts';
import type { Body } from '../harness/http-client.ts';
import { ADMIN, dump, endedDump, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant();
const READER = 'eve:a1a1a1a1:reader';

const ask = async (id: string, wishes: object): Promise<string> => {
  const path = `/remnant/v1/servers/${id}/dumps`;
  const { status, body } = await remnant().ask({ method: 'POST', path, token: MEMBER, body: { dump: wishes } });
  expect(status).toBe(202);
  return String(body['dump']?.['request_id']);
};
const newest = async (id: string, token = MEMBER): Promise<Body> => {
  const { body } = await remnant().ask({ path: `/remnant/v1/servers/${id}/dumps`, token });
  const path = `/remnant/v1/servers/${id}/dumps/${body['dumps']?.[0]?.['id']}`;
  return (await remnant().ask({ path, token })).body['dump'] as Body;
};
/** What became of the guest, once its host is done with it. */
const afterwards = (id: string, request: string): Promise<Body> =>
  waitFor('what follows the panic', async () => {
    const path = `/v2.1/servers/${id}/os-instance-actions/${request}`;
    const { body } = await remnant().ask({ path, token: ADMIN, version: '2.93' });
    const events = (body['instanceAction']?.['events'] ?? []) as readonly Body[];
    return events.find((one) => one['event'] === 'remnant_after_panic' && one['finish_time'] !== null);
  });
const serverNow = async (id: string): Promise<[string, number]> => {
  const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.93' });
  const server = body['server'] as Body;
  return [String(server['status']), Number(server['OS-EXT-STS:power_state'])];
};
const guestOf = (id: string) =>
  remnant()
    .world.host('host-1')
    .guests.get(id as never);

test('kept: the text is in the dump for its owner alone, and the guest stays as a crashed one', async () => {
  const { id } = await remnant().addServer({}, 'panics');
  const request = await ask(id, {});
  const { verdict } = await endedDump(remnant(), id);
  expect((await afterwards(id, request))['result']).toBe('Success');
  const {
    panic,
    evidence,
    verdict: later,
  } = (await waitFor('the text', async () => {
    const seen = await newest(id);
    return seen['panic'] !== null && seen;
  })) as unknown as Record<string, unknown>;
  expect(panic).toMatchObject({ reason: 'Kernel panic - not syncing: NMI: Not continuing', kernel: '6.1.0-sim' });
  expect((panic as { lines: string[] }).lines).toContain(' unknown_nmi_error');
  expect(later).toBe(verdict);
  expect((evidence as Body[]).at(-1)).toMatchObject({ kind: 'panic-text' });
  expect(JSON.stringify(evidence)).not.toContain('unknown_nmi_error');
  for (const token of [READER, ADMIN]) expect(await newest(id, token)).not.toHaveProperty('panic');
  expect([guestOf(id)?.powerState, await serverNow(id)]).toEqual([POWER_STATE.paused, ['ACTIVE', POWER_STATE.crashed]]);
  // Nothing more comes of it: a second dump is not one that waits for a paused guest to resume.
  await ask(id, {});
  const second = await waitFor('the second dump to be over', async () => {
    remnant().clock.advance(1_000);
    const seen = await newest(id);
    return seen['phase'] === 'ended' && seen;
  });
  expect(second).toMatchObject({ verdict: 'unknown', nmi: 'exactly-asked' });
  expect(second['reason']).toContain('the guest had crashed before the NMI was asked for');
});

test('rebooted, when the request says so: the guest runs again, and its verdict stays', async () => {
  const { id } = await remnant().addServer({}, 'panics');
  const request = await ask(id, { after_panic: 'reboot' });
  expect((await afterwards(id, request))['result']).toBe('Success');
  expect(guestOf(id)).toMatchObject({ powerState: POWER_STATE.running, kernel: 'up' });
  expect(await serverNow(id)).toEqual(['ACTIVE', POWER_STATE.running]);
  const seen = await newest(id);
  expect(seen).toMatchObject({ verdict: 'panicked_without_dump', rebooted_at: null });
  expect(seen['panic']).toMatchObject({ reason: expect.stringContaining('not syncing') });
  // It can be asked to crash again.
  await ask(id, { after_panic: 'reboot' });
  await waitFor('a second panic', async () => (await newest(id))['verdict'] === 'panicked_without_dump');
});

test("stopped, by the owner's standing wish, for Nova's own action too", async () => {
  const metadata = { 'remnant:after_panic': 'stop' };
  const { id } = await remnant().addServer({ metadata }, 'panics');
  const answer = await dump(remnant(), id);
  await afterwards(id, answer.headers['x-compute-request-id'] ?? '');
  expect(guestOf(id)?.powerState).toBe(POWER_STATE.shutdown);
  await waitFor('the server to be off', async () => (await serverNow(id))[0] === 'SHUTOFF');
  expect((await newest(id))['panic']).toMatchObject({ kernel: '6.1.0-sim' });
});

test.each([['kdump'], ['ignores'], ['refuses']])(
  '%s: nothing follows where no panic device spoke',
  async (behaviour) => {
    const { id } = await remnant().addServer({}, behaviour);
    const request = await ask(id, { after_panic: 'stop' });
    if (behaviour === 'kdump') remnant().clock.advance(5_000);
    await endedDump(remnant(), id);
    const path = `/v2.1/servers/${id}/os-instance-actions/${request}`;
    const { body } = await remnant().ask({ path, token: ADMIN, version: '2.93' });
    const names = ((body['instanceAction']?.['events'] ?? []) as readonly Body[]).map((one) => one['event']);
    expect(names).toEqual(['compute_trigger_crash_dump']);
    expect(guestOf(id)?.powerState).toBe(POWER_STATE.running);
  },
);

test('a guest that somebody else has moved on is left alone', async () => {
  const { id } = await remnant().addServer({}, 'panics');
  const host = remnant().world.host('host-1');
  remnant().clock.freeze();
  const request = await ask(id, { after_panic: 'reboot' });
  remnant().clock.thaw();
  await waitFor('the panic', () => guestOf(id)?.powerState === POWER_STATE.crashed);
  const guest = guestOf(id);
  if (guest !== undefined) host.cutPower(guest);
  const event = await afterwards(id, request);
  expect(['Success', 'Error']).toContain(event['result']);
  expect((await newest(id))['verdict']).toBe('panicked_without_dump');
});

test('evidence: the guest is looked at before the NMI, and its screen is kept behind it', async () => {
  const { id } = await remnant().addServer({}, 'ignores');
  await ask(id, { evidence: true });
  await endedDump(remnant(), id);
  const seen = await newest(id);
  expect(seen['vitals']).toMatchObject({
    cpus_busy_percent: [0],
    disks: { read_bytes: 0, written_bytes: 0, reads: 0, writes: 0 },
    screen: 'taken',
  });
  expect(Number(seen['vitals']?.['took_ms'])).toBeLessThanOrEqual(1_000);
  expect(JSON.stringify(seen['vitals']?.['console'])).toContain('Run /init as init process');
  const kinds = (seen['evidence'] as unknown as Body[]).map((one) => String(one['kind']));
  expect(kinds.indexOf('vitals')).toBeGreaterThanOrEqual(0);
  expect(kinds.indexOf('vitals')).toBeLessThan(kinds.indexOf('nmi-asked'));
  expect(await newest(id, READER)).not.toHaveProperty('vitals');
  const kept = await waitFor('the picture', async () => (await newest(id))['artefacts']?.[0]);
  expect(kept).toMatchObject({ source: 'hypervisor', format: 'ppm' });
});

test('evidence is not taken for who did not ask for it', async () => {
  const { id } = await remnant().addServer({}, 'ignores');
  await dump(remnant(), id);
  await endedDump(remnant(), id);
  expect((await newest(id))['vitals']).toBeNull();
});
