// trigger_crash_dump: at most one NMI for one accepted request, and one running dump a server (R2). The simulated
// hypervisor's own journal is the witness.

import { expect, test } from 'vitest';
import type { Body } from '../harness/http-client.ts';
import { ADMIN, act, dump, endedAction, endedDump, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const REACT_S = 5;
const remnant = useRemnant({ config: { dumps: { react: REACT_S } } });

const nmisOf = (id: string) =>
  remnant()
    .world.nmis()
    .filter((nmi) => nmi.guest === id).length;
/** Remnant's own road. */
const ask = (id: string) =>
  remnant().ask({ method: 'POST', path: `/remnant/v1/servers/${id}/dumps`, token: MEMBER, body: { dump: {} } });
const times = <T>(count: number, run: () => T) => Array.from({ length: count }, run);

test('of 50 requests at once one is accepted, and one NMI is sent', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answers = await Promise.all(times(50, () => dump(remnant(), id)));
  const accepted = answers.filter((answer) => answer.status === 202);
  const refused = answers.filter((answer) => answer.status === 409);
  expect([accepted.length, refused.length]).toEqual([1, 49]);
  const [first] = accepted;
  if (first === undefined) throw new Error('none was accepted');
  expect((await endedAction(remnant(), id, first))['message']).toBeNull();
  expect(nmisOf(id)).toBe(1);
  const request = first.headers['x-compute-request-id'];
  const text = `A crash dump of instance ${id} is still running (request ${request}); a second NMI could destroy it`;
  expect(new Set(refused.map((answer) => answer.message))).toEqual(new Set([text]));
});

test('all roads together are one dump', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const roads = [
    () => act(remnant(), id, { trigger_crash_dump: null }),
    () => act(remnant(), id, { inject_nmi: null }),
    () => act(remnant(), id, { inject_nmi: null }, { method: 'PUT' }),
    () => ask(id),
  ];
  const answers = await Promise.all(times(13, () => roads.map((road) => road())).flat());
  const [accepted, ...more] = answers.filter((answer) => answer.status === 202);
  expect([more.length, answers.filter((answer) => answer.status === 409).length]).toEqual([0, 51]);
  if (accepted === undefined) throw new Error('none was accepted');
  await waitFor('the NMI', () => nmisOf(id) === 1);
  await waitFor('its outcome', async () => (await newestDump(id))['sent_at'] !== null);
  expect(nmisOf(id)).toBe(1);
});

test('an admin is refused as well while a dump runs', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  expect((await dump(remnant(), id)).status).toBe(202);
  expect((await dump(remnant(), id, ADMIN)).status).toBe(409);
});

test('once a dump is over, the next may be asked for', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  for (const count of [1, 2]) {
    await endedAction(remnant(), id, await dump(remnant(), id));
    expect(nmisOf(id)).toBe(count);
    remnant().clock.advance(REACT_S * 1000);
    expect(await endedDump(remnant(), id)).toMatchObject({ verdict: 'unknown' });
  }
});

test('a panic that was seen ends the dump at once', async () => {
  const { id } = await remnant().addServer({}, 'panics');
  await dump(remnant(), id);
  expect(await endedDump(remnant(), id)).toMatchObject({ verdict: 'panicked_without_dump' });
});

test('servers are dumped independently of each other', async () => {
  const servers = await Promise.all(times(20, () => remnant().addServer({}, 'hangs')));
  const answers = await Promise.all(servers.map(({ id }) => dump(remnant(), id)));
  expect(answers.map((answer) => answer.status)).toEqual(times(20, () => 202));
  const ended = await Promise.all(answers.map((answer, i) => endedAction(remnant(), servers[i]?.id ?? '', answer)));
  expect(ended.map((action) => action['events']?.[0]?.['result'])).toEqual(times(20, () => 'Success'));
  expect(servers.map(({ id }) => nmisOf(id))).toEqual(times(20, () => 1));
});

test('a dump changes no state of its server', async () => {
  const server = await remnant().addServer({ vmState: 'error' }, 'ignores');
  const answer = await dump(remnant(), server.id, MEMBER);
  await endedAction(remnant(), server.id, answer);
  expect(await remnant().row(server.id)).toEqual(server);
});

test('while a crash kernel is at work, a second NMI is refused: it would destroy the dump', async () => {
  const { id } = await remnant().addServer({}, 'kdump');
  await dump(remnant(), id);
  await waitFor('the crash kernel to take over', async () => (await seenOf(id)).includes('crashloaded'));
  expect((await dump(remnant(), id)).status).toBe(409);
  expect(nmisOf(id)).toBe(1);
  remnant().clock.advance(3_000);
  const ended = await endedDump(remnant(), id);
  expect(ended).toMatchObject({ verdict: 'unknown', reaction: 'crashloaded' });
  expect(ended['reason']).toMatch(/crash kernel took over, and it rebooted/);
  expect(nmisOf(id)).toBe(1);
});

test('an NMI that may have been sent is called that, and guarded like a sent one', async () => {
  const { id } = await remnant().addServer({}, 'lost-hangs');
  await dump(remnant(), id);
  await waitFor('the outcome', async () => (await newestDump(id))['phase'] === 'unconfirmed');
  expect(await newestDump(id)).toMatchObject({ sent_at: null, verdict: null });
  expect((await dump(remnant(), id)).status).toBe(409);
  remnant().clock.advance(REACT_S * 1000);
  expect((await endedDump(remnant(), id))['reason']).toMatch(/whether the NMI was sent is not known/);
});

test('of one that may have been sent it is told what the guest was found to have done', async () => {
  const { id } = await remnant().addServer({}, 'lost');
  await dump(remnant(), id);
  expect(await endedDump(remnant(), id)).toMatchObject({
    sent_at: null,
    verdict: 'panicked_without_dump',
    reason: expect.stringMatching(/^the guest was found crashed/) as string,
  });
});

async function newestDump(id: string): Promise<Body> {
  const { body } = await remnant().ask({ path: `/remnant/v1/servers/${id}/dumps`, token: MEMBER });
  const newest = body['dumps']?.[0];
  if (newest === undefined) throw new Error(`server ${id} has no dump`);
  return newest;
}

async function seenOf(id: string): Promise<unknown[]> {
  const path = `/remnant/v1/servers/${id}/dumps/${(await newestDump(id))['id']}`;
  const { body } = await remnant().ask({ path, token: MEMBER });
  return (body['dump']?.['evidence'] ?? []).map((entry) => entry['kind']);
}
