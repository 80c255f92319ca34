// R1 and R2 while API processes die at their commits: whichever of them dies, and wherever, a dump that was accepted ends once,
// its guest gets at most one NMI, and what is said of it agrees with what the guest got.

import { expect, it } from 'vitest';
import { commandsOf } from '../../src/db/commands.ts';
import { asId } from '../../src/model/ids.ts';
import type { Answer } from '../harness/http-client.ts';
import type { CommitStep } from '../harness/mortal-store.ts';
import type { TestCloud } from '../harness/open-cloud.ts';
import { MEMBER } from '../harness/records.ts';
import { NOBODY, useCloud } from '../harness/use-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';

const HOST = asId<never>('host-1');
const STEPS: readonly CommitStep[] = ['commit:before', 'commit:after'];
/** The request, the grant, the evidence, the report: each is a commit of whichever process it came to. */
const COMMITS = 4;

async function askForDump(cloud: TestCloud, n: number, id: string): Promise<Answer | null> {
  const path = `/v2.1/servers/${id}/action`;
  const asked = cloud
    .api(n)
    .ask({ method: 'POST', path, token: MEMBER, version: '2.93', body: { trigger_crash_dump: null } });
  // A process that died gives no answer, whatever it did.
  return asked.catch(() => null);
}

/** Lets time pass until nothing is open any more. */
async function untilOver(cloud: TestCloud, id: string): Promise<void> {
  await waitFor(
    'everything to end',
    async () => {
      cloud.advance(250);
      const open = await cloud.store.read.selectFrom('dumps').select('id').where('ended_at', 'is', null).execute();
      const commands = await commandsOf(cloud.store.read, asId(id));
      return open.length === 0 && commands.every(({ state }) => state === 'done');
    },
    60_000,
    10,
  );
}

it.each(STEPS.flatMap((step) => [0, 1].map((victim) => [step, victim] as const)))(
  'a process that dies at %s, the one that was asked or another (%i), makes nothing twice and loses nothing',
  async (step, victim) => {
    let deaths = 0;
    for (let count = 1; count <= COMMITS; count += 1) deaths += await dieOnce(step, victim, count);
    // The run was worth its name.
    expect(deaths).toBeGreaterThan(0);
  },
);

/** Gives how many processes died: a late commit may not come to the victim. */
async function dieOnce(step: CommitStep, victim: number, count: number): Promise<number> {
  const cloud = await useCloud({ hosts: ['host-1'], config: { dumps: { react: 2 } } }, NOBODY);
  const { id } = await cloud.addServer({ host: HOST }, 'hangs');
  cloud.api(victim).killAt(step, count);
  const answer = await askForDump(cloud, 0, id);
  if (answer !== null) expect(answer.status).toBe(202);
  await untilOver(cloud, id);
  const commands = await commandsOf(cloud.store.read, asId(id));
  const [command] = commands;
  // What was answered is there; what was not may be.
  if (answer !== null) expect(commands).toHaveLength(1);
  expect(commands.length).toBeLessThanOrEqual(1);
  const nmis = cloud.world.nmis().length;
  expect(nmis).toBeLessThanOrEqual(commands.length);
  if (command?.outcome?.result === 'success') expect(nmis).toBe(1);
  if (command?.outcome?.result === 'error') expect(nmis).toBe(0);
  const events = await cloud.store.read.selectFrom('action_events').select(['event', 'finish_time']).execute();
  expect(events.filter(({ finish_time: at }) => at === null)).toEqual([]);
  expect(new Set(events.map(({ event }) => event)).size).toBe(events.length);
  return cloud.apis.filter((api) => !api.alive()).length;
}
