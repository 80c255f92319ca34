// What an order comes to: each way a driver can fail, and the ways in which it is never asked at all.

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IMAGE, orderBench } from '../../test/harness/order-bench.ts';
import { waitFor } from '../../test/harness/wait-for.ts';
import type { Ability, Driver } from '../drivers/driver.ts';
import { ability, DriverFault } from '../drivers/driver.ts';
import type { InjectNmi } from '../drivers/guest-life.ts';
import type { CreateSpec, Order, Outcome } from '../model/command.ts';
import { tasksOf } from '../model/command-tasks.ts';
import type { CommandId, ImageId, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { POWER_STATE } from '../model/power-state.ts';

const NMI: Order = { kind: 'inject-nmi' };
/** `driver` with another way to send an NMI. */
function withNmi(driver: Driver, nmi: Partial<InjectNmi>): Driver {
  const real = driver.injectNmi as InjectNmi;
  return { ...driver, injectNmi: { ...real, ...nmi } };
}

describe('an NMI that went out', () => {
  it('is a success that says what asking means, noted before it was sent', async () => {
    const { run, marks, world } = await orderBench();
    expect(await run(NMI)).toEqual({ result: 'success', meaning: 'exactly-asked' });
    expect(marks).toEqual(['noted with 0 sent']);
    expect(world.nmis()).toHaveLength(1);
  });

  it('through a driver that may resend says so', async () => {
    const { run, driver } = await orderBench();
    const outcome = await run(NMI, { driver: withNmi(driver, { asking: 'at-least-once' }) });
    expect(outcome).toEqual({ result: 'success', meaning: 'at-least-once' });
  });

  it('to a paused guest is latched, where a paused guest keeps it', async () => {
    const { run, driver, server } = await orderBench();
    await ability(driver, 'pause').pause(server, { command: asId<CommandId>('p') });
    expect(await run(NMI)).toEqual({ result: 'success', meaning: 'latched' });
    const keepsNone = withNmi(driver, { latchedWhilePaused: false });
    expect(await run(NMI, { driver: keepsNone })).toEqual({ result: 'success', meaning: 'exactly-asked' });
  });

  it('to one that we paused after its panic is not: it will not resume by itself', async () => {
    const { run, driver, server } = await orderBench();
    await ability(driver, 'pause').pause(server, { command: asId<CommandId>('p') });
    const shown = () => POWER_STATE.crashed;
    expect(await run(NMI, { shown })).toEqual({ result: 'success', meaning: 'exactly-asked' });
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

const NO_IMAGE: Outcome = {
  result: 'error',
  reason: 'image elsewhere is not on this host',
  details: 'ImageNotFound',
  faultCode: 500,
  untouched: true,
};

function error(reason: string, details: string, faultCode: 400 | 500 | null): Outcome {
  return { result: 'error', reason, details, faultCode };
}

describe('a driver that fails', () => {
  it.each(FAULTS)('%s', async (_, fault, outcome) => {
    const { run, driver } = await orderBench();
    expect(await run(NMI, { driver: withNmi(driver, { send: () => Promise.reject(fault) }) })).toEqual(outcome);
  });

  it('or lacks the ability: NotImplementedError, and nothing is noted', async () => {
    const { run, driver, marks } = await orderBench();
    const { injectNmi: _, ...without } = driver;
    const outcome = await run(NMI, { driver: without });
    expect(outcome).toMatchObject({ result: 'error', details: 'NotImplementedError', faultCode: 500, untouched: true });
    expect(marks).toEqual([]);
  });

  it('or throws what it must not: unknown, with its words', async () => {
    const { run, driver } = await orderBench();
    const broken = withNmi(driver, { send: () => Promise.reject(new TypeError('not a function')) });
    const unknown = { result: 'unknown', reason: 'the agent failed: TypeError: not a function' };
    expect(await run(NMI, { driver: broken })).toEqual(unknown);
  });

  it('or never answers: unknown at its bound and not before, with the NMI sent once', async () => {
    const { run, clock, world, marks } = await orderBench('stuck');
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
  const TOO_LATE = { result: 'error', details: 'MessagingTimeout', faultCode: 500, untouched: true };

  it('before anything was done: nothing is looked up, noted or sent', async () => {
    const { run, world, marks } = await orderBench();
    expect(await run(NMI, { inTime: () => false })).toMatchObject(TOO_LATE);
    expect([marks, world.nmis()]).toEqual([[], []]);
  });

  it('while the guest was looked up', async () => {
    const { run, world } = await orderBench();
    let good = true;
    const look = async () => {
      good = false;
      return POWER_STATE.running;
    };
    expect(await run(NMI, { look, inTime: () => good })).toMatchObject(TOO_LATE);
    expect(world.nmis()).toEqual([]);
  });

  it('while the journal was written', async () => {
    const { run, world } = await orderBench();
    let good = true;
    const noteNmi = async () => void (good = false);
    expect(await run(NMI, { noteNmi, inTime: () => good })).toMatchObject(TOO_LATE);
    expect(world.nmis()).toEqual([]);
  });
});

it.each(['noteNmi', 'begun'] as const)('an NMI that could not be noted is not sent: %s', async (what) => {
  const { run, world } = await orderBench();
  const full = Promise.reject(new Error('ENOSPC'));
  full.catch(() => {});
  const outcome = await run(NMI, what === 'begun' ? { begun: full } : { noteNmi: () => full });
  expect([outcome.result, world.nmis()]).toEqual(['error', []]);
});

it('an NMI waits for the ledger, and is noted meanwhile', async () => {
  const { run, world, marks } = await orderBench();
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const outcome = run(NMI, { begun });
  await waitFor('the note', () => marks.length > 0);
  expect(world.nmis()).toEqual([]);
  resolve();
  expect(await outcome).toMatchObject({ result: 'success' });
});

describe('every other order', () => {
  const made = asId<ServerId>(randomUUID());
  const spec = { id: made, name: 'i', displayName: 'd', projectId: 'p', vcpus: 1, memoryMb: 64, metadata: {} };
  const create = (image: ImageId): CreateSpec => ({ ...spec, image, boot: { os_command_line: 'quiet' } });

  it('does what it says', async () => {
    const { run, driver, server } = await orderBench();
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
    const { run } = await orderBench();
    const outcome = await run({ kind: 'create', spec: create(asId<ImageId>('elsewhere')) });
    expect(outcome).toEqual(NO_IMAGE);
  });

  it('puts its memory away and goes on, reboots, is rescued and comes back', async () => {
    const { run, driver, server } = await orderBench();
    const state = async () => (await driver.guest(server)).powerState;
    for (const [order, after] of [
      [{ kind: 'suspend' }, POWER_STATE.shutdown],
      [{ kind: 'resume' }, POWER_STATE.running],
      [{ kind: 'reboot', how: 'soft' }, POWER_STATE.running],
      [{ kind: 'power-off' }, POWER_STATE.shutdown],
      [{ kind: 'reboot', how: 'hard' }, POWER_STATE.running],
      [{ kind: 'power-off' }, POWER_STATE.shutdown],
      [{ kind: 'rescue', from: { image: IMAGE, boot: {} } }, POWER_STATE.running],
      [{ kind: 'unrescue' }, POWER_STATE.running],
    ] as const satisfies readonly (readonly [Order, number])[]) {
      expect(await run(order), order.kind).toEqual({ result: 'success' });
      expect(await state(), order.kind).toBe(after);
    }
  });

  it('that powers a guest off asks it to go down first, where its driver can ask', async () => {
    const { run, driver, server } = await orderBench();
    const asked: unknown[] = [];
    const down = async (id: ServerId, waitMs: number) => {
      asked.push(waitMs);
      await driver.powerOff(id, { command: asId<CommandId>('c') });
    };
    const cut = () => Promise.reject(new Error('its power was cut'));
    const asking = { ...driver, powerOff: cut, reboot: { ...ability(driver, 'reboot'), down } };
    expect(await run({ kind: 'power-off' }, { driver: asking })).toEqual({ result: 'success' });
    expect(asked).toEqual([20_000]);
    expect((await driver.guest(server)).powerState).toBe(POWER_STATE.shutdown);
  });

  it('tells how far it is, in words of its own row and in their order', async () => {
    const { run, server } = await orderBench();
    const size = { vcpus: 2, memoryMb: 128, diskGb: 0 };
    const orders: readonly Order[] = [
      { kind: 'create', spec: create(IMAGE) },
      { kind: 'reboot', how: 'soft' },
      { kind: 'reboot', how: 'hard' },
      { kind: 'rescue', from: { image: IMAGE, boot: {} } },
      { kind: 'unrescue' },
      { kind: 'resize', size },
      { kind: 'rebuild', spec: { ...create(IMAGE), id: server }, stopped: false },
    ];
    for (const order of orders) {
      const told: string[] = [];
      expect(await run(order, { noteTask: (_, __, task) => told.push(task) })).toEqual({ result: 'success' });
      const row = tasksOf(order);
      expect(told, order.kind).toEqual(row.filter((task) => told.includes(task)));
      expect(row.length > 1 ? told.at(-1) : undefined, order.kind).toBe(row.length > 1 ? row.at(-1) : undefined);
    }
  });

  it('is rescued with the files of the image, and what its properties say', async () => {
    const { run, driver } = await orderBench();
    const asked: unknown[] = [];
    const verb = { rescue: async (_: ServerId, from: unknown) => void asked.push(from), unrescue: async () => {} };
    const boot = { os_command_line: 'single' };
    await run({ kind: 'rescue', from: { image: IMAGE, boot } }, { driver: { ...driver, rescue: verb } });
    expect(asked).toEqual([
      { boot: { kernel: '/k', initrd: '/i', commandLine: 'single', properties: boot }, disk: null },
    ]);
  });

  it('leaves a guest alone whose rescue image is not on the host', async () => {
    const { run, driver, server } = await orderBench();
    const from = { image: asId<ImageId>('elsewhere'), boot: {} };
    expect(await run({ kind: 'rescue', from })).toEqual(NO_IMAGE);
    expect((await driver.guest(server)).powerState).toBe(POWER_STATE.running);
  });

  it('that fails half-way is followed by a look at what it left, and one that never began is not', async () => {
    const { run, driver, server, marks } = await orderBench();
    const hard = async () => {
      await driver.powerOff(server, { command: asId<CommandId>('c') });
      throw new DriverFault('failed', 'it does not start any more', { novaClass: 'libvirtError' });
    };
    const broken = { ...driver, reboot: { hard, soft: hard } };
    const failed = error('it does not start any more', 'libvirtError', 500);
    expect(await run({ kind: 'reboot', how: 'hard' }, { driver: broken })).toEqual(failed);
    expect(marks).toEqual([`found ${POWER_STATE.shutdown}`]);
    expect(await run({ kind: 'reboot', how: 'hard' }, { driver: broken, inTime: () => false })).toMatchObject({
      untouched: true,
    });
    const gone = { ...broken, guest: () => Promise.reject(new DriverFault('not-found', 'gone')) };
    expect(await run({ kind: 'reboot', how: 'soft' }, { driver: gone })).toEqual(failed);
    expect(marks).toHaveLength(1);
  });

  it.each<[Ability, Order]>([
    ['suspend', { kind: 'suspend' }],
    ['suspend', { kind: 'resume' }],
    ['reboot', { kind: 'reboot', how: 'soft' }],
    ['reboot', { kind: 'reboot', how: 'hard' }],
    ['rescue', { kind: 'rescue', from: { image: IMAGE, boot: {} } }],
    ['rescue', { kind: 'unrescue' }],
    ['resize', { kind: 'resize', size: { vcpus: 1, memoryMb: 64, diskGb: 0 } }],
  ])('without the ability %s is not implemented, and nothing is said of progress: %j', async (name, order) => {
    const { run, driver } = await orderBench();
    const told: string[] = [];
    const without = { ...driver };
    delete (without as Partial<Record<Ability, unknown>>)[name];
    const outcome = await run(order, { driver: without, noteTask: (_, __, task) => told.push(task) });
    expect(outcome).toMatchObject({ result: 'error', details: 'NotImplementedError', untouched: true });
    expect(told).toEqual([]);
  });
});
