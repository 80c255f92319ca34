// What an order comes to: each way a driver can fail, and the ways in which it is never asked at all.

import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { simBench } from '../../test/harness/sim-bench.ts';
import type { TestClock } from '../../test/harness/test-clock.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import type { Driver, Guest, InjectNmi } from '../drivers/driver.ts';
import { DriverFault } from '../drivers/driver.ts';
import type { CreateSpec, Order, Outcome } from '../model/command.ts';
import type { CommandId, ImageId, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { POWER_STATE } from '../model/power-state.ts';
import type { Images } from '../ports/images.ts';
import type { RunDeps } from './run-order.ts';
import { runOrder } from './run-order.ts';

const NMI: Order = { kind: 'inject-nmi' };
const IMAGE = asId<ImageId>(randomUUID());
const images: Images = {
  list: () => Promise.resolve([]),
  find: () => Promise.resolve(null),
  files: (id) => Promise.resolve(id === IMAGE ? { kernel: '/k', initrd: '/i' } : null),
};

interface Bench {
  readonly clock: TestClock;
  readonly world: Awaited<ReturnType<typeof simBench>>['world'];
  readonly driver: Driver;
  readonly server: ServerId;
  /** Marks, in order: an NMI was noted, an NMI was sent. */
  readonly marks: string[];
  readonly run: (order: Order, more?: Partial<RunDeps>) => Promise<Outcome>;
}

/** A host with one running guest of `behaviour`, on a clock that stands still. */
async function setUp(behaviour = 'panics'): Promise<Bench> {
  const clock = testClock();
  clock.freeze();
  const server = asId<ServerId>(randomUUID());
  onTestFinished(() => clock.stop());
  const guest = { id: server, name: 'g', metadata: { sim_behaviour: behaviour } };
  const { world, driver } = await simBench(clock, [guest]);
  const marks: string[] = [];
  const deps: RunDeps = {
    driver,
    images,
    clock,
    inTime: () => true,
    noteNmi: async () => {
      marks.push(`noted with ${world.nmis().length} sent`);
    },
  };
  const run = (order: Order, more: Partial<RunDeps> = {}) =>
    runOrder({ ...deps, ...more }, server, asId<CommandId>('c'), order);
  return { clock, world, driver, server, marks, run };
}

/** `driver` with another way to send an NMI. */
function withNmi(driver: Driver, nmi: Partial<InjectNmi>): Driver {
  const real = driver.injectNmi as InjectNmi;
  return { ...driver, injectNmi: { ...real, ...nmi } };
}

describe('an NMI that went out', () => {
  it('is a success that says what asking means, noted before it was sent', async () => {
    const { run, marks, world } = await setUp();
    expect(await run(NMI)).toEqual({ result: 'success', meaning: 'exactly-asked' });
    expect(marks).toEqual(['noted with 0 sent']);
    expect(world.nmis()).toHaveLength(1);
  });

  it('through a driver that may resend says so', async () => {
    const { run, driver } = await setUp();
    const outcome = await run(NMI, { driver: withNmi(driver, { asking: 'at-least-once' }) });
    expect(outcome).toEqual({ result: 'success', meaning: 'at-least-once' });
  });

  it('to a paused guest is latched, where a paused guest keeps it', async () => {
    const { run, driver, server } = await setUp();
    await driver.pause(server, { command: asId<CommandId>('p') });
    expect(await run(NMI)).toEqual({ result: 'success', meaning: 'latched' });
    const keepsNone = withNmi(driver, { latchedWhilePaused: false });
    expect(await run(NMI, { driver: keepsNone })).toEqual({ result: 'success', meaning: 'exactly-asked' });
  });
});

// Nova: compute/manager.py trigger_crash_dump and virt/libvirt, as event details and the code of the server's fault.
const FAULTS: readonly (readonly [string, DriverFault, Outcome])[] = [
  [
    'libvirt VIR_ERR_NO_SUPPORT',
    new DriverFault('not-supported', 'Triggering crash dump is not supported'),
    error('Triggering crash dump is not supported', 'Triggering crash dump is not supported', 400),
  ],
  [
    'libvirt VIR_ERR_OPERATION_INVALID',
    new DriverFault('not-running', 'Instance 7 is not running.', { novaClass: 'InstanceNotRunning' }),
    error('Instance 7 is not running.', 'Instance 7 is not running.', 400),
  ],
  [
    'another libvirt code',
    new DriverFault('failed', 'internal error: no', { novaClass: 'libvirtError' }),
    error('internal error: no', 'libvirtError', 500),
  ],
  [
    'no such domain',
    new DriverFault('not-found', 'Instance 7 could not be found.', { novaClass: 'InstanceNotFound' }),
    error('Instance 7 could not be found.', 'Instance 7 could not be found.', null),
  ],
  [
    'a connection lost before it was asked',
    new DriverFault('connection-lost', 'gone', { novaClass: 'libvirtError' }),
    error('gone', 'libvirtError', 500),
  ],
  [
    'a connection lost while it was asked',
    new DriverFault('connection-lost', 'gone', { asked: 'maybe', novaClass: 'libvirtError' }),
    { result: 'unknown', reason: 'gone' },
  ],
  [
    'a failure that leaves it open',
    new DriverFault('failed', 'timed out', { asked: 'maybe' }),
    { result: 'unknown', reason: 'timed out' },
  ],
];

function error(reason: string, details: string, faultCode: 400 | 500 | null): Outcome {
  return { result: 'error', reason, details, faultCode };
}

describe('a driver that fails', () => {
  it.each(FAULTS)('%s', async (_, fault, outcome) => {
    const { run, driver } = await setUp();
    expect(await run(NMI, { driver: withNmi(driver, { send: () => Promise.reject(fault) }) })).toEqual(outcome);
  });

  it('or lacks the ability: NotImplementedError, and nothing is noted', async () => {
    const { run, driver, marks } = await setUp();
    const { injectNmi: _, ...without } = driver;
    const outcome = await run(NMI, { driver: without });
    expect(outcome).toMatchObject({ result: 'error', details: 'NotImplementedError', faultCode: 500 });
    expect(marks).toEqual([]);
  });

  it('or throws what it must not: unknown, with its words', async () => {
    const { run, driver } = await setUp();
    const broken = withNmi(driver, { send: () => Promise.reject(new TypeError('not a function')) });
    const unknown = { result: 'unknown', reason: 'the agent failed: TypeError: not a function' };
    expect(await run(NMI, { driver: broken })).toEqual(unknown);
  });

  it('or never answers: unknown at its bound and not before, with the NMI sent once', async () => {
    const { run, clock, world, marks } = await setUp('stuck');
    let outcome: Outcome | null = null;
    const ran = run(NMI).then((ended) => {
      outcome = ended;
    });
    while (world.nmis().length === 0) await Promise.resolve();
    expect(marks).toHaveLength(1);
    clock.advance(9_999);
    await Promise.resolve();
    expect(outcome).toBeNull();
    clock.advance(1);
    await ran;
    expect(outcome).toEqual({
      result: 'unknown',
      reason: 'the sim driver did not answer within 10 s; the NMI may have been sent',
    });
    expect(world.nmis()).toHaveLength(1);
  });
});

describe('a grant that ran out', () => {
  const TOO_LATE = { result: 'error', details: 'MessagingTimeout', faultCode: 500 };

  it('before anything was done: nothing is looked up, noted or sent', async () => {
    const { run, world, marks } = await setUp();
    expect(await run(NMI, { inTime: () => false })).toMatchObject(TOO_LATE);
    expect([marks, world.nmis()]).toEqual([[], []]);
  });

  it('while the guest was looked up', async () => {
    const { run, driver, world } = await setUp();
    let good = true;
    const guest = async (id: ServerId): Promise<Guest> => {
      good = false;
      return driver.guest(id);
    };
    expect(await run(NMI, { driver: { ...driver, guest }, inTime: () => good })).toMatchObject(TOO_LATE);
    expect(world.nmis()).toEqual([]);
  });

  it('while the journal was written', async () => {
    const { run, world } = await setUp();
    let good = true;
    const noteNmi = async () => void (good = false);
    expect(await run(NMI, { noteNmi, inTime: () => good })).toMatchObject(TOO_LATE);
    expect(world.nmis()).toEqual([]);
  });
});

it('an NMI that could not be noted is not sent', async () => {
  const { run, world } = await setUp();
  const outcome = await run(NMI, { noteNmi: () => Promise.reject(new Error('ENOSPC')) });
  expect([outcome.result, world.nmis()]).toEqual(['error', []]);
});

describe('every other order', () => {
  const made = asId<ServerId>(randomUUID());
  const spec = { id: made, name: 'i', displayName: 'd', projectId: 'p', vcpus: 1, memoryMb: 64, metadata: {} };
  const create = (image: ImageId): CreateSpec => ({ ...spec, image, boot: { os_command_line: 'quiet' } });

  it('does what it says', async () => {
    const { run, driver, server } = await setUp();
    const state = async () => (await driver.guest(server)).powerState;
    for (const [kind, after] of [
      ['pause', POWER_STATE.paused],
      ['unpause', POWER_STATE.running],
      ['power-off', POWER_STATE.shutdown],
      ['power-on', POWER_STATE.running],
    ] as const) {
      expect(await run({ kind })).toEqual({ result: 'success' });
      expect(await state()).toBe(after);
    }
    expect(await run({ kind: 'create', spec: create(IMAGE) })).toEqual({ result: 'success' });
    expect((await driver.guest(made)).ours).toBe(true);
    expect(await run({ kind: 'destroy' })).toEqual({ result: 'success' });
    await expect(driver.guest(server)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is an error where the image is not on the host', async () => {
    const { run } = await setUp();
    const outcome = await run({ kind: 'create', spec: create(asId<ImageId>('elsewhere')) });
    expect(outcome).toEqual(error('image elsewhere is not on this host', 'ImageNotFound', 500));
  });
});
