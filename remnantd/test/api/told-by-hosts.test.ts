// What hosts tell of how far they are and of where guests can be reached: believed of their own servers alone, of the command
// that they have in hand, forwards only, and only as far as it is what it says.

import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { openCommands } from '../../src/db/commands.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { act, endedAction, MEMBER, takenByHost } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const HOUR_MS = 3_600_000;
const remnant = useRemnant({ hosts: ['host-1', 'host-2'] });
const seqs = new Map<string, number>();

// An agent that stops amid an order has nothing more to say of it: they all end first.
afterAll(async () => {
  remnant().clock.advance(HOUR_MS);
  await waitFor('all orders to end', async () => (await openCommands(remnant().store.read, null)).length === 0);
});

/** Says one thing in the name of a host, through a journal of its own. */
async function tell(host: string, entry: Readonly<Record<string, unknown>>): Promise<void> {
  const seq = (seqs.get(host) ?? 0) + 1;
  seqs.set(host, seq);
  const batch = { host, journal: `journal of ${host}`, entries: [{ seq, detail: '', at: 0, ...entry }] };
  const subject = SUBJECT.from(asId(host), 'evidence');
  expect(await remnant().bus.request(subject, batch as JsonValue, 5_000)).toEqual({ upTo: seq });
}

const taskOf = async (id: string) => (await remnant().row(id)).taskState;

/** A server whose host is at work on a hard reboot for the next hour. */
async function rebooting() {
  const { id } = await remnant().addServer({ metadata: { sim_takes: `reboot=${HOUR_MS}` } }, 'hangs');
  await act(remnant(), id, { reboot: { type: 'HARD' } });
  const command = await takenByHost(remnant(), id);
  await waitFor('its host to say how far it is', async () => (await taskOf(id)) === 'reboot_started_hard');
  return { id, command: command.id };
}

test('a task is noted only forwards, and of its own command', async () => {
  const { id, command } = await rebooting();
  const version = (await remnant().row(id)).version;
  for (const detail of ['reboot_pending_hard', 'rebooting_hard', 'reboot_started_hard', 'deleting', 'spawning', 'x']) {
    await tell('host-1', { kind: 'task', server: id, command, detail });
  }
  await tell('host-1', { kind: 'task', server: id, detail: 'reboot_started_hard' });
  await tell('host-1', { kind: 'task', server: id, command: randomUUID(), detail: 'reboot_started_hard' });
  expect(await remnant().row(id)).toMatchObject({ version, taskState: 'reboot_started_hard' });
});

test('nobody tells of a command that another host has, or of another server', async () => {
  const mine = await rebooting();
  await remnant().store.transaction(async (tx) => {
    await tx.updateTable('servers').set({ task_state: 'rebooting_hard' }).where('id', '=', mine.id).execute();
  });
  const other = await remnant().addServer({ taskState: 'rebooting_hard' });
  const told = { kind: 'task', command: mine.command, detail: 'reboot_pending_hard' };
  await tell('host-2', { ...told, server: mine.id });
  await tell('host-1', { ...told, server: other.id });
  expect([await taskOf(mine.id), await taskOf(other.id)]).toEqual(['rebooting_hard', 'rebooting_hard']);
  await tell('host-1', { ...told, server: mine.id });
  expect(await taskOf(mine.id)).toBe('reboot_pending_hard');
});

test('a server that is being deleted, or was set right by hand, is left alone', async () => {
  const { id, command } = await rebooting();
  const put = (task_state: string | null) =>
    remnant().store.transaction((tx) => tx.updateTable('servers').set({ task_state }).where('id', '=', id).execute());
  for (const task of ['deleting', null]) {
    await put(task);
    await tell('host-1', { kind: 'task', server: id, command, detail: 'reboot_started_hard' });
    expect(await taskOf(id)).toBe(task);
  }
});

test('once the command has ended nothing more is noted of it', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  await endedAction(remnant(), id, await act(remnant(), id, { reboot: { type: 'SOFT' } }));
  const command = await remnant()
    .store.read.selectFrom('commands')
    .select('id')
    .where('server_id', '=', id)
    .executeTakeFirstOrThrow();
  await remnant().store.transaction(async (tx) => {
    await tx.updateTable('servers').set({ task_state: 'rebooting' }).where('id', '=', id).execute();
  });
  await tell('host-1', { kind: 'task', server: id, command: command.id, detail: 'reboot_started' });
  expect(await taskOf(id)).toBe('rebooting');
});

const mac = '52:54:00:00:00:01';
const fixed = { version: 4, addr: '10.0.0.7', type: 'fixed', mac } as const;

test('where a guest can be reached is shown as Nova shows it', async () => {
  const { id } = await remnant().addServer();
  const six = { version: 6, addr: 'fd00::7', type: 'fixed', mac };
  await tell('host-1', { kind: 'addresses', server: id, facts: { addresses: { private: [fixed, six] } } });
  const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.93' });
  const shownAs = ({ version, addr }: { version: number; addr: string }) => ({
    version,
    addr,
    'OS-EXT-IPS:type': 'fixed',
    'OS-EXT-IPS-MAC:mac_addr': mac,
  });
  expect(body['server']?.['addresses']).toEqual({ private: [shownAs(fixed), shownAs(six)] });
  const { version } = await remnant().row(id);
  await tell('host-1', { kind: 'addresses', server: id, facts: { addresses: { private: [fixed, six] } } });
  expect((await remnant().row(id)).version, 'the same again changes nothing').toBe(version);
});

test('a host speaks for its own servers alone', async () => {
  const { id } = await remnant().addServer({ addresses: { net: [fixed] } });
  await tell('host-2', { kind: 'addresses', server: id, facts: { addresses: { net: [] } } });
  expect((await remnant().row(id)).addresses).toEqual({ net: [fixed] });
});

test.each([
  [
    'no address',
    { a: [{ ...fixed, addr: 'ten' }], b: [{ ...fixed, addr: 7 }], c: [{ ...fixed, addr: 'fe80::1%eth0' }] },
  ],
  ['no card', { a: [{ ...fixed, mac: 'x' }], b: [{ addr: '10.0.0.1' }], c: [null, 'x', 1] }],
  ['no list, or no name', { a: {}, b: 'x', '': [fixed], ' a': [fixed], 'a\n': [fixed], ['n'.repeat(300)]: [fixed] }],
])('%s is left out', async (_, told) => {
  const { id } = await remnant().addServer();
  await tell('host-1', { kind: 'addresses', server: id, facts: { addresses: { ...told, good: [fixed] } } });
  expect((await remnant().row(id)).addresses).toEqual({ good: [fixed] });
});

test('what a host says of the version or the kind of an address is not believed', async () => {
  const { id } = await remnant().addServer();
  const odd = { ...fixed, version: 6, type: 'floating', more: 'x'.repeat(100) };
  await tell('host-1', { kind: 'addresses', server: id, facts: { addresses: { net: [odd] } } });
  expect((await remnant().row(id)).addresses).toEqual({ net: [fixed] });
});

test('no host fills a row: so many networks, so many addresses on each', async () => {
  const { id } = await remnant().addServer();
  const many = Array.from({ length: 200 }, (_, index) => ({ ...fixed, addr: `10.0.0.${index}` }));
  const addresses = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`net${index}`, many]));
  await tell('host-1', { kind: 'addresses', server: id, facts: { addresses } });
  const kept = Object.values((await remnant().row(id)).addresses);
  expect([kept.length, ...new Set(kept.map((list) => list.length))]).toEqual([16, 64]);
});
