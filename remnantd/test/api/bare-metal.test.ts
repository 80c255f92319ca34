// Bare metal through the whole of Remnant: an Ironic for tests behind the real driver. Machines become servers, are turned on and
// off, and get NMIs; what goes wrong on the way is told in words that tell one thing from the other.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { ironicDriver } from '../../src/drivers/ironic/driver.ts';
import { asId, type ServerId } from '../../src/model/ids.ts';
import { FakeIronic } from '../harness/fake-ironic.ts';
import type { FakeNode } from '../harness/fake-ironic-node.ts';
import type { Body } from '../harness/http-client.ts';
import { fastIronic } from '../harness/ironic-bench.ts';
import { openRemnant, type TestRemnant } from '../harness/open-remnant.ts';
import { ADMIN, act, dump, endedAction, endedDump, eventOf, MEMBER } from '../harness/records.ts';
import { byPassword, inProject, signIn } from '../harness/sign-in.ts';
import { waitFor } from '../harness/wait-for.ts';

let ironic: FakeIronic;
let remnant: TestRemnant;

const overIronic = (fake: FakeIronic) => (_: unknown, host: string) => ironicDriver({ ...fastIronic(fake.url), host });

beforeAll(async () => {
  ironic = await FakeIronic.start();
  remnant = await openRemnant({ hosts: ['iron'], driver: overIronic(ironic), config: { dumps: { react: 60 } } });
});

afterAll(async () => {
  const { errors } = remnant;
  await remnant.close();
  await ironic.close();
  expect(errors).toEqual([]);
});

/** A machine, and the server on it. */
async function machine(more: Partial<FakeNode> = {}): Promise<{ id: ServerId; node: FakeNode }> {
  const id = asId<ServerId>(crypto.randomUUID());
  const node = ironic.add({ instanceUuid: id, ...more });
  const known = () => remnant.hosts.find(asId('iron'))?.offered?.nodes ?? [];
  await waitFor('Remnant to know of it', () => known().some(({ guest }) => guest === id));
  await remnant.addServer({ id, host: asId('iron'), node: node.uuid, origin: 'adopted', imageId: null });
  return { id, node };
}

const nmisOf = ({ uuid }: FakeNode) => ironic.nmis.filter(({ node }) => node === uuid).length;

test('a crash dump: one NMI, a success, and an honest verdict', async () => {
  const { id, node } = await machine();
  const answer = await dump(remnant, id);
  expect(answer.status).toBe(202);
  const action = await endedAction(remnant, id, answer);
  expect(action).toMatchObject({ action: 'trigger_crash_dump', message: null });
  expect(eventOf(action)).toMatchObject({ event: 'compute_trigger_crash_dump', result: 'Success', host: 'iron' });
  expect(nmisOf(node)).toBe(1);
  const second = await dump(remnant, id);
  expect([second.status, nmisOf(node)]).toEqual([409, 1]);
  remnant.clock.advance(60_000);
  const ended = await endedDump(remnant, id);
  expect(ended).toMatchObject({ verdict: 'unknown', nmi: 'at-least-once' });
  expect(String(ended['reason'])).toMatch(/no reaction of the guest was seen/);
});

interface Trouble {
  readonly what: string;
  readonly node: Partial<FakeNode>;
  readonly code: RegExp;
  readonly nmi: 'no' | 'maybe';
}

const told = new Set<string>();
const TROUBLES: readonly Trouble[] = [
  { what: 'off', node: { powerState: 'power off' }, code: /^Instance \S+ is not running\.$/, nmi: 'no' },
  {
    what: 'without NMI',
    node: { driver: 'fake-hardware' },
    code: /its driver in Ironic, fake-hardware, has none/,
    nmi: 'no',
  },
  {
    what: 'locked',
    node: { reservation: 'conductor-7' },
    code: /^the machine is locked, for Ironic is busy with it/,
    nmi: 'no',
  },
  { what: 'no BMC known', node: { driverInfo: {} }, code: /driver_info is incomplete/, nmi: 'no' },
  {
    what: 'a BMC that is gone',
    node: { bmc: 'unreachable', driverInfo: { ipmi_address: '127.0.0.1', ipmi_port: '1' } },
    code: /the BMC of the machine does not answer/,
    nmi: 'maybe',
  },
  { what: 'a BMC without NMI', node: { bmc: 'refuses-diag' }, code: /works, and takes no NMI/, nmi: 'maybe' },
  {
    what: 'a wrong password, Redfish',
    node: {
      driver: 'redfish',
      bmc: 'wrong-password',
      driverInfo: { redfish_address: 'http://127.0.0.1:8000', redfish_system_id: '/redfish/v1/Systems/1' },
    },
    code: /refuses the user or the password/,
    nmi: 'no',
  },
];

test.each(TROUBLES)(
  'a machine that is $what: the reason is in the hand of who asked',
  async ({ node: more, code, nmi }) => {
    const { id, node } = await machine(more);
    const answer = await act(remnant, id, { inject_nmi: null }, { version: '2.1' });
    expect(answer.status).toBe(400);
    // Ids are another one each time.
    told.add(answer.message.replaceAll(/req-[\da-f-]+|[\da-f-]{36}/g, ''));
    expect(answer.message).toMatch(nmi === 'no' ? code : /^.*may have been sent/);
    if (nmi === 'maybe') expect(answer.message).toMatch(code);
    expect(nmisOf(node)).toBe(0);
    expect(eventOf(await endedAction(remnant, id, answer))).toMatchObject({ result: 'Error' });
  },
);

