// An agent that takes dmesg out of what its guest handed over: told behind the artefact, and by its next life if it died before.

import { expect, it } from 'vitest';
import { agentBench, nmiGrant, SERVER } from '../../test/harness/agent-bench.ts';
import { fakeFollow } from '../../test/harness/fake-follow.ts';
import { flatDump } from '../../test/harness/flat-dump.ts';
import { recordedPanic } from '../../test/harness/recorded.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { Driver } from '../drivers/driver.ts';
import type { TakeDmesg } from './extract/take-dmesg.ts';

const DMESG = Buffer.from(recordedPanic('dmesg-nmi-stalled.txt'));

it('tells what the kernel said behind the artefact; one that stopped before leaves it to the next', async () => {
  const guest = fakeFollow();
  let lives = 0;
  // The first life never comes to an end with it.
  const take: TakeDmesg = (_, stop) =>
    lives > 1
      ? Promise.resolve({ ok: true, bytes: DMESG.length, text: DMESG })
      : new Promise((resolve) => {
          stop.addEventListener('abort', () => resolve({ ok: false, fault: 'stopped', reason: 'the agent stopped' }));
        });
  const bench = agentBench(
    (driver: Driver) => ({
      ...driver,
      followCrash: guest.follow,
      injectNmi: { asking: 'exactly-asked', latchedWhilePaused: true, boundMs: 10_000, send: () => Promise.resolve() },
    }),
    {
      openDmesg: () => {
        lives += 1;
        return Promise.resolve(take);
      },
    },
  );
  const told = () => bench.told().filter((entry) => entry.server === SERVER);
  await bench.start();
  await waitFor('a claim', () => bench.heard.claims.length > 0);
  bench.dispatch.grants.push(nmiGrant(1));
  await waitFor('the port to be read', () => guest.ports.dump.isRead);
  guest.ports.dump.write(flatDump(200_000));
  const { facts } = await waitFor('the artefact', () => told().find(({ kind }) => kind === 'artefact'));
  await bench.stop();
  expect(told().map(({ kind }) => kind)).not.toContain('extract');

  await bench.start();
  const extract = await waitFor('what was taken out', () => told().find(({ kind }) => kind === 'extract'));
  expect(extract.facts?.extract).toMatchObject({
    artefact: facts?.artefact?.id,
    bytes: DMESG.length,
    error: null,
    panic: { reason: 'Kernel panic - not syncing: NMI: Not continuing' },
  });
});
