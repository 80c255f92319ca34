// What comes through a guest's dump port: whole dumps, halves, garbage, two in a row, and one that another life of the agent began.

import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { systemError } from '../../../test/harness/artefact-bench.ts';
import { crashBench, sha256 } from '../../../test/harness/crash-bench.ts';
import { DUMPED } from '../../../test/harness/dumped.ts';
import { flatDump, flatEnd, flatHeader, flatRecord } from '../../../test/harness/flat-dump.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { WATCH_TIMES } from './watch-deps.ts';

const DUMP = flatDump(300_000);
const OTHER = flatDump(200_000, 2);

describe('a dump', () => {
  it('comes in: what is told, in order, with what a machine needs', async () => {
    const bench = crashBench();
    const { store } = await bench.start();
    await bench.nmi();
    bench.guest.ports.status.write(Buffer.from('CRASH-KERNEL-UP dump=port\n'));
    await bench.until('crash-kernel');
    // The same words on the console are no second sign.
    bench.guest.print('KD[7.1] CRASH-KERNEL-UP dump=port\n');
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(DUMP);
    const { facts, detail } = await bench.until('artefact');
    bench.guest.ports.status.write(Buffer.from('DUMP-DONE rc=0\n'));
    await bench.until('saved');
    expect(bench.kinds()).toEqual(['crash-kernel', 'bytes', 'artefact', 'saved']);
    const [manifest] = store.list();
    expect(manifest).toMatchObject({ server: DUMPED, size: DUMP.length, sha256: sha256(DUMP) });
    expect(facts?.artefact).toEqual({
      id: manifest?.id,
      bytes: DUMP.length,
      format: 'flattened',
      source: 'guest',
      sha256: sha256(DUMP),
    });
    expect(detail).toContain(sha256(DUMP));
    expect(bench.told[1]?.facts?.artefact).toMatchObject({ id: manifest?.id, bytes: Number(bench.told[1]?.detail) });
    expect(DUMP.equals(await buffer(await store.read(manifest?.id as never)))).toBe(true);
    expect(bench.errors).toEqual([]);
  });

  it('of a guest that crashed by itself comes in too', async () => {
    const bench = crashBench();
    await bench.start();
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(DUMP);
    await bench.until('artefact');
    expect(bench.guest.followers()).toBe(1);
  });

  it('is told of at once, and then once a second', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    const tenth = Math.floor(DUMP.length / 10);
    for (let i = 0; i < 5; i += 1) {
      bench.guest.ports.dump.write(DUMP.subarray(i * tenth, (i + 1) * tenth));
      await bench.drained();
    }
    expect(bench.told.map(({ detail }) => detail)).toEqual([String(tenth)]);
    bench.clock.advance(WATCH_TIMES.bytes);
    expect(bench.told.map(({ detail }) => detail)).toEqual([String(tenth), String(5 * tenth)]);
    bench.clock.advance(10 * WATCH_TIMES.bytes);
    expect(bench.told).toHaveLength(2);
  });

  it('that stops half-way is broken soon after its port closed', async () => {
    const bench = crashBench();
    const { store } = await bench.start();
    await bench.nmi();
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(DUMP.subarray(0, 100_000));
    await bench.drained();
    bench.event('port-closed', 'dump');
    // What was still under way belongs to it.
    bench.clock.advance(WATCH_TIMES.settle - 1);
    bench.guest.ports.dump.write(DUMP.subarray(100_000, 150_000));
    await bench.drained();
    bench.clock.advance(WATCH_TIMES.settle - 1);
    expect(bench.kinds()).not.toContain('capture-broken');
    bench.clock.advance(1);
    const { detail, facts } = await bench.until('capture-broken');
    expect(detail).toBe('the guest closed its port before its dump was whole');
    expect(facts?.artefact?.bytes).toBe(150_000);
    expect(store.list()).toEqual([]);
  });

  it('of which the end was there in time, and a busy agent came to read it late, is whole', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(DUMP.subarray(0, 100_000));
    await bench.drained();
    bench.event('rebooted');
    bench.guest.ports.dump.write(DUMP.subarray(100_000));
    // Nothing of it is read before the time is over.
    bench.clock.advance(WATCH_TIMES.settle);
    expect((await bench.until('artefact')).facts?.artefact?.sha256).toBe(sha256(DUMP));
    expect(bench.kinds()).not.toContain('capture-broken');
  });

  it('comes in whole behind the zeros that an earlier one was pushed out with', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    bench.guest.ports.dump.write(Buffer.alloc(200));
    await bench.drained();
    bench.guest.ports.dump.write(Buffer.concat([Buffer.alloc(56), DUMP, Buffer.alloc(256)]));
    expect((await bench.until('artefact')).facts?.artefact?.sha256).toBe(sha256(DUMP));
    await bench.drained();
    expect(bench.kinds()).toEqual(['bytes', 'artefact']);
  });

  it('that is none is taken and thrown away; the next one is kept', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(Buffer.concat([Buffer.from('no dump at all '), DUMP]));
    const { detail, facts } = await bench.until('capture-broken');
    expect(detail).toBe('it does not begin as a flattened dump');
    expect(facts).not.toHaveProperty('hostFault');
    await bench.drained();
    bench.event('port-closed', 'dump');
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(OTHER);
    expect((await bench.until('artefact')).facts?.artefact?.sha256).toBe(sha256(OTHER));
    expect(bench.kinds()).toEqual(['capture-broken', 'bytes', 'artefact']);
  });

  it('over the cap is said to be, at once, and the guest never waits', async () => {
    const bench = crashBench();
    const { store } = await bench.start({ perDump: 100_000 });
    await bench.nmi();
    bench.guest.ports.dump.write(DUMP.subarray(0, 150_000));
    expect(await bench.until('capture-broken')).toMatchObject({
      detail: 'the dump is over the cap: 100000 bytes for a dump',
      facts: { hostFault: true },
    });
    bench.guest.ports.dump.write(DUMP.subarray(150_000));
    await bench.drained();
    expect(store.list()).toEqual([]);
  });

  it('on a full disk is said to be, and the guest never waits', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    bench.faults.append = () => {
      throw systemError('ENOSPC');
    };
    bench.guest.ports.dump.write(DUMP);
    expect(await bench.until('capture-broken')).toMatchObject({
      detail: 'the disk of the host is full',
      facts: { hostFault: true },
    });
    await bench.drained();
    expect(bench.errors).toEqual([]);
  });
});