test('an answer of Ironic that is lost: it is asked once, the outcome is unknown, and a second NMI is refused', async () => {
  const { id, node } = await machine();
  const isNmi = (path: string) => path.endsWith(`/${node.uuid}/management/inject_nmi`);
  ironic.trouble = ({ path }) => (isNmi(path) ? 'drop' : null);
  const answer = await dump(remnant, id);
  const shown = eventOf(await endedAction(remnant, id, answer));
  expect(shown).toMatchObject({ result: 'Error', details: expect.stringMatching(/^unknown: .*may have been sent/) });
  expect((await dump(remnant, id)).status).toBe(409);
  remnant.clock.advance(60_000);
  const ended = await endedDump(remnant, id);
  expect(ended).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('whether the NMI was sent') });
  expect(ironic.journal.filter(({ path }) => isNmi(path))).toHaveLength(1);
  ironic.trouble = () => null;
});

test('no two of them say the same', () => {
  expect(told.size).toBe(TROUBLES.length);
});

test('os-stop asks the machine to go down, os-start turns it on, a reboot is one of Ironic', async () => {
  const { id, node } = await machine();
  const status = async (wanted: string) =>
    waitFor(`the server to be ${wanted}`, async () => {
      const { body } = await remnant.ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.93' });
      return body['server']?.['status'] === wanted && body['server']['OS-EXT-STS:task_state'] === null;
    });
  const asked = () => ironic.journal.filter(({ path }) => path.includes(node.uuid) && path.endsWith('/states/power'));
  const targets = () => asked().map(({ body }) => (JSON.parse(body) as Body)['target']);
  await act(remnant, id, { 'os-stop': null });
  await status('SHUTOFF');
  expect(node.powerState).toBe('power off');
  await act(remnant, id, { 'os-start': null });
  await status('ACTIVE');
  await act(remnant, id, { reboot: { type: 'HARD' } });
  await status('ACTIVE');
  expect(targets()).toEqual(['soft power off', 'power on', 'rebooting']);
});

test('a machine that goes off by itself, or is turned on by others, shows as such', async () => {
  const { id, node } = await machine();
  node.powerState = 'power off';
  await waitFor('the server to be off', async () => (await remnant.row(id)).vmState === 'stopped');
  node.powerState = 'power on';
  await waitFor('the server to be on', async () => (await remnant.row(id)).vmState === 'active');
});

test.each([
  ['pause', { pause: null }],
  ['rebuild', { rebuild: { imageRef: '70a599e0-31e7-49b7-b260-868f441e862b' } }],
])('what bare metal cannot do ends in an error that says so: %s', async (_, body) => {
  const { id } = await machine();
  const answer = await act(remnant, id, body);
  expect(answer.status).toBe(202);
  const failed = await waitFor('its host to refuse it', async () => {
    const events = (await endedAction(remnant, id, answer))['events']?.filter(({ result }) => result === 'Error');
    return events?.length === 1 && events;
  });
  expect(failed).toMatchObject([{ details: 'NotImplementedError' }]);
});

test('no server is made there', async () => {
  const server = { name: 's', imageRef: '70a599e0-31e7-49b7-b260-868f441e862b', flavorRef: '1', networks: 'none' };
  const made = await remnant.ask({
    method: 'POST',
    path: '/v2.1/servers',
    token: MEMBER,
    version: '2.93',
    body: { server },
  });
  expect(made.status).toBe(202);
  const id = String(made.body['server']?.['id']);
  await waitFor('it to find no place', async () => (await remnant.row(id)).vmState === 'error');
  expect((await remnant.row(id)).fault?.message).toMatch(/^No valid host was found/);
});

test('an Ironic that is gone: UNKNOWN, not disabled, and a reason; back, it is UP', async () => {
  const { id } = await machine();
  const show = async () => {
    const { body } = await remnant.ask({ path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' });
    return body['server']?.['host_status'];
  };
  expect(await show()).toBe('UP');
  await ironic.stop();
  await waitFor('it to be UNKNOWN', async () => (await show()) === 'UNKNOWN');
  const { body } = await remnant.ask({ path: '/remnant/v1/hosts/iron', token: ADMIN });
  expect(body['host']).toMatchObject({ cause: 'out-of-reach', state: 'down', disabled: false });
  const answer = await act(remnant, id, { inject_nmi: null }, { version: '2.1' });
  expect([answer.status, answer.message]).toEqual([
    400,
    expect.stringMatching(/^Ironic (cannot be reached|gave no|refuses)/),
  ]);
  await ironic.start();
  await waitFor('it to be UP', async () => (await show()) === 'UP');
});

test('machines that were there become servers of the configured project', async () => {
  const fake = await FakeIronic.start();
  const id = crypto.randomUUID();
  const node = fake.add({ instanceUuid: id, instanceInfo: { display_name: 'db-1' }, powerState: 'power off' });
  const own = await openRemnant({
    hosts: ['iron'],
    driver: overIronic(fake),
    builtinIdentity: true,
    config: { adopt: { project: 'admin', user: 'admin' } },
  });
  const signed = await signIn(own, byPassword('admin', own.newAccounts[0]?.password ?? ''), inProject('admin'));
  const token = signed.headers['x-subject-token'] ?? '';
  const server = await waitFor('it to be a server', async () => {
    const { body } = await own.ask({ path: `/v2.1/servers/${id}`, token, version: '2.93' });
    return body['server'];
  });
  expect(server).toMatchObject({
    name: 'db-1',
    status: 'SHUTOFF',
    'OS-EXT-SRV-ATTR:host': 'iron',
    'OS-EXT-SRV-ATTR:hypervisor_hostname': node.uuid,
  });
  const later = crypto.randomUUID();
  fake.add({ instanceUuid: later, name: 'n-2' });
  await waitFor('one that comes later', async () => {
    const { body } = await own.ask({ path: `/v2.1/servers/${later}`, token, version: '2.93' });
    return body['server']?.['name'] === 'n-2';
  });
  await own.close();
  await fake.close();
});
