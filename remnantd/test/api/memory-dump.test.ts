// The hypervisor's dump of a guest's memory, on simulated guests: asked for alone, as a fallback and always; refused, failed,
// and over the quota. The guest goes on in any case, and gets no NMI that nobody asked for.

import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { ServerId } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { act, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const GIB = 2 ** 30;
const flavors = [
  { id: '1', name: 'small', vcpus: 1, ram: 512, disk: 1 },
  // More than the project may keep.
  { id: '2', name: 'large', vcpus: 1, ram: 4_096, disk: 1 },
];
const remnant = useRemnant({ config: { flavors, dumps: { most_per_project: 2 } } });

/** A running server whose guest behaves so. */
async function makeServer(metadata: Record<string, string>, flavorRef = '1'): Promise<string> {
  const server = { name: 'memory', imageRef: IMAGE, flavorRef, metadata };
  const made = await remnant().ask({ method: 'POST', path: '/v2.1/servers', token: MEMBER, body: { server } });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  const id = String(made.body['server']?.['id']);
  await waitFor('the server to be ACTIVE', async () => {
    const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER });
    return body['server']?.['status'] === 'ACTIVE';
  });
  return id;
}

const pathOf = (id: string) => `/remnant/v1/servers/${id}/dumps`;
const ask = (id: string, dump: object): Promise<Answer> =>
  remnant().ask({ method: 'POST', path: pathOf(id), token: MEMBER, body: { dump } });

/** The newest dump, when `come` says so; time passes until then. */
function newest(id: string, come: (dump: Body) => boolean): Promise<Body> {
  return waitFor('the dump to come so far', async () => {
    remnant().clock.advance(200);
    const { body } = await remnant().ask({ path: pathOf(id), token: MEMBER });
    const found = body['dumps']?.[0];
    if (found === undefined || !come(found)) return false;
    return (await remnant().ask({ path: `${pathOf(id)}/${found['id']}`, token: MEMBER })).body['dump'] ?? false;
  });
}

const isOver = (dump: Body) => dump['phase'] === 'ended';
const nmisOf = (id: string) =>
  remnant()
    .world.nmis()
    .filter((nmi) => nmi.guest === id);
const guestOf = (id: string) => remnant().world.host('host-1').guests.get(asId<ServerId>(id));
const sources = (dump: Body) => (dump['artefacts'] as unknown as Body[]).map(({ source }) => source);

