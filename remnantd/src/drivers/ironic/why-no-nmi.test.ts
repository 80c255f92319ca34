// The diagnosis behind an NMI that Ironic failed at without a reason, against an Ironic over HTTP.

import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeIronic } from '../../../test/harness/fake-ironic.ts';
import type { FakeNode } from '../../../test/harness/fake-ironic-node.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import { noAuth } from './ironic-auth.ts';
import { IronicClient } from './ironic-client.ts';
import { getNode } from './list-nodes.ts';
import { saysNothingOfBmc } from './nmi-fault.ts';
import { whyNoNmi } from './why-no-nmi.ts';

type Probe = (address: string, port: number) => Promise<boolean>;

async function open(more: Partial<FakeNode>, probe: Probe) {
  const ironic = await FakeIronic.start();
  const clock = testClock();
  const client = new IronicClient({
    after: (ms, run) => clock.after(ms, run),
    url: ironic.url,
    auth: noAuth(),
    timeoutMs: 60_000,
    ca: null,
  });
  onTestFinished(async () => {
    client.close();
    clock.stop();
    await ironic.close();
  });
  const { uuid } = ironic.add({ name: 'n1', ...more });
  const node = await getNode(client, uuid);
  const answer = await client.ask('PUT', `/v1/nodes/${uuid}/management/inject_nmi`, { body: {} });
  expect(saysNothingOfBmc(answer)).toBe(true);
  const label = `n1 (${uuid})`;
  const diagnose = async () => {
    const { message, asked, code } = await whyNoNmi(
      { client, after: (ms, run) => clock.after(ms, run), probe },
      node,
      answer,
    );
    expect(message.endsWith('. Ironic says: IPMI call failed: power diag.')).toBe(true);
    return { asked, code, message: message.slice(0, message.indexOf('. Ironic says: ')).replace(label, 'N') };
  };
  return { ironic, clock, uuid, diagnose };
}

const yes: Probe = async () => true;
const no: Probe = async () => false;
const BMC = 'the BMC of node N at 127.0.0.1:6230';

describe('what is wrong with a BMC', () => {
  it.each([
    ['it refuses', { bmc: 'refuses-diag' }, yes, 'maybe', `${BMC} works, and takes no NMI; the NMI may have been sent`],
    [
      'it refuses, and only Ironic can reach it',
      { bmc: 'refuses-diag' },
      no,
      'maybe',
      `${BMC} works, and takes no NMI; the NMI may have been sent`,
    ],
    [
      'wrong password',
      { bmc: 'wrong-password' },
      yes,
      'maybe',
      `${BMC} answers, but Ironic cannot sign in to it or use it: the user or the password that Ironic has may be wrong; the NMI may have been sent`,
    ],
    [
      'unreachable',
      { bmc: 'unreachable' },
      no,
      'maybe',
      `${BMC} does not answer, neither Ironic nor this host; the NMI may have been sent`,
    ],
    [
      'its name is not known',
      { bmc: 'unreachable' },
      () => Promise.reject(new Error('no')),
      'maybe',
      `${BMC} does not answer, neither Ironic nor this host; the NMI may have been sent`,
    ],
  ] as const)('%s', async (_, node, probe, asked, message) => {
    const { diagnose, ironic, uuid } = await open(node, probe);
    expect(await diagnose()).toEqual({ code: 'failed', asked, message });
    expect(ironic.count('PUT', 'inject_nmi'), 'never asked again').toBe(1);
    expect(ironic.count('GET', `${uuid}/management/boot_device`)).toBe(1);
  });

  it('asks the BMC where Ironic has it', async () => {
    const places: unknown[] = [];
    const driverInfo = { ipmi_address: 'fe80::1', ipmi_port: '' };
    const { diagnose } = await open({ bmc: 'wrong-password', driverInfo }, async (...place) => places.push(place) > 0);
    expect((await diagnose()).message).toMatch(/^the BMC of node N at \[fe80::1\]:623 answers, but Ironic/);
    expect(places).toEqual([['fe80::1', 623]]);
  });
});

describe('what cannot be told', () => {
  it('where Ironic hides the BMC', async () => {
    const probed: string[] = [];
    const probe: Probe = async (address) => probed.push(address) > 0;
    const { diagnose } = await open({ bmc: 'unreachable', driverInfo: { ipmi_address: '** Redacted **' } }, probe);
    expect(await diagnose()).toMatchObject({
      asked: 'maybe',
      message: 'the BMC of node N does not do what Ironic asks of it, and why is not known; the NMI may have been sent',
    });
    expect(probed).toEqual([]);
  });

  it.each([
    [yes, `${BMC} answers, and why it took no NMI is not known; the NMI may have been sent`],
    [no, `${BMC} does not answer this host, and why it took no NMI is not known; the NMI may have been sent`],
  ])('while the node is locked', async (probe, message) => {
    const { ironic, uuid, diagnose } = await open({ bmc: 'wrong-password' }, probe);
    ironic.instead = () => {
      ironic.node(uuid).reservation = 'other';
      return false;
    };
    expect(await diagnose()).toMatchObject({ asked: 'maybe', message });
  });

  it.each([
    [
      yes,
      `${BMC} answers, but Ironic gets nothing from it: the user or the password that Ironic has may be wrong; the NMI may have been sent`,
    ],
    [no, `${BMC} does not answer, neither Ironic nor this host; the NMI may have been sent`],
  ])('Ironic tries for longer than 12 s', async (probe, message) => {
    const { ironic, clock, diagnose } = await open({ bmc: 'unreachable' }, probe);
    ironic.trouble = () => 'silence';
    const told = diagnose();
    await waitFor('its question', () => ironic.count('GET', 'boot_device') === 1);
    clock.advance(12_000);
    expect(await told).toMatchObject({ asked: 'maybe', message });
  });

  it('Ironic is away by now', async () => {
    const { ironic, diagnose } = await open({ bmc: 'unreachable' }, yes);
    await ironic.stop();
    expect(await diagnose()).toMatchObject({
      asked: 'maybe',
      message: `${BMC} answers, and why it took no NMI is not known; the NMI may have been sent`,
    });
  });
});
