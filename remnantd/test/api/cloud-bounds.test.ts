// Several API processes, each on a machine whose clock has nothing to do with the others': what one of them left open another
// grants in time or ends in time, and a process without its bus says so.

import { expect, it } from 'vitest';
import { commandsOf } from '../../src/db/commands.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer } from '../harness/http-client.ts';
import type { TestCloud } from '../harness/open-cloud.ts';
import { endedAction, endedDump, eventOf, MEMBER } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const DUMP = { trigger_crash_dump: null };
const host = asId<never>('host-1');

function act(cloud: TestCloud, n: number, id: string, body: object = DUMP): Promise<Answer> {
  return cloud.api(n).ask({ method: 'POST', path: `/v2.1/servers/${id}/action`, token: MEMBER, version: '2.93', body });
}

/** Lets time pass for everybody, a sweep's pause at a time, until all commands of a server are done; gives how long that took, ms. */
async function untilDone(cloud: TestCloud, id: string): Promise<number> {
  const from = cloud.clock.mono();
  await waitFor(
    'the commands to end',
    async () => {
      cloud.advance(250);
      return (await commandsOf(cloud.store.read, asId(id))).every(({ state }) => state === 'done');
    },
    60_000,
    20,
  );
  return cloud.clock.mono() - from;
}

it('a command whose process died is granted by another one that saw it come', async () => {
  const cloud = await useCloud({ hosts: ['host-1'] }, NOBODY);
  const { id } = await cloud.addServer({ host }, 'hangs');
  cloud.agent('host-1').bus().cut();
  const answer = await act(cloud, 0, id);
  expect(answer.status).toBe(202);
  cloud.api(0).kill();
  cloud.agent('host-1').bus().mend();
  expect((await endedAction(cloud.api(1), id, answer))['message']).toBeNull();
  expect(cloud.world.nmis()).toHaveLength(1);
});

it('a command that no host takes is ended by another process, not before its time and with the reason', async () => {
  const cloud = await useCloud({ hosts: ['host-1'] }, NOBODY);
  const { id } = await cloud.addServer({ host }, 'hangs');
  await cloud.agent('host-1').stop();
  const answer = await act(cloud, 0, id);
  cloud.api(0).kill();
  const tookMs = await untilDone(cloud, id);
  expect(tookMs).toBeGreaterThan(29_000);
  expect(tookMs).toBeLessThan(36_000);
  const event = eventOf(await endedAction(cloud.api(1), id, answer));
  expect(event['details']).toBe('the host did not answer in 30 s');
  expect(await endedDump(cloud.api(1), id)).toMatchObject({ verdict: 'not_sent' });
});

it('a process that found a command there never grants it, and ends it', async () => {
  const cloud = await useCloud({ apis: 1, hosts: ['host-1'] }, NOBODY);
  const { id } = await cloud.addServer({ host }, 'hangs');
  cloud.agent('host-1').bus().cut();
  expect((await act(cloud, 0, id)).status).toBe(202);
  cloud.api(0).kill();
  await cloud.addApi();
  cloud.agent('host-1').bus().mend();
  expect(await untilDone(cloud, id)).toBeGreaterThan(29_000);
  expect(cloud.world.nmis()).toEqual([]);
});

it('a dump whose process died goes on, and ends at the bound of what it waits for', async () => {
  const cloud = await useCloud({ hosts: ['host-1'], config: { dumps: { react: 20 } } }, NOBODY);
  const { id } = await cloud.addServer({ host }, 'hangs');
  await act(cloud, 0, id);
  const sent = () => cloud.store.read.selectFrom('dumps').select(['phase', 'epoch']).executeTakeFirstOrThrow();
  const { epoch } = await waitFor('the NMI', async () => (await sent()).phase === 'sent' && (await sent()));
  const dead = cloud.apis.find(({ clock }) => clock.epoch === epoch);
  const other = cloud.apis.find((api) => api !== dead);
  if (dead === undefined || other === undefined) throw new Error('there is no other process');
  dead.kill();
  const from = cloud.clock.mono();
  const ended = await waitFor('the end', async () => {
    cloud.advance(250);
    return (await sent()).phase === 'ended';
  });
  expect(ended).toBe(true);
  expect(cloud.clock.mono() - from).toBeGreaterThan(19_000);
  expect((await endedDump(other, id))['reason']).toMatch(/within 20 s/);
});

it('inject_nmi hears its outcome, whichever process has the report', async () => {
  const cloud = await useCloud({ apis: 3, hosts: ['host-1'] });
  const servers = await Promise.all(Array.from({ length: 6 }, () => cloud.addServer({ host }, 'hangs')));
  const answers = await Promise.all(servers.map(({ id }, n) => act(cloud, n % 3, id, { inject_nmi: null })));
  expect(answers.map(({ status }) => status)).toEqual(servers.map(() => 202));
});

it('without a bus servers are shown, and actions accepted: granted when it is back in time, else ended with the reason', async () => {
  const cloud = await useCloud({ hosts: ['host-1'] }, NOBODY);
  const [late, soon] = [await cloud.addServer({ host }, 'hangs'), await cloud.addServer({ host }, 'hangs')];
  for (const api of cloud.apis) api.bus.cut('the bus cannot be reached');
  const shown = await cloud.api(0).ask({ path: `/v2.1/servers/${late.id}`, token: MEMBER });
  expect(shown.status).toBe(200);
  const answer = await act(cloud, 0, late.id);
  expect(answer.status).toBe(202);
  await untilDone(cloud, late.id);
  const event = eventOf(await endedAction(cloud.api(1), late.id, answer));
  expect(event['details']).toMatch(/^the host did not answer in 30 s: the bus could not be reached/);

  const another = await act(cloud, 1, soon.id);
  expect(another.status).toBe(202);
  cloud.advance(2_000);
  for (const api of cloud.apis) api.bus.mend();
  expect((await endedAction(cloud.api(0), soon.id, another))['message']).toBeNull();
  expect(cloud.world.nmis().map(({ guest }) => guest)).toEqual([soon.id]);
});

it('a process that starts beside others leaves the waits of dumps alone; one that is alone begins them anew', async () => {
  const cloud = await useCloud({ apis: 1, hosts: ['host-1'] }, NOBODY);
  const { id } = await cloud.addServer({ host }, 'hangs');
  await act(cloud, 0, id);
  const dump = () => cloud.store.read.selectFrom('dumps').select(['phase', 'due', 'epoch']).executeTakeFirstOrThrow();
  const before = await waitFor('the NMI', async () => (await dump()).phase === 'sent' && (await dump()));
  const beside = await cloud.addApi();
  expect(await dump()).toEqual(before);
  cloud.api(0).kill();
  beside.kill();
  const { clock } = await cloud.addApi();
  expect((await dump()).epoch).toBe(clock.epoch);
});