test.each([
  ['ignores', 'ignored'],
  ['panics', 'panicked_without_dump'],
  ['kdump-hangs', 'hung'],
  ['hangs', 'unknown'],
  ['refuses', 'not_sent'],
] as const)('a guest that %s: its memory is the fallback, and the verdict stays %s', async (behaviour, verdict) => {
  const id = await makeServer({ sim_behaviour: behaviour, 'remnant:memory_dump': 'fallback' });
  await act(remnant(), id, { trigger_crash_dump: null });
  const dump = await newest(id, isOver);
  expect(dump).toMatchObject({
    verdict,
    memory: { state: 'done', reason: null, ended_at: expect.any(String), started_at: expect.any(String) },
    artefacts: [{ source: 'hypervisor', format: 'flattened', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });
  expect(nmisOf(id)).toHaveLength(behaviour === 'refuses' ? 0 : 1);
  expect(guestOf(id)?.held).toBe(false);
});

test('what is kept is what a user downloads', async () => {
  const id = await makeServer({ sim_behaviour: 'ignores', sim_memory_bytes: '100000' });
  await ask(id, { memory: 'fallback' });
  const dump = await newest(id, isOver);
  const [file] = dump['artefacts'] as unknown as Body[];
  const path = `${pathOf(id)}/${dump['id']}/artefacts/${file?.['id']}`;
  const answer = await remnant().http.inject({ path, headers: { 'x-auth-token': MEMBER }, payloadAsStream: true });
  const bytes = await buffer(answer.stream());
  expect(answer.statusCode, answer.statusCode === 200 ? '' : bytes.toString()).toBe(200);
  expect(bytes.subarray(0, 12).toString()).toBe('makedumpfile');
  expect(bytes.length).toBe(file?.['bytes']);
});

test('a guest that gave its own dump: none as a fallback, one always', async () => {
  const own = await makeServer({ sim_behaviour: 'kdump' });
  await ask(own, { memory: 'fallback' });
  const captured = await newest(own, isOver);
  expect(captured).toMatchObject({ verdict: 'captured', memory: null });
  expect(sources(captured)).toEqual(['guest']);

  const both = await makeServer({ sim_behaviour: 'kdump', sim_reboot_ms: '30000' });
  await ask(both, { memory: 'always' });
  const dump = await newest(both, isOver);
  expect(dump).toMatchObject({ verdict: 'captured', memory: { state: 'done' }, rebooted_at: expect.any(String) });
  expect(sources(dump)).toEqual(['guest', 'hypervisor']);
});

test('a guest whose crash kernel is at work is not paused before the verdict', async () => {
  const id = await makeServer({ sim_behaviour: 'kdump-hangs' });
  await ask(id, { memory: 'always' });
  const capturing = await newest(id, ({ phase }) => phase === 'capturing');
  expect(capturing).toMatchObject({ verdict: null, memory: null });
  const evidence = (await newest(id, isOver))['evidence'] as unknown as Body[];
  const kinds = evidence.map(({ kind }) => String(kind));
  expect(kinds.indexOf('memory-asked')).toBeGreaterThan(kinds.lastIndexOf('bytes'));
});

test('asked for alone: no NMI is ever sent, and the dump is guarded while it runs', async () => {
  const id = await makeServer({ sim_behaviour: 'panics', sim_memory_ms: '5000' });
  const asked = await ask(id, { nmi: false });
  expect(asked.status).toBe(202);
  expect(asked.body['dump']).toMatchObject({ waits_for: 'memory', memory: { state: 'queued' }, verdict: null });
  const running = await newest(id, ({ phase }) => phase === 'capturing');
  expect(running).toMatchObject({ waits_for: 'memory', memory: { state: 'running' }, sent_at: null });
  expect((await act(remnant(), id, { trigger_crash_dump: null })).status).toBe(409);
  const told = await newest(id, ({ memory }) => Number((memory as unknown as Body)?.['bytes'] ?? 0) > 0);
  expect(told['memory']).toMatchObject({ total: 262_144 });
  const dump = await newest(id, isOver);
  expect(dump).toMatchObject({ verdict: 'captured', memory: { state: 'done', bytes: 262_144, total: 262_144 } });
  expect(dump['reason']).toMatch(/^the hypervisor wrote the guest's memory, and it is whole; no NMI was sent$/);
  expect(nmisOf(id)).toEqual([]);
  expect(guestOf(id)).toMatchObject({ held: false, powerState: 1, kernel: 'up' });
});

test.each([
  ['fails', /failed to save memory/],
  ['confidential', /is confidential \(sev\)/],
] as const)('one that %s is not_sent, with the reason; and the next may begin', async (trouble, words) => {
  const id = await makeServer({ sim_behaviour: 'ignores', sim_memory: trouble });
  await ask(id, { nmi: false });
  const dump = await newest(id, isOver);
  expect(dump).toMatchObject({ verdict: 'not_sent', memory: { state: 'failed' }, artefacts: [] });
  expect((dump['memory'] as unknown as Body)['reason']).toMatch(words);
  expect(dump['reason']).toMatch(words);
  expect(nmisOf(id)).toEqual([]);
  expect((await act(remnant(), id, { trigger_crash_dump: null })).status).toBe(202);
  expect(await newest(id, isOver)).toMatchObject({ verdict: 'ignored' });
});

test('a fallback that fails takes nothing from the verdict', async () => {
  const id = await makeServer({ sim_behaviour: 'panics', sim_memory: 'fails' });
  await ask(id, { memory: 'fallback' });
  expect(await newest(id, isOver)).toMatchObject({
    verdict: 'panicked_without_dump',
    memory: { state: 'failed', reason: expect.stringMatching(/failed to save memory/) },
    artefacts: [],
  });
});

test('over the quota of the project: refused where it is all that is asked for, else said with the verdict', async () => {
  const id = await makeServer({ sim_behaviour: 'ignores' }, '2');
  const words = new RegExp(`no room for the guest's ${4 * GIB} bytes of memory: it may keep \\d+ bytes more`);
  const refused = await ask(id, { nmi: false });
  expect(refused.status).toBe(403);
  expect(JSON.stringify(refused.body)).toMatch(words);
  expect((await remnant().ask({ path: pathOf(id), token: MEMBER })).body['dumps']).toEqual([]);
  await ask(id, { memory: 'fallback' });
  const dump = await newest(id, isOver);
  expect(dump).toMatchObject({ verdict: 'ignored', memory: { state: 'failed', started_at: null }, artefacts: [] });
  expect((dump['memory'] as unknown as Body)['reason']).toMatch(words);
});

test('its memory is of no use once the guest is off: nothing is asked for', async () => {
  const id = await makeServer({ sim_behaviour: 'hangs', 'remnant:memory_dump': 'fallback' });
  await act(remnant(), id, { trigger_crash_dump: null });
  await waitFor('the NMI', () => nmisOf(id).length === 1);
  const guest = guestOf(id);
  if (guest !== undefined) remnant().world.host('host-1').cutPower(guest);
  const dump = await newest(id, isOver);
  expect(dump).toMatchObject({ verdict: 'unknown', memory: { state: 'failed', started_at: null } });
});
