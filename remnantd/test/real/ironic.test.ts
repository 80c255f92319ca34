// Bare metal as its operator and its tenants live with it: the unmodified `openstack`, Remnant, a real Ironic, BMCs by IPMI and by
// Redfish, and guests behind them that really panic.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import { HOST, IronicCloud } from './ironic-cloud.ts';
import type { IronicNode } from './ironic-node.ts';

/** Longer than a locked node is asked for again: an Ironic that waits for a BMC has its node locked for so long, s. */
const IPMI_RETRY = 30;
const PANIC = 'Kernel panic - not syncing: NMI: Not continuing';
/** A reason may take as long as Ironic tries, and a look at the BMC. */
const LONG_MS = 240_000;

type Row = Readonly<Record<string, unknown>>;
interface Machine {
  readonly node: IronicNode;
  readonly id: string;
}

let cloud: IronicCloud;
let ipmi: Machine;
let redfish: Machine;

beforeAll(async () => {
  cloud = await IronicCloud.open({ powerSync: 5, ipmiRetry: IPMI_RETRY, ipmitoolRetries: true });
  ipmi = await cloud.machine({ driver: 'ipmi', displayName: 'db-1', console: true });
  redfish = await cloud.machine({ driver: 'redfish', displayName: 'db-2' });
});
afterAll(async () => {
  await cloud.close();
});

const event = async (id: string) => {
  const [newest] = await cloud.json<Row[]>('2.58', 'server', 'event', 'list', id);
  const shown = await cloud.json<Row>('2.84', 'server', 'event', 'show', id, String(newest?.['Request ID']));
  return { action: newest?.['Action'], shown: JSON.stringify(shown) };
};

it('machines with an instance on them are servers, on a host that is UP, each on a hypervisor of its own', async () => {
  const servers = await cloud.json<Row[]>('2.16', 'server', 'list', '--long', '-c', 'ID', '-c', 'Name', '-c', 'Status');
  const seen = servers.map((one) => `${String(one['ID'])} ${String(one['Name'])} ${String(one['Status'])}`);
  expect(new Set(seen)).toEqual(new Set([`${ipmi.id} db-1 ACTIVE`, `${redfish.id} db-2 ACTIVE`]));
  const shown = await cloud.json<Row>('2.16', 'server', 'show', ipmi.id);
  expect(shown).toMatchObject({
    host_status: 'UP',
    'OS-EXT-SRV-ATTR:host': HOST,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': ipmi.node.uuid,
  });
  const hypervisors = await cloud.json<Row[]>('2.53', 'hypervisor', 'list');
  const names = hypervisors.map((one) => one['Hypervisor Hostname']);
  expect(new Set(names)).toEqual(new Set([ipmi.node.uuid, redfish.node.uuid]));
});

describe.each([
  // Ironic gives its console: the panic is read there.
  ['IPMI', () => ipmi, 'panicked_without_dump', /console shows its panic/],
  // Nothing is between Remnant and the machine but its BMC: what became of it is not known, and that is what is said.
  ['Redfish', () => redfish, 'unknown', /no reaction of the guest was seen/],
] as const)('over %s', (_, machine, verdict, reason) => {
  it('a crash dump makes the machine panic, once, and the action is a success', { timeout: LONG_MS }, async () => {
    const { node, id } = machine();
    await node.ready();
    await cloud.openstack('2.17', 'server', 'dump', 'create', node.displayName);
    await node.says(PANIC);
    const { action, shown } = await event(id);
    expect(action).toBe('trigger_crash_dump');
    expect(shown).toContain('compute_trigger_crash_dump');
    expect(shown).toMatch(/['"]?result['"]?[=:] ?\\?['"]Success/);
    expect(await node.nmis()).toBe(1);
    const ended = await cloud.ended(id);
    expect(ended).toMatchObject({ verdict, nmi: 'at-least-once' });
    expect(ended.reason).toMatch(reason);
  });

  it('a reboot brings it back, and it is stopped and started', { timeout: LONG_MS }, async () => {
    const { node, id } = machine();
    await cloud.openstack('2.17', 'server', 'reboot', '--hard', '--wait', id);
    await node.ready(2);
    await cloud.openstack('2.17', 'server', 'stop', id);
    await cloud.until(id, 'SHUTOFF');
    expect((await node.show()).power_state).toBe('power off');
    const off = await cloud.nmi(id);
    // The API knows that it is off: it does not come as far as the driver.
    expect(off).toMatch(/while it is in vm_state stopped/);
    await cloud.openstack('2.17', 'server', 'start', id);
    await cloud.until(id, 'ACTIVE');
    await node.ready(3);
  });
});

