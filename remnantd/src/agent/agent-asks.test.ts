// An agent and its guests' own agents: what it says it will look at when it sends an NMI, and that the last words of a guest
// come before its reboot.

import { expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { fakeFollow } from '../../test/harness/fake-follow.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { DriverListener } from '../drivers/driver.ts';
import type { GuestReadiness } from '../model/guest-facts.ts';
import { asId, type HostName } from '../model/ids.ts';
import { type HostAnswer, SUBJECT } from '../model/wire.ts';

const QUERY = SUBJECT.query(asId<HostName>('h'));

async function ask(bench: ReturnType<typeof agentBench>, refresh: boolean): Promise<GuestReadiness> {
  const query = { ask: 'readiness', server: SERVER, refresh } as const;
  const answer = (await bench.bus.request(QUERY, query, 5_000)) as unknown as HostAnswer;
  if (!answer.ok) throw new Error(answer.reason);
  return JSON.parse(answer.text) as GuestReadiness;
}

it('a guest that was looked at is looked into when it is back; one that ignores the NMI is asked on', async () => {
  const bench = agentBench();
  await bench.start();
  await waitFor('a claim', () => bench.heard.claims.length > 0);
  expect((await ask(bench, true)).learnt).toMatchObject({ stale: false, facts: { kernel: '6.1.0-sim' } });
  bench.dispatch.grants.push(nmiGrant(1));
  const watch = await waitFor('the note', () => bench.told().find(({ kind }) => kind === 'watch'));
  expect(watch.detail.split(' ')).toContain('look');
  // It goes on as if nothing had been, so it may be asked again.
  await waitFor('its console', () => bench.told().some(({ kind }) => kind === 'dazed'));
  expect(await ask(bench, true)).toMatchObject({ busy: false, learnt: { stale: false, ageMs: expect.any(Number) } });
  expect(bench.errors).toEqual([]);
});

it('of one that was never looked at nothing is promised', async () => {
  const bench = agentBench();
  await bench.start();
  await waitFor('a claim', () => bench.heard.claims.length > 0);
  bench.dispatch.grants.push(nmiGrant(1));
  const watch = await waitFor('the note', () => bench.told().find(({ kind }) => kind === 'watch'));
  expect(watch.detail.split(' ')).not.toContain('look');
});

it('what a guest says on its status port last is told before its reboot, though the reboot is heard first', async () => {
  const guest = fakeFollow();
  const listeners: DriverListener[] = [];
  const bench = agentBench((driver) => ({
    ...driver,
    followCrash: guest.follow,
    start: (given) => {
      listeners.push(given);
      return driver.start(given);
    },
  }));
  await bench.start();
  await waitFor('a claim', () => bench.heard.claims.length > 0);
  bench.dispatch.grants.push(nmiGrant(1));
  await waitFor('the status port', () => guest.ports.status.isRead);
  listeners[0]?.guestEvent({ guest: SERVER, kind: 'rebooted', detail: 'Rebooted', at: 0 });
  guest.ports.status.write(Buffer.from('DUMP-DONE rc=0\n'));
  const kinds = () => bench.told().flatMap(({ kind, server }) => (server === SERVER ? [kind] : []));
  await waitFor('the reboot', () => {
    bench.clock.advance(20);
    return kinds().includes('rebooted');
  });
  expect(kinds().slice(-2)).toEqual(['saved', 'rebooted']);
});