describe('two dumps', () => {
  it('of one guest are two artefacts', async () => {
    const bench = crashBench();
    const { store } = await bench.start();
    await bench.nmi();
    for (const dump of [DUMP, OTHER]) {
      bench.event('port-opened', 'dump');
      bench.guest.ports.dump.write(dump);
    }
    await bench.until('artefact', 2);
    expect(store.list().map((manifest) => manifest.sha256)).toEqual([DUMP, OTHER].map(sha256));
  });

  it('never mix: the second one begins where it begins, whatever is left of the first', async () => {
    const bench = crashBench();
    const { store } = await bench.start();
    await bench.nmi();
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(DUMP.subarray(0, 100_000));
    await bench.drained();
    bench.event('port-opened', 'dump');
    expect((await bench.until('capture-broken')).detail).toBe('another dump began before it was whole');
    bench.guest.ports.dump.write(Buffer.concat([DUMP.subarray(100_000, 150_000), OTHER.subarray(0, 20)]));
    bench.guest.ports.dump.write(OTHER.subarray(20));
    expect((await bench.until('artefact')).facts?.artefact?.sha256).toBe(sha256(OTHER));
    expect(store.list()).toHaveLength(1);
  });

  it('an opening that is told after its first bytes does not cut them off', async () => {
    const bench = crashBench();
    await bench.start();
    await bench.nmi();
    bench.guest.ports.dump.write(DUMP.subarray(0, 100_000));
    await bench.drained();
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(DUMP.subarray(100_000));
    expect((await bench.until('artefact')).facts?.artefact?.sha256).toBe(sha256(DUMP));
  });
});