describe('what can be wrong, each in words of its own', () => {
  const reasons = new Map<string, string>();
  const told = (what: string, reason: string | null): string => {
    if (reason === null) throw new Error(`${what}: an NMI was sent`);
    // Ids are another one each time.
    reasons.set(what, reason.replaceAll(/req-[\da-f-]+|[\da-f-]{36}/g, ''));
    return reason;
  };

  it('the machine went off, and nobody knows yet', { timeout: LONG_MS }, async () => {
    const { node, id } = redfish;
    await node.power('power off');
    // As soon as Remnant hears of it, the server is stopped; until then, the driver looks.
    const reason = told('off', await cloud.nmi(id));
    expect(reason).toMatch(/is not running|while it is in vm_state stopped/);
    expect(await node.nmis()).toBe(1);
    await cloud.until(id, 'SHUTOFF');
    await cloud.openstack('2.17', 'server', 'start', id);
    await cloud.until(id, 'ACTIVE');
  });

  it('its driver in Ironic has no NMI', { timeout: LONG_MS }, async () => {
    const { id } = await cloud.machine({ driver: 'fake-hardware' });
    expect(told('no NMI', await cloud.nmi(id))).toContain('its driver in Ironic, fake-hardware, has none');
  });

  it.each([
    ['IPMI', () => ipmi, /answers, but Ironic cannot sign in to it or use it/],
    ['Redfish', () => redfish, /refuses the user or the password that Ironic has/],
  ] as const)('another password, %s', { timeout: LONG_MS }, async (name, machine, words) => {
    const { node, id } = machine();
    await node.setBmcPassword('another');
    expect(told(`password ${name}`, await cloud.nmi(id))).toMatch(words);
    await node.tellIronicPassword('another');
    await cloud.ended(id);
  });

  it('a node that is locked, for longer than is waited for', { timeout: LONG_MS }, async () => {
    const { node, id } = ipmi;
    await node.lock();
    expect(told('locked', await cloud.nmi(id))).toMatch(/^the machine is locked, for Ironic is busy with it/);
    await node.unlock();
    await cloud.ended(id);
  });

  it('a BMC that is gone', { timeout: LONG_MS }, async () => {
    const { node, id } = ipmi;
    await node.silenceBmc();
    expect(told('gone', await cloud.nmi(id))).toMatch(
      /^.*the BMC of the machine does not answer, neither Ironic nor this host/,
    );
    await node.wakeBmc();
    await cloud.ended(id);
  });

  it('an Ironic that is gone: the host is UNKNOWN, and nothing is disabled; it comes back by itself', {
    timeout: LONG_MS,
  }, async () => {
    await cloud.lab.stop();
    expect(await cloud.hostIs('UNKNOWN')).toMatchObject({ state: 'down', cause: 'out-of-reach', disabled: false });
    expect(await cloud.json<Row>('2.16', 'server', 'show', ipmi.id)).toMatchObject({ host_status: 'UNKNOWN' });
    // The first to find it gone hears how that was; that it cannot be reached is known when it was asked once more.
    await waitFor('it to be asked once more', async () => {
      const reason = told('no Ironic', await cloud.nmi(ipmi.id));
      expect(reason).toMatch(/^(Ironic|the connection to Ironic|the conductor of Ironic|no conductor of Ironic) /);
      return reason.startsWith('Ironic cannot be reached');
    });
    await cloud.lab.start();
    expect(await cloud.hostIs('UP')).toMatchObject({ state: 'up' });
  });

  it('no two reasons are the same, and each NMI that came to nothing reached no machine', async () => {
    expect(reasons.size).toBe(7);
    expect(new Set(reasons.values()).size).toBe(7);
    expect([await ipmi.node.nmis(), await redfish.node.nmis()]).toEqual([1, 1]);
  });
});

it('a node in maintenance shows in the health of the host, and host_status stays as it is', async () => {
  await cloud.lab.ask('PUT', `/nodes/${redfish.node.uuid}/maintenance`, { reason: 'fans' });
  const host = await waitFor('it to show', async () => {
    const seen = await cloud.host();
    return seen.nodes.find(({ id }) => id === redfish.node.uuid)?.maintenance === true && seen;
  });
  expect(host).toMatchObject({ status: 'UP', state: 'up' });
  await cloud.lab.ask('DELETE', `/nodes/${redfish.node.uuid}/maintenance`);
});

it('deleting the server has Ironic take away what is on the machine', { timeout: LONG_MS }, async () => {
  const { node, id } = redfish;
  await cloud.openstack('2.17', 'server', 'delete', '--wait', id);
  expect(await node.show()).toMatchObject({ provision_state: 'available', instance_uuid: null });
});
