// The lab's Ironic and its machines are what tests suppose: this Ironic answers as the recorded one did, on which the fake stands; an NMI
// through it reaches a guest, by IPMI and by Redfish; what befalls a machine befalls it. A machine's own console and its BMC's log tell.

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recording } from '../harness/ironic-recording.ts';
import { waitFor } from '../harness/wait-for.ts';
import { IronicLab } from './ironic-lab.ts';
import type { IronicNode } from './ironic-node.ts';

const PANIC = 'Kernel panic - not syncing: NMI: Not continuing';
/** Seconds for which Ironic tries an IPMI command again: enough to see that it does. */
const IPMI_RETRY = 4;

let lab: IronicLab;

beforeAll(async () => {
  lab = await IronicLab.open({ auth: 'http_basic', powerSync: 0, ipmiRetry: IPMI_RETRY });
});

afterAll(() => lab?.close());

const nmi = (ident: string) => `/nodes/${ident}/management/inject_nmi`;
const ask = (node: IronicNode) => lab.request('PUT', nmi(node.uuid), {});

/** What is of one run alone in an answer is left out. */
function told(answer: { readonly status: number; readonly text: string }): string {
  const plain = answer.text
    .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'UUID')
    .replaceAll(/0x[\da-f]+/g, 'ADDRESS')
    .replaceAll(/127\.0\.0\.\d+/g, 'HOST')
    .replaceAll(/HOST:\d+/g, 'HOST:PORT')
    .replaceAll(/port=\d+/g, 'port=PORT')
    // A set has no order.
    .replaceAll(/<ResetType[^>]*>(?:, )?/g, '');
  return `${answer.status} ${plain}`;
}

/** That is what the recorded Ironic said to the same. */
function isAsRecorded(answer: { readonly status: number; readonly text: string }, name: string): void {
  expect(told(answer)).toBe(told(recording(name)));
}

test('what is wrong with a request is told as it was recorded', async () => {
  const { uuid } = await lab.node({ driver: 'fake-hardware' });
  isAsRecorded(await lab.request('PUT', nmi(uuid), {}), 'inject-nmi-driver-without-nmi-400');
  isAsRecorded(await lab.request('PUT', nmi(uuid), {}, '1.28'), 'inject-nmi-old-microversion-404');
  isAsRecorded(await lab.request('PUT', nmi(uuid), {}, '1.99'), 'inject-nmi-too-new-microversion-406');
  isAsRecorded(await lab.request('POST', nmi(uuid), {}), 'inject-nmi-wrong-method-405');
  const nobody = '00000000-0000-4000-8000-000000000000';
  isAsRecorded(await lab.request('PUT', nmi(nobody), {}), 'inject-nmi-not-found-404');
  const stranger = await fetch(`${lab.url}/v1/nodes`);
  isAsRecorded({ status: stranger.status, text: await stranger.text() }, 'http-basic-no-credentials-401');
});

test('by IPMI: an NMI makes the guest panic once, on its console as Ironic gives it', async () => {
  const node = await lab.node({ console: true });
  await node.ready();
  const { hostname, port } = new URL(await node.consoleUrl());
  const console = connect(Number(port), hostname);
  const heard = text(console);
  await waitFor('the console to be given', async () => (await node.bmcSaid('sol activate')) > 0, 20_000);
  isAsRecorded(await ask(node), 'inject-nmi-204');
  await node.says(PANIC);
  expect(await node.nmis()).toBe(1);
  await waitFor('the end of the panic', () => console.bytesRead > 1500, 20_000);
  console.end();
  expect(await heard).toContain(PANIC);
});

test('by IPMI: locked, off, off the network, another password', async () => {
  const node = await lab.node();
  await node.ready();
  await node.lock();
  isAsRecorded(await ask(node), 'inject-nmi-node-locked-409');
  await node.unlock();
  expect(await node.nmis()).toBe(0);

  await node.silenceBmc();
  isAsRecorded(await ask(node), 'inject-nmi-bmc-unreachable-500');
  await node.wakeBmc();
  await node.setBmcPassword('another');
  isAsRecorded(await ask(node), 'inject-nmi-bmc-bad-password-500');
  expect(await node.serialLog()).not.toContain(PANIC);

  await node.powerOffBehindIronicsBack();
  await node.tellIronicPassword('another');
  const since = performance.now();
  isAsRecorded(await ask(node), 'inject-nmi-powered-off-500');
  // It tries again what was answered with no.
  expect(performance.now() - since).toBeGreaterThan((IPMI_RETRY - 1) * 1000);
});

test('by IPMI: a BMC that takes no NMI', async () => {
  const node = await lab.node({ noNmi: true });
  isAsRecorded(await ask(node), 'inject-nmi-bmc-refuses-diag-500');
  expect(await node.nmis()).toBe(0);
  expect(await node.bmcSaid('inject-nmi refused')).toBeGreaterThan(0);
});

test('by Redfish: an NMI makes the guest panic once; locked, off, another password, gone', async () => {
  const node = await lab.node({ driver: 'redfish' });
  await node.ready();
  await node.lock();
  isAsRecorded(await ask(node), 'inject-nmi-node-locked-409');
  await node.unlock();
  isAsRecorded(await ask(node), 'inject-nmi-redfish-204');
  await node.says(PANIC);
  expect(await node.nmis()).toBe(1);

  await node.powerOffBehindIronicsBack();
  expect(told(await ask(node))).toContain('ResourceInUse: the system is powered off');
  expect(await node.nmis()).toBe(1);
  await node.tellIronicPassword('another');
  isAsRecorded(await ask(node), 'inject-nmi-redfish-wrong-password-500');
  await node.stopBmc();
  isAsRecorded(await ask(node), 'inject-nmi-redfish-unreachable-500');
});

test('by Redfish: a BMC that takes no NMI', async () => {
  const node = await lab.node({ driver: 'redfish', noNmi: true });
  isAsRecorded(await ask(node), 'inject-nmi-redfish-refused-500');
  expect(await node.nmis()).toBe(0);
});

test('a guest with a crash kernel dumps, and its machine starts anew', async () => {
  const node = await lab.node({ guest: 'kdump', options: 'kd.dump=ext4' });
  await node.ready();
  expect((await ask(node)).status).toBe(204);
  await node.says('DUMP-DONE rc=0');
  await node.ready(2);
  expect(await node.nmis()).toBe(1);
});

test('an Ironic that was stopped is not there, and knows its machines when it is back', async () => {
  const node = await lab.node({ driver: 'fake-hardware' });
  await lab.stop();
  await expect(node.show()).rejects.toThrow('fetch failed');
  await lab.start();
  expect(await node.show()).toMatchObject({ provision_state: 'active', power_state: 'power on' });
});
