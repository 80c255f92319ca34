// What the driver has Ironic do to its machines: power, reboots, tearing down; each waited for, and told when it fails.

import { describe, expect, it } from 'vitest';
import { connectedIronic, faultOf } from '../../../test/harness/ironic-bench.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { asId, type CommandId, type ServerId } from '../../model/ids.ts';
import { ability } from '../driver.ts';

const ORDER = { command: asId<CommandId>('c') };
const ONE = '11111111-1111-4111-8111-111111111111';
const TWO = '22222222-2222-4222-8222-222222222222';
const INSTANCE = asId<ServerId>('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');

describe('power', () => {
  const running = () =>
    connectedIronic((ironic) => {
      ironic.add({ uuid: ONE, instanceUuid: INSTANCE });
      ironic.pace.powerMs = 20;
    });
  const asked = (journal: readonly { method: string; body: string }[]) =>
    journal.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.parse(body) as object);

  it('off and on, each waited for, and nothing asked of one that is so already', async () => {
    const { driver, ironic, told } = await running();
    await driver.powerOff(INSTANCE, ORDER);
    expect(ironic.node(ONE).powerState).toBe('power off');
    await driver.powerOff(INSTANCE, ORDER);
    await driver.powerOn(INSTANCE, ORDER);
    expect(ironic.node(ONE).powerState).toBe('power on');
    await driver.powerOn(INSTANCE, ORDER);
    expect(asked(ironic.journal)).toEqual([{ target: 'power off' }, { target: 'power on' }]);
    expect(told().map((line) => line.split(' ')[0])).toEqual(['stopped', 'started']);
  });

  it('soft and hard reboots; one that does not go down is cut off', async () => {
    const { driver, ironic, events } = await running();
    const reboot = ability(driver, 'reboot');
    await reboot.soft(INSTANCE, 20_000, ORDER);
    await reboot.hard(INSTANCE, ORDER);
    expect(events.map(({ kind }) => kind)).toEqual(['stopped', 'started', 'stopped', 'started']);
    ironic.node(ONE).ignoresShutdown = true;
    await reboot.soft(INSTANCE, 20_000, ORDER);
    const soft = { target: 'soft rebooting', timeout: 20 };
    expect(asked(ironic.journal)).toEqual([soft, { target: 'rebooting' }, soft, { target: 'rebooting' }]);
  });

  it('down: asked to, and cut off where it does not', async () => {
    const { driver, ironic } = await running();
    await ability(driver, 'reboot').down?.(INSTANCE, 20_000, ORDER);
    expect(ironic.node(ONE).powerState).toBe('power off');
    await driver.powerOn(INSTANCE, ORDER);
    ironic.node(ONE).ignoresShutdown = true;
    await ability(driver, 'reboot').down?.(INSTANCE, 1_000, ORDER);
    expect(ironic.node(ONE).powerState).toBe('power off');
    expect(asked(ironic.journal).at(-1)).toEqual({ target: 'power off' });
  });

  it('a node that is locked is asked for again until it is free', async () => {
    const { driver, ironic } = await running();
    ironic.node(ONE).reservation = 'conductor-7';
    const done = driver.powerOff(INSTANCE, ORDER);
    await waitFor('a second try', () => ironic.count('PUT', '/states/power') >= 2);
    ironic.node(ONE).reservation = null;
    await done;
    expect(ironic.node(ONE).powerState).toBe('power off');
  });

  it('a BMC that fails is told of in the words of Ironic', async () => {
    const { driver, ironic } = await running();
    ironic.node(ONE).bmc = 'unreachable';
    const fault = await faultOf(driver.powerOff(INSTANCE, ORDER));
    expect(fault).toMatchObject({ code: 'failed', asked: 'no' });
    expect(fault.message).toContain('IPMI call failed');
  });
});

describe('deleting', () => {
  it('has Ironic take away what is deployed, and forgets the guest; again is done', async () => {
    const { driver, ironic } = await connectedIronic((fake) => {
      fake.add({ uuid: ONE, instanceUuid: INSTANCE });
      fake.pace.tearDownMs = 30;
    });
    await driver.destroy(INSTANCE, ORDER);
    expect(await faultOf(driver.guest(INSTANCE))).toMatchObject({ code: 'not-found' });
    await driver.destroy(INSTANCE, ORDER);
    expect(ironic.count('PUT', '/states/provision')).toBe(1);
    expect(ironic.node(ONE)).toMatchObject({ instanceUuid: null, provisionState: 'available' });
  });

  it('of a node that was adopted too, and leaves one alone that is not in use', async () => {
    const { driver, ironic } = await connectedIronic(
      (fake) => {
        fake.add({ uuid: ONE });
        fake.add({ uuid: TWO, instanceUuid: INSTANCE, provisionState: 'enroll' });
      },
      { adopt: ['*'] },
    );
    await driver.destroy(asId(ONE), ORDER);
    expect(ironic.node(ONE).provisionState).toBe('available');
    const fault = await faultOf(driver.destroy(INSTANCE, ORDER));
    expect(fault).toMatchObject({ code: 'failed', asked: 'no' });
    expect(fault.message).toContain('"enroll"');
  });
});