describe('another life of the agent', () => {
  const half = async (bench: ReturnType<typeof crashBench>) => {
    const { watch } = await bench.start();
    await bench.nmi();
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(DUMP.subarray(0, 150_000));
    await bench.drained();
    await watch.stop();
    expect(bench.guest.ports.dump.isRead).toBe(false);
  };

  it('goes on with the dump, though it is told of the open port again', async () => {
    const bench = crashBench();
    await half(bench);
    bench.guest.ports.dump.write(DUMP.subarray(150_000, 200_000));
    const { store } = await bench.start();
    bench.event('port-opened', 'dump');
    bench.guest.ports.dump.write(DUMP.subarray(200_000));
    await bench.drained();
    bench.event('port-closed', 'dump');
    bench.clock.advance(WATCH_TIMES.settle);
    expect((await bench.until('artefact')).facts?.artefact?.sha256).toBe(sha256(DUMP));
    expect(store.list()).toHaveLength(1);
  });

  it('believes its end when the port was closed, or nothing came behind it for a while', async () => {
    for (const closed of [true, false]) {
      const bench = crashBench();
      await half(bench);
      const { store } = await bench.start();
      bench.guest.ports.dump.write(DUMP.subarray(150_000));
      await bench.drained();
      expect(store.list()).toEqual([]);
      if (closed) bench.event('port-closed', 'dump');
      bench.clock.advance(closed ? WATCH_TIMES.settle : WATCH_TIMES.proof);
      expect((await bench.until('artefact')).facts?.artefact?.sha256).toBe(sha256(DUMP));
    }
  });

  it.each([
    ['at once', 0],
    ['later', 100],
  ])('does not take for an end what has more behind it: %s', async (_, pause) => {
    // Memory full of ones, in blocks as the bitmap of a dump: behind lost bytes it reads as the end of a dump.
    const ones = [0, 1, 2, 3].map((i) => flatRecord(i * 4_096, Buffer.alloc(4_096, 255)));
    const dump = Buffer.concat([flatHeader(), ...ones, flatEnd()]);
    const bench = crashBench();
    const { watch } = await bench.start();
    await bench.nmi();
    bench.guest.ports.dump.write(dump.subarray(0, 6_000));
    await bench.drained();
    await watch.stop();
    await bench.start();
    // The first record was to end here; 100 bytes are missing, so the next 16 are ones.
    const seeming = 4_096 + 16 + 4_096 + 100 + 16;
    bench.guest.ports.dump.write(dump.subarray(6_100, pause === 0 ? undefined : seeming));
    await bench.drained();
    if (pause > 0) bench.guest.ports.dump.write(dump.subarray(seeming));
    expect((await bench.until('capture-broken')).detail).toBe('the agent restarted while the dump was written');
    await bench.drained();
    bench.clock.advance(WATCH_TIMES.proof);
    expect(bench.kinds()).not.toContain('artefact');
  });

  it('knows when bytes were lost', async () => {
    const bench = crashBench();
    await half(bench);
    bench.guest.ports.dump.write(DUMP.subarray(150_000));
    bench.guest.ports.dump.lose(65_536);
    await bench.start();
    bench.event('port-closed', 'dump');
    await bench.drained();
    bench.clock.advance(WATCH_TIMES.settle);
    // Whatever the guest did then: the agent may have lost part of it before.
    expect((await bench.until('capture-broken')).facts?.hostFault).toBe(true);
    expect(bench.kinds()).not.toContain('artefact');
  });

  it('waits a while for the rest, and says why there is none', async () => {
    const bench = crashBench();
    await half(bench);
    await bench.start();
    await waitFor('the port to be read', () => bench.guest.ports.dump.isRead);
    bench.clock.advance(WATCH_TIMES.stalled);
    expect((await bench.until('capture-broken')).detail).toBe('the agent restarted while the dump was written');
  });
});
