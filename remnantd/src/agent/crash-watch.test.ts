// A guest that crashes, as its host watches it: the look before its NMI, what is told of it, and when the watch is over.

import { describe, expect, it } from 'vitest';
import { crashBench } from '../../test/harness/crash-bench.ts';
import { DUMPED } from '../../test/harness/dumped.ts';
import { flatDump } from '../../test/harness/flat-dump.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import { DriverFault } from '../drivers/driver.ts';
import { POWER_STATE } from '../model/power-state.ts';
import { CrashWatch } from './crash-watch.ts';
import { WATCH_TIMES } from './watch/watch-deps.ts';

const DUMP = flatDump(300_000);
const DAZED = 'Uhhuh.\nDazed and confused, but trying to continue\n';

describe('the look before an NMI', () => {
  it('says what can be seen, and begins to read the console', async () => {
    const bench = crashBench();
    const { watch } = await bench.start();
    const look = watch.look(DUMPED);
    expect(await look.sight).toBe('panic-device console ports');
    await look.following;
    expect(bench.guest.followers()).toBe(1);
  });

  it('asks once a boot of the guest', async () => {
    const bench = crashBench();
    const { watch } = await bench.start();
    await watch.met([{ id: DUMPED, powerState: POWER_STATE.running }]);
    await bench.nmi();
    await bench.nmi();
    expect(bench.guest.seen.sights).toBe(1);
    bench.event('started');
    await bench.nmi();
    expect(bench.guest.seen.sights).toBe(2);
  });

  it.each([
    ['hangs', () => new Promise<never>(() => {})],
    ['fails', () => Promise.reject(new DriverFault('connection-lost', 'cut'))],
  ])('gives nothing, within its bound, when the hypervisor %s', async (_, answer) => {
    const bench = crashBench();
    const { watch } = await bench.start();
    bench.guest.sightIs(answer);
    const look = watch.look(DUMPED);
    bench.clock.advance(WATCH_TIMES.sight);
    expect(await look.sight).toBe('');
    // The next one asks again.
    bench.guest.sightIs(() => Promise.resolve(['console']));
    expect(await watch.look(DUMPED).sight).toBe('console');
  });

  it('gives nothing where the driver follows nothing', async () => {
    const bench = crashBench();
    const { watch } = await bench.start();
    await watch.stop();
    const blind = new CrashWatch({
      follow: undefined,
      store: await bench.open(),
      clock: bench.clock,
      times: WATCH_TIMES,
      tell: () => {},
      onError: () => {},
    });
    const look = blind.look(DUMPED);
    expect(await look.sight).toBe('');
    await look.following;
    blind.asked(DUMPED, false);
    blind.event({ guest: DUMPED, kind: 'port-opened', detail: 'dump', at: 0 });
    await blind.stop();
  });

  it('leaves nothing open when the NMI was not sent', async () => {
    const bench = crashBench();
    const { watch } = await bench.start();
    await watch.look(DUMPED).following;
    watch.asked(DUMPED, false);
    await waitFor('the ports', () => bench.guest.ports.dump.isRead && bench.guest.ports.status.isRead);
    watch.ended(DUMPED, false);
    await waitFor('nothing', () => bench.guest.followers() === 0 && !bench.guest.ports.dump.isRead);
    expect(bench.guest.ports.status.isRead).toBe(false);
    expect((await bench.open()).unfinished()).toEqual([]);
  });
});

describe('a console', () => {
  it('tells a sign once an NMI, and no line that began before it', async () => {
    const bench = crashBench();
    const { watch } = await bench.start();
    const look = watch.look(DUMPED);
    await look.following;
    bench.guest.print(`${DAZED}Dazed and conf`);
    watch.asked(DUMPED, false);
    bench.guest.print('used, but trying to continue\n');
    // The one from before stands in the journal before the NMI; the line that began before it counts for nothing.
    expect(bench.kinds()).toEqual(['dazed']);
    bench.guest.print(`${DAZED}${DAZED}`);
    expect(bench.kinds()).toEqual(['dazed', 'dazed']);
    await bench.nmi();
    bench.guest.print(DAZED);
    expect(bench.kinds()).toEqual(['dazed', 'dazed', 'dazed']);
  });
});

