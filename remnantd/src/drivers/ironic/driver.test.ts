// The driver on an Ironic for tests: what it finds, what it tells, what it asks for, and how often.

import { describe, expect, it } from 'vitest';
import { connectedIronic, faultOf, ironicBench } from '../../../test/harness/ironic-bench.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { asId, type CommandId, type ServerId } from '../../model/ids.ts';
import { POWER_STATE } from '../../model/power-state.ts';
import { ability, DriverFault } from '../driver.ts';

const ORDER = { command: asId<CommandId>('c') };
const ONE = '11111111-1111-4111-8111-111111111111';
const TWO = '22222222-2222-4222-8222-222222222222';
const INSTANCE = asId<ServerId>('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa');

describe('which nodes are guests', () => {
  it('those with an instance, under its id and the name its owner gave it', async () => {
    const { driver } = await connectedIronic((ironic) => {
      ironic.add({ uuid: ONE, name: 'n1', instanceUuid: INSTANCE, instanceInfo: { display_name: 'db-1' } });
      ironic.add({ uuid: TWO, name: 'n2' });
    });
    const guest = {
      id: INSTANCE,
      name: 'db-1',
      powerState: POWER_STATE.running,
      vcpus: 1,
      memoryMb: 256,
      ours: false,
      node: ONE,
    };
    expect(await driver.guests()).toEqual([guest]);
    expect(await driver.guest(INSTANCE)).toEqual(guest);
    expect(await faultOf(driver.guest(asId(TWO)))).toMatchObject({ code: 'not-found', asked: 'no' });
  });

  it('those that are named, by UUID, by name or by *, while something is deployed on them', async () => {
    for (const adopt of [[TWO], ['n2'], ['*']]) {
      const { driver, ironic } = await connectedIronic(
        (fake) => {
          fake.add({ uuid: TWO, name: 'n2' });
          fake.add({ name: 'empty', provisionState: 'available' });
        },
        { adopt },
      );
      expect((await driver.guests()).map(({ id, name }) => [id, name])).toEqual([[TWO, 'n2']]);
      expect((await driver.inventory()).nodes).toHaveLength(2);
      expect(ironic.nmis).toEqual([]);
    }
  });

  it('of two nodes that name one instance, one', async () => {
    const { driver } = await connectedIronic((ironic) => {
      ironic.add({ uuid: TWO, instanceUuid: INSTANCE });
      ironic.add({ uuid: ONE, instanceUuid: INSTANCE });
    });
    expect((await driver.guests()).map(({ node }) => node)).toEqual([ONE]);
  });

  it.each([
    ['power on', POWER_STATE.running],
    ['power off', POWER_STATE.shutdown],
    ['rebooting', POWER_STATE.noState],
    ['error', POWER_STATE.noState],
    [null, POWER_STATE.noState],
  ])('one in %s is in power state %s', async (powerState, wanted) => {
    const { driver } = await connectedIronic((ironic) => {
      ironic.add({ instanceUuid: INSTANCE, powerState });
    });
    expect((await driver.guest(INSTANCE)).powerState).toBe(wanted);
  });

  it('all nodes are hypervisors, with what is wrong with them', async () => {
    const { driver } = await connectedIronic((ironic) => {
      ironic.add({ uuid: ONE, name: 'n1', instanceUuid: INSTANCE });
      ironic.add({ uuid: TWO, maintenance: true, maintenanceReason: 'fans', lastError: 'no fan', powerState: null });
    });
    const inventory = await driver.inventory();
    expect(inventory).toMatchObject({ hypervisorType: 'ironic', hypervisorHostname: 'iron', vcpus: 2, memoryMb: 512 });
    const same = { arch: 'x86_64', vcpus: 1, memoryMb: 256, diskGb: 1, provision: 'active' };
    expect(inventory.nodes).toEqual([
      { id: ONE, name: 'n1', powerState: 1, maintenance: null, lastError: null, guest: INSTANCE, ...same },
      { id: TWO, name: TWO, powerState: 0, maintenance: 'fans', lastError: 'no fan', guest: null, ...same },
    ]);
  });
});

