// A guest's memory is kept whole or not at all, what is told of it is true, and the guest goes on in any case.

import { createHash, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { artefactBench, systemError } from '../../../test/harness/artefact-bench.ts';
import { simBench } from '../../../test/harness/sim-bench.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { walkFlat } from '../../drivers/conformance/flat-walk.contract.ts';
import type { Driver, MemoryFormat } from '../../drivers/driver.ts';
import { ability } from '../../drivers/driver.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import type { ArtefactStore, Caps } from '../capture/artefact-store.ts';
import { MemoryDumper, type MemorySeen } from './memory-dumper.ts';

const COMMAND = asId<CommandId>('the command');
const MIB = 2 ** 20;

interface More {
  readonly format?: MemoryFormat;
  readonly caps?: Partial<Caps>;
  readonly withinMs?: number;
  /** Throws when a whole dump is told of. */
  readonly untellable?: () => never;
  readonly driver?: (driver: Driver) => Driver;
}

/** A host with one guest whose memory is dumped. */
async function setUp(metadata: Record<string, string> = {}, more: More = {}) {
  const { format = 'kdump', caps = {}, withinMs = 60_000 } = more;
  const bench = artefactBench();
  const store = await bench.open({ caps });
  const server = asId<ServerId>(randomUUID());
  const sim = await simBench(bench.clock, [{ id: server, name: 'g', memoryMb: 256, metadata }]);
  const driver = more.driver?.(sim.driver) ?? sim.driver;
  const seen: MemorySeen[] = [];
  const tell = async (entry: MemorySeen) => {
    if (entry.kind === 'memory-dump') more.untellable?.();
    seen.push(entry);
  };
  const settings = { format, withinMs };
  const lifeOn = (files: ArtefactStore) =>
    new MemoryDumper({ driver, store: files, clock: bench.clock, settings, tell });
  const dumper = lifeOn(store);
  const live = async () => lifeOn(await bench.open({ caps }));
  const run = (stillGood = () => {}) => dumper.run(server, { command: COMMAND }, stillGood);
  const kinds = () => seen.map(({ kind }) => kind).filter((kind) => kind !== 'memory-bytes');
  const runsOn = () =>
    waitFor('the guest to run', async () => (await driver.guest(server)).powerState === POWER_STATE.running);
  return { ...bench, world: sim.world, store, server, driver, seen, dumper, live, run, kinds, runsOn };
}

describe("a guest's memory", () => {
  it.each([
    ['kdump', 'flattened'],
    ['elf', 'elf'],
  ] as const)('is kept as %s, whole, and told of', async (format, kept) => {
    const { run, store, kinds, seen, server, runsOn } = await setUp({}, { format });
    await run();
    expect(kinds()).toEqual(['memory-asked', 'memory-dump']);
    const [manifest] = store.list();
    if (manifest === undefined) throw new Error('nothing was kept');
    expect(manifest).toMatchObject({ server, source: 'hypervisor', format: kept, command: COMMAND });
    const bytes = await buffer(await store.read(manifest.id));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(seen.at(-1)?.facts).toEqual({
      artefact: { id: manifest.id, bytes: bytes.length, format: kept, source: 'hypervisor', sha256 },
    });
    if (format === 'kdump') expect(walkFlat(bytes)).toMatchObject({ whole: true, behind: 0 });
    else expect(bytes.readBigUInt64LE(32)).toBe(64n);
    await runsOn();
  });

  it('is told of as it comes, once a second', async () => {
    const { run, clock, seen } = await setUp({ sim_memory_ms: '10000' });
    const running = run();
    const progress = () => seen.flatMap(({ facts }) => facts?.memory ?? []);
    await waitFor('news of it', async () => {
      clock.advance(500);
      return progress().length > 3;
    });
    for (const { done, total } of progress()) expect(done).toBeLessThanOrEqual(total);
    expect(seen.find(({ kind }) => kind === 'memory-bytes')?.detail).toMatch(/^\d+ of 262144 bytes$/);
    await waitFor('it to end', async () => {
      clock.advance(500);
      return seen.at(-1)?.kind === 'memory-dump';
    });
    await running;
  });

  it('of a paused guest is taken, and it stays paused', async () => {
    const { run, driver, server, store } = await setUp();
    await ability(driver, 'pause').pause(server, { command: COMMAND });
    await run();
    expect(store.list()).toHaveLength(1);
    expect((await driver.guest(server)).powerState).toBe(POWER_STATE.paused);
  });
});

describe('nothing is left of it, and the guest goes on,', () => {
  const elsewhere = (driver: Driver): Driver => {
    const { dumpMemory: _, ...rest } = driver;
    return rest;
  };
  const cases: [string, Record<string, string>, More, RegExp][] = [
    ['when the hypervisor fails half-way', { sim_memory: 'fails' }, {}, /failed to save memory/],
    ['when the guest is confidential', { sim_memory: 'confidential' }, {}, /is confidential \(sev\)/],
    ['when the driver cannot', {}, { driver: elsewhere }, /has no ability "dumpMemory"/],
    ['when it is over the cap', {}, { caps: { perDump: 256 * MIB - 1 } }, /no room for the guest's 268435456 bytes/],
    ['when the host has no room', {}, { caps: { perHost: 100 } }, /100 bytes for all dumps of the host, 100 left/],
  ];
  it.each(cases)('%s', async (_, metadata, more, words) => {
    const { run, store, kinds, seen, stateDir, runsOn } = await setUp(metadata, more);
    await expect(run()).rejects.toMatchObject({
      name: 'DriverFault',
      asked: 'no',
      message: expect.stringMatching(words),
    });
    expect(kinds().at(-1)).toBe('memory-failed');
    expect(seen.at(-1)?.detail).toMatch(words);
    expect(store.list()).toEqual([]);
    expect(readdirSync(join(stateDir, 'artefacts'))).toEqual([]);
    expect(readdirSync(join(stateDir, 'keys'))).toEqual([]);
    await runsOn();
  });

  it('when it cannot be told of', async () => {
    const untellable = () => {
      throw systemError('ENOSPC');
    };
    const { run, store, kinds, stateDir, runsOn } = await setUp({}, { untellable });
    await expect(run()).rejects.toMatchObject({ name: 'DriverFault' });
    expect(kinds()).toEqual(['memory-asked', 'memory-failed']);
    expect([store.list(), readdirSync(join(stateDir, 'artefacts'))]).toEqual([[], []]);
    await runsOn();
  });

  it('when the disk is full', async () => {
    const { run, faults, caps, store, runsOn } = await setUp();
    faults.write = () => {
      faults.free = caps.keepFree - 1;
    };
    await expect(run()).rejects.toMatchObject({ message: 'the disk of the host is full' });
    expect(store.list()).toEqual([]);
    await runsOn();
  });

  it('when it takes too long', async () => {
    const { run, clock, kinds, runsOn, store } = await setUp({ sim_memory: 'stuck' }, { withinMs: 5_000 });
    const failed = expect(run()).rejects.toMatchObject({ message: expect.stringMatching(/within 5000 ms/) });
    await waitFor('the bound', async () => {
      clock.advance(1_000);
      return kinds().includes('memory-failed');
    });
    await failed;
    expect(store.list()).toEqual([]);
    await runsOn();
  });

  it('when the agent stops', async () => {
    const { run, dumper, kinds, runsOn, driver, server } = await setUp({ sim_memory: 'stuck' });
    const failed = expect(run()).rejects.toMatchObject({ message: expect.stringMatching(/agent was stopped/) });
    await waitFor('the guest to stand', async () => (await driver.guest(server)).powerState === POWER_STATE.paused);
    await dumper.stop();
    await failed;
    expect(kinds().at(-1)).toBe('memory-failed');
    await runsOn();
  });

  it('when the connection is lost', async () => {
    const { run, world, driver, server, kinds, runsOn } = await setUp({ sim_memory: 'stuck' });
    const failed = expect(run()).rejects.toMatchObject({ code: 'connection-lost', asked: 'no' });
    await waitFor('the guest to stand', async () => (await driver.guest(server)).powerState === POWER_STATE.paused);
    world.host('h').disconnect('gone');
    await failed;
    expect(kinds().at(-1)).toBe('memory-failed');
    world.host('h').reconnect();
    await runsOn();
  });

  it('when the grant ran out before it could be asked for: the guest never stood', async () => {
    const { run, kinds, store } = await setUp();
    await expect(
      run(() => {
        throw new Error('too late');
      }),
    ).rejects.toMatchObject({ name: 'DriverFault' });
    expect(kinds()).toEqual(['memory-failed']);
    expect(store.list()).toEqual([]);
  });

  it.each<[string, (dumper: MemoryDumper, guest: ServerId) => void]>([
    ['rebooted', (dumper, guest) => dumper.event({ guest, kind: 'rebooted', detail: '', at: 0 })],
    ['stopped', (dumper, guest) => dumper.event({ guest, kind: 'stopped', detail: '', at: 0 })],
    ['could not be watched', (dumper) => dumper.lost()],
  ])('when the guest %s before its turn came', async (words, happens) => {
    const { run, kinds, store, dumper, driver, server, runsOn, seen } = await setUp();
    const ask = { format: 'elf', boundMs: 60_000 } as const;
    const first = await ability(driver, 'dumpMemory').start(server, ask, { command: COMMAND });
    let claimed = false;
    const failed = expect(
      run(() => {
        claimed = true;
      }),
    ).rejects.toMatchObject({ code: 'failed', asked: 'no' });
    await waitFor('the claim', () => claimed);
    expect(kinds()).toEqual([]);
    dumper.event({ guest: asId<ServerId>(randomUUID()), kind: 'rebooted', detail: '', at: 0 });
    happens(dumper, server);
    first.bytes.destroy();
    await failed;
    expect(kinds()).toEqual(['memory-asked', 'memory-failed']);
    expect(seen.at(-1)?.detail).toMatch(new RegExp(`^the guest ${words}.* before its memory was asked for`));
    expect(store.list()).toEqual([]);
    await runsOn();
  });
});

describe('another life of the agent', () => {
  const entry = (server: ServerId) =>
    ({ command: COMMAND, seq: 1, server, kind: 'dump-memory', outcome: null, acknowledged: false }) as const;

  it('finds what was kept, and tells of it', async () => {
    const { run, live, server, seen, store } = await setUp();
    await run();
    const [kept] = store.list();
    if (kept === undefined) throw new Error('nothing was kept');
    expect(await (await live()).takeUp(entry(server))).toEqual({ result: 'success' });
    expect(seen.at(-1)).toEqual(seen.at(-2));
    // Once that is on the disk, once is enough.
    await store.told(kept.id);
    const told = seen.length;
    expect(await (await live()).takeUp(entry(server))).toEqual({ result: 'success' });
    expect(seen).toHaveLength(told);
  });

  it('says that nothing is left of what was not', async () => {
    const { dumper, server, kinds } = await setUp();
    const outcome = await dumper.takeUp(entry(server));
    expect(outcome).toMatchObject({ result: 'error', reason: expect.stringMatching(/^the agent restarted while/) });
    expect(kinds()).toEqual(['memory-failed']);
  });
});