type Bench = Pick<ReturnType<typeof crashBench>, 'event'> & { readonly watch: CrashWatch };

/** Lets all that is due happen. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

describe('a watch is over', () => {
  const released = (bench: ReturnType<typeof crashBench>) =>
    waitFor('nothing to be open', () => {
      const { ports, followers } = bench.guest;
      return followers() === 0 && !ports.dump.isRead && !ports.status.isRead;
    });

  it.each(['rebooted', 'stopped', 'undefined'] as const)(
    'when the guest %s, with all that was under way',
    async (kind) => {
      const bench = crashBench();
      await bench.start();
      await bench.nmi();
      await waitFor('the ports', () => bench.guest.ports.dump.isRead && bench.guest.ports.status.isRead);
      bench.guest.ports.dump.write(DUMP.subarray(0, 100_000));
      await bench.drained();
      bench.event(kind);
      bench.guest.ports.dump.write(DUMP.subarray(100_000));
      await bench.until('artefact');
      bench.clock.advance(2 * WATCH_TIMES.settle);
      await released(bench);
      expect((await bench.open()).unfinished()).toEqual([]);
    },
  );

  it('after its whole bound, and a dump that was under way is broken', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    bench.guest.ports.dump.write(DUMP.subarray(0, 100_000));
    await bench.drained();
    bench.clock.advance(WATCH_TIMES.whole - 1);
    bench.event('resumed');
    bench.clock.advance(WATCH_TIMES.whole - 1);
    expect(bench.kinds()).not.toContain('capture-broken');
    bench.clock.advance(1);
    // It is not the guest that gave up.
    expect(await bench.until('capture-broken')).toMatchObject({
      detail: 'the agent stopped waiting for the rest of the dump',
      facts: { hostFault: true },
    });
    await released(bench);
  });

  it.each([
    ['resumes', ({ event }: Bench) => event('resumed')],
    ['is found to run', ({ watch }: Bench) => watch.met([{ id: DUMPED, powerState: POWER_STATE.running }])],
  ])('after its whole bound from when a paused guest %s, however late that is', async (_, goesOn) => {
    const bench = crashBench();
    const { watch } = await bench.start();
    await bench.nmi(true);
    bench.clock.advance(3 * WATCH_TIMES.whole);
    await turns();
    expect(bench.guest.followers()).toBe(1);
    void watch.met([{ id: DUMPED, powerState: POWER_STATE.paused }]);
    void goesOn({ ...bench, watch });
    bench.clock.advance(WATCH_TIMES.whole - 1);
    await turns();
    bench.guest.print(DAZED);
    expect(bench.kinds()).toEqual(['dazed']);
    bench.clock.advance(1);
    await released(bench);
  });

  it('not when another NMI comes soon after the reboot', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    bench.event('rebooted');
    await bench.nmi();
    bench.clock.advance(2 * WATCH_TIMES.settle);
    await turns();
    bench.clock.advance(2 * WATCH_TIMES.settle);
    await turns();
    expect(bench.guest.followers()).toBe(1);
    bench.guest.print(DAZED);
    bench.guest.ports.dump.write(DUMP);
    await bench.until('artefact');
    expect(bench.kinds()).toContain('dazed');
  });

  it('and another one begins with an NMI that comes as it is closed', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    await waitFor('the ports', () => bench.guest.ports.dump.isRead && bench.guest.ports.status.isRead);
    bench.clock.advance(WATCH_TIMES.whole);
    await bench.nmi();
    await turns();
    bench.guest.print(DAZED);
    bench.guest.ports.dump.write(DUMP);
    await bench.until('artefact');
    expect(bench.kinds()).toContain('dazed');
    expect([bench.errors, bench.guest.followers()]).toEqual([[], 1]);
  });

  it('when the guest is gone', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    bench.guest.ports.dump.write(DUMP.subarray(0, 100_000));
    await bench.drained();
    bench.guest.ports.dump.end();
    expect((await bench.until('capture-broken')).detail).toBe('the guest went before its dump was whole');
  });
});