describe('what it tells', () => {
  it('of 210 nodes what changed, in one request a poll', async () => {
    const { driver, ironic, told, changes } = await connectedIronic((fake) => {
      for (let i = 0; i < 210; i += 1) fake.add({ instanceUuid: crypto.randomUUID() });
      fake.add({ uuid: ONE, instanceUuid: INSTANCE });
    });
    expect(await driver.guests()).toHaveLength(211);
    const before = ironic.journal.length;
    ironic.node(ONE).powerState = 'power off';
    await waitFor('it to be told', () => told().length === 1);
    expect(told()).toEqual(['stopped Ironic says that it is off']);
    await waitFor('the change to be told', () => changes() === 1);
    const polls = ironic.journal.slice(before);
    expect(new Set(polls.map(({ path }) => path.split('?')[0]))).toEqual(new Set(['/v1/nodes']));
    expect(polls.every(({ path }) => !path.includes('marker='))).toBe(true);
    ironic.node(ONE).powerState = 'power on';
    await waitFor('it to be told', () => told().length === 2);
    expect(told()[1]).toBe('started Ironic says that it is on');
  });

  it('an error that is new, once, and that a node is in maintenance', async () => {
    const { ironic, told, changes } = await connectedIronic((fake) => {
      fake.add({ uuid: ONE, instanceUuid: INSTANCE, lastError: 'old' });
    });
    Object.assign(ironic.node(ONE), { lastError: 'power sync failed', maintenance: true });
    await waitFor('it to be told', () => changes() === 1);
    const asked = ironic.journal.length;
    await waitFor('further polls', () => ironic.journal.length > asked + 3);
    expect([told(), changes()]).toEqual([['trouble Ironic notes an error of the machine'], 1]);
  });

  it('a node that comes, and one that goes', async () => {
    const { driver, ironic, changes } = await connectedIronic((fake) => {
      fake.add({ uuid: ONE, instanceUuid: INSTANCE });
    });
    ironic.add({ uuid: TWO, instanceUuid: TWO });
    await waitFor('it to be told', () => changes() === 1);
    expect((await driver.guests()).map(({ id }) => id)).toEqual([INSTANCE, TWO]);
    ironic.remove(ONE);
    await waitFor('it to be told', () => changes() === 2);
    expect((await driver.guests()).map(({ id }) => id)).toEqual([TWO]);
  });

  it('an Ironic that is gone, once, and that it is back: meanwhile nothing is known of any machine', async () => {
    const { driver, ironic, connections } = await connectedIronic((fake) => {
      fake.add({ instanceUuid: INSTANCE });
    });
    await ironic.stop();
    await waitFor('it to be told', () => connections.length === 2);
    expect(connections[1]).toMatchObject({ up: false, unknown: true });
    const { reason = '' } = connections[1] as { reason?: string };
    expect(reason).toContain(ironic.url);
    for (const attempt of [
      driver.guests(),
      driver.guest(INSTANCE),
      driver.inventory(),
      driver.powerOff(INSTANCE, ORDER),
    ]) {
      expect(await faultOf(attempt)).toMatchObject({ code: 'connection-lost', asked: 'no', message: reason });
    }
    await ironic.start();
    await waitFor('it to be told', () => connections.length === 3);
    expect(connections[2]).toMatchObject({ up: true });
    expect(await driver.guests()).toHaveLength(1);
  });

  it('an Ironic that was never there, and nothing behind its stop', async () => {
    const { driver, connections } = await ironicBench({ url: 'http://127.0.0.1:1' });
    await waitFor('it to be told', () => connections.length === 1);
    expect(connections).toMatchObject([{ up: false, unknown: true }]);
    await driver.stop();
    expect(await faultOf(driver.guests())).toMatchObject({ code: 'connection-lost' });
  });
});

describe('an NMI', () => {
  const ready = (more: object = {}, options: object = {}) =>
    connectedIronic((ironic) => {
      ironic.add({ uuid: ONE, name: 'n1', instanceUuid: INSTANCE, ...more });
    }, options);
  const puts = (ironic: { count(method: string, end: string): number }) => ironic.count('PUT', '/inject_nmi');

  it('is asked for once, at least once delivered, and has longer than Ironic tries', async () => {
    const { driver, ironic } = await ready();
    const nmi = ability(driver, 'injectNmi');
    expect(nmi).toMatchObject({ asking: 'at-least-once', latchedWhilePaused: false });
    let checks = 0;
    await nmi.send(INSTANCE, ORDER, () => {
      checks += 1;
    });
    expect([ironic.nmis.length, puts(ironic), checks]).toEqual([1, 1, 1]);
    const { driver: other } = await ready({}, { nmiMs: 75_000, timeoutMs: 10_000 });
    expect(ability(other, 'injectNmi').boundMs).toBeGreaterThan(100_000);
  });

  it('is not asked for of a machine that is off, nor once it is too late', async () => {
    const { driver, ironic } = await ready({ powerState: 'power off' });
    const off = await faultOf(ability(driver, 'injectNmi').send(INSTANCE, ORDER));
    expect(off).toMatchObject({ code: 'not-running', message: `Instance ${INSTANCE} is not running.` });
    ironic.node(ONE).powerState = 'power on';
    const late = new DriverFault('failed', 'too late');
    const send = ability(driver, 'injectNmi').send(INSTANCE, ORDER, () => {
      throw late;
    });
    expect(await faultOf(send)).toBe(late);
    expect(puts(ironic)).toBe(0);
  });

  it('for a locked node is asked for again, as long as it is still good', async () => {
    const { driver, ironic } = await ready({ reservation: 'conductor-7' });
    let checks = 0;
    const sent = ability(driver, 'injectNmi').send(INSTANCE, ORDER, () => {
      checks += 1;
    });
    await waitFor('a third try', () => puts(ironic) >= 3);
    ironic.node(ONE).reservation = null;
    await sent;
    expect(ironic.nmis).toHaveLength(1);
    expect(checks).toBe(puts(ironic));
  });

  it('for a node that stays locked ends with who has it, when it is too late and when its time is over', async () => {
    for (const most of [2, Number.POSITIVE_INFINITY]) {
      const { driver, ironic } = await ready({ reservation: 'conductor-7' });
      let checks = 0;
      const fault = await faultOf(
        ability(driver, 'injectNmi').send(INSTANCE, ORDER, () => {
          checks += 1;
          if (checks > most) throw new DriverFault('failed', 'too late');
        }),
      );
      expect(fault).toMatchObject({ code: 'failed', asked: 'no' });
      expect(fault.message).toContain('locked by host conductor-7');
      expect(ironic.nmis).toEqual([]);
    }
  });

  it('whose answer is lost is not asked for again: it may have been sent', async () => {
    const { driver, ironic } = await ready();
    ironic.trouble = ({ path }) => (path.endsWith('/inject_nmi') ? 'drop' : null);
    const fault = await faultOf(ability(driver, 'injectNmi').send(INSTANCE, ORDER));
    expect(fault).toMatchObject({ code: 'connection-lost', asked: 'maybe' });
    expect(puts(ironic)).toBe(1);
  });

  it('for a driver of Ironic without one is refused as not supported', async () => {
    const { driver } = await ready({ driver: 'fake-hardware' });
    const fault = await faultOf(ability(driver, 'injectNmi').send(INSTANCE, ORDER));
    expect(fault).toMatchObject({ code: 'not-supported', asked: 'no' });
  });

  it('is followed more closely than a poll would', async () => {
    const { driver, ironic, told } = await ready({}, { pollMs: 100_000_000 });
    ironic.onNmi((node) => {
      node.powerState = 'power off';
      node.lastError = 'it went off';
    });
    await ability(driver, 'injectNmi').send(INSTANCE, ORDER);
    await waitFor('it to be told', () => told().length === 2);
    expect(told()).toEqual(['stopped Ironic says that it is off', 'trouble Ironic notes an error of the machine']);
  });
});

