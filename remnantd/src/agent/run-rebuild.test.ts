// What an evacuation comes to on its new host, by what that finds of the disk; and the removal of what a move left.

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IMAGE, images, orderBench } from '../../test/harness/order-bench.ts';
import { ability, DriverFault } from '../drivers/driver.ts';
import type { CreateSpec, Order, Outcome } from '../model/command.ts';
import type { CommandId, ImageId, ServerId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { POWER_STATE } from '../model/power-state.ts';
import type { Images } from '../ports/images.ts';

/** The disks of the bench's host. */
const DISKS = 'the disks of h';
const failed = (details: string, reason = details): Outcome => ({ result: 'error', reason, details, faultCode: 500 });
const NOT_AS_SAID = failed('Invalid state of instance files on shared storage');
const spec = { name: 'i', displayName: 'd', projectId: 'p', vcpus: 1, memoryMb: 64, metadata: {} };
const create = (image: ImageId): Omit<CreateSpec, 'id'> => ({ ...spec, image, boot: { os_command_line: 'quiet' } });

describe('a server that is evacuated here', () => {
  const WITH_DISK = asId<ImageId>(randomUUID());
  const [made, old] = [asId<CommandId>('made'), asId<CommandId>('old')];
  const disk = { path: '/d', format: 'raw' } as const;
  const withDisk: Images = { ...images, files: () => Promise.resolve({ boot: null, disk }) };
  const to = (id: ServerId, more: Partial<Extract<Order, { kind: 'rebuild' }>>): Order => ({
    kind: 'rebuild',
    spec: { ...create(WITH_DISK), id },
    stopped: false,
    ...more,
  });
  const bench = async () => {
    const opened = await orderBench();
    await opened.driver.destroy(opened.server, { command: asId<CommandId>('d') });
    return opened;
  };

  /** A host with a disk of a guest that another one had; what is run on it. */
  async function evacuated(more: Partial<Extract<Order, { kind: 'rebuild' }>>, making: CommandId | null = made) {
    const { run, world, driver, server: id } = await bench();
    world.putDisk(DISKS, id, { making, by: asId('elsewhere') });
    const outcome = await run(to(id, more), { images: withDisk });
    const running = await driver.guest(id).then(
      ({ powerState }) => powerState,
      () => null,
    );
    return { outcome, making: world.disks(DISKS).get(id)?.making, running };
  }

  it.each([
    ['keeps the disk that it finds', { stale: [old] }, made, { making: made }],
    ['or one that nobody signed', { stale: [old], expected: true }, null, { making: null }],
  ] as const)('%s, and says so', async (_, wish, making, kept) => {
    const end = await evacuated({ disk: wish }, making);
    expect(end).toEqual({ outcome: { result: 'success', kept }, making, running: POWER_STATE.running });
  });

  it('on a disk that is kept it boots with the kernel of its image, where that has one', async () => {
    const { run, world, driver, server: id } = await bench();
    world.putDisk(DISKS, id, { making: made, by: asId('elsewhere') });
    const withKernel = { ...create(IMAGE), id, boot: { kernel_id: 'k' } };
    const outcome = await run(to(id, { spec: withKernel, disk: { stale: [] } }));
    expect(outcome).toEqual({ result: 'success', kept: { making: made } });
    expect(world.host('h').guests.get(id)?.spec.boot).toMatchObject({ kernel: '/k', initrd: '/i' });
    await driver.destroy(id, { command: asId<CommandId>('d') });
    world.putDisk(DISKS, id, { making: made, by: asId('elsewhere') });
    const gone = { ...withKernel, image: asId<ImageId>('elsewhere') };
    expect(await run(to(id, { spec: gone, disk: { stale: [] } }))).toEqual({
      ...failed('ImageNotFound', 'image elsewhere is not on this host'),
      untouched: true,
    });
    expect(world.disks(DISKS).get(id)?.making).toBe(made);
  });

  it('is off where it is to be', async () => {
    expect((await evacuated({ disk: { stale: [] }, stopped: true })).running).toBe(POWER_STATE.shutdown);
  });

  it.each([
    ['an old one is as good as none', { disk: { stale: [made] } }],
    ['as said', { disk: { stale: [made], expected: false } }],
    ['and so where none may be kept', {}],
  ] as const)('is made anew where there is none: %s', async (_, more) => {
    const end = await evacuated(more);
    expect(end).toEqual({ outcome: { result: 'success' }, making: 'c', running: POWER_STATE.running });
  });

  it.each([
    ['none, and one was to be', { stale: [made], expected: true }],
    ['one, and none was to be', { stale: [], expected: false }],
  ])('with %s, ends as with Nova and touches nothing', async (_, wish) => {
    expect(await evacuated({ disk: wish })).toEqual({ outcome: NOT_AS_SAID, making: made, running: null });
  });

  it('what was made or taken over since its rebuild was asked for is not replaced', async () => {
    const { run, world, driver, server: id } = await bench();
    world.putDisk(DISKS, id, { making: made, by: asId('elsewhere') });
    const reason = 'the disk that lies here was made, or taken over, since this was asked for';
    const outcome = await run(to(id, { replaces: [old] }), { images: withDisk });
    expect(outcome).toMatchObject({ result: 'error', reason });
    expect(world.disks(DISKS).get(id)?.making).toBe(made);
    await expect(driver.guest(id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await run(to(id, { replaces: [old, made] }), { images: withDisk })).toEqual({ result: 'success' });
  });

  it('where nobody can tell whether there is one, it is neither kept nor made', async () => {
    const { run, driver, server: id } = await bench();
    const why = new DriverFault('failed', 'not mounted', { novaClass: 'X' });
    const make = { ...ability(driver, 'make'), findDisk: () => Promise.reject(why) };
    const outcome = await run(to(id, { disk: { stale: [] } }), { images: withDisk, driver: { ...driver, make } });
    expect(outcome).toEqual({ ...failed('X', 'not mounted'), untouched: true });
    await expect(driver.guest(id)).rejects.toMatchObject({ code: 'not-found' });
  });
});

it("removes a leftover, and its disk only where that is known to be nobody else's", async () => {
  const { run, world, server } = await orderBench();
  const making = asId<CommandId>('m');
  world.putDisk(DISKS, server, { making, by: asId('elsewhere') });
  expect(await run({ kind: 'destroy', leftover: true, stale: [] })).toEqual({ result: 'success' });
  expect(world.disks(DISKS).get(server)?.making).toBe(making);
  expect(await run({ kind: 'destroy', leftover: true, stale: [making] })).toEqual({ result: 'success' });
  expect(world.disks(DISKS).get(server)).toBeUndefined();
});