describe('what is not so', () => {
  it('a machine whose power was not known did not come on', async () => {
    const { ironic, told, changes } = await connectedIronic((fake) => {
      fake.add({ uuid: ONE, instanceUuid: INSTANCE });
    });
    for (const [times, powerState] of [null, 'power on'].entries()) {
      ironic.node(ONE).powerState = powerState;
      await waitFor('it to be seen', () => changes() === times + 1);
    }
    expect(told()).toEqual([]);
  });

  it('a node that has another instance by now gets nothing that was meant for the one before', async () => {
    const { driver, ironic } = await connectedIronic(
      (fake) => {
        fake.add({ uuid: ONE, instanceUuid: INSTANCE });
      },
      { pollMs: 100_000_000 },
    );
    ironic.node(ONE).instanceUuid = TWO;
    const { injectNmi } = driver;
    for (const attempt of [
      injectNmi?.send(INSTANCE, ORDER),
      driver.powerOff(INSTANCE, ORDER),
      driver.guest(INSTANCE),
    ]) {
      expect(await faultOf(attempt ?? Promise.resolve())).toMatchObject({ code: 'not-found', asked: 'no' });
    }
    expect(ironic.journal.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('an NMI that was certainly not sent has nothing to be watched for', async () => {
    const { driver, ironic } = await connectedIronic(
      (fake) => {
        fake.add({ uuid: ONE, instanceUuid: INSTANCE, driver: 'fake-hardware' });
        fake.add({ uuid: TWO, instanceUuid: TWO });
      },
      { pollMs: 100_000_000 },
    );
    await faultOf(ability(driver, 'injectNmi').send(INSTANCE, ORDER));
    const looks = (uuid: string) => ironic.journal.filter(({ path }) => path.startsWith(`/v1/nodes/${uuid}?`)).length;
    const before = looks(ONE);
    await ability(driver, 'injectNmi').send(asId(TWO), ORDER);
    await waitFor('some looks at the other', () => looks(TWO) > 3);
    expect(looks(ONE)).toBe(before);
  });
});

describe('what an owner reads', () => {
  const PLACES = /\d+\.\d+\.\d+\.\d+|https?:|localhost|conductor|ECONN/;

  it('of an Ironic that is away has no place in it', async () => {
    const { driver, connections } = await ironicBench({ url: 'http://127.0.0.1:1' });
    await waitFor('it to be told', () => connections.length === 1);
    const { message, forOwner } = await faultOf(driver.guest(INSTANCE));
    expect(message).toMatch(PLACES);
    expect(forOwner).toBe('Ironic cannot be reached');
  });

  it('of a machine that is locked, or whose BMC is gone, neither', async () => {
    for (const more of [{ reservation: 'conductor-7' }, { bmc: 'unreachable' as const }]) {
      const { driver } = await connectedIronic((fake) => {
        fake.add({ uuid: ONE, name: 'rack-7', instanceUuid: INSTANCE, ...more });
      });
      const { message, forOwner } = await faultOf(ability(driver, 'injectNmi').send(INSTANCE, ORDER));
      expect(message).toContain('rack-7');
      expect(forOwner).toMatch(/^(the BMC of )?the machine /);
      expect(forOwner).not.toMatch(PLACES);
      expect(forOwner).not.toContain('rack-7');
    }
  });
});
