// trigger_crash_dump: what is recorded of it, by how it went: the event, the action's message, the server's fault, the
// dump's verdict; and who sees how much of it.

import { expect, test } from 'vitest';
import { patchServer } from '../../src/db/servers.ts';
import type { ServerId } from '../../src/model/ids.ts';
import type { Answer } from '../harness/http-client.ts';
import { ADMIN, dump, endedAction, endedDump, eventOf, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant({ config: { commands: { deadline: 1, answer: 30 }, dumps: { react: 60 } } });

const NMI_EVENT = 'compute_trigger_crash_dump';

interface Failure {
  readonly guest: string | null;
  /** `{id}` stands for the server's. */
  readonly details: string;
  readonly fault: { readonly code: number; readonly message: string } | null;
}

const FAILURES: readonly Failure[] = [
  { guest: 'refuses', details: 'libvirtError', fault: { code: 500, message: 'libvirtError' } },
  {
    guest: 'unsupported',
    details: 'Triggering crash dump is not supported',
    fault: { code: 400, message: 'Triggering crash dump is not supported' },
  },
  {
    guest: 'off',
    details: 'Instance {id} is not running.',
    fault: { code: 400, message: 'Instance {id} is not running.' },
  },
  { guest: null, details: 'Instance {id} could not be found.', fault: null },
];

async function dumped(guest: string | null): Promise<{ id: ServerId; answer: Answer }> {
  const { id } = await remnant().addServer({}, guest === 'off' ? 'panics' : (guest ?? undefined));
  if (guest === 'off') {
    // Its row says that it is active, as if it had gone off unseen.
    const host = remnant().world.host('host-1');
    const there = [...host.guests.values()].find((one) => one.spec.id === id);
    if (there === undefined) throw new Error('the guest is not there');
    const { vmState, powerState } = await remnant().row(id);
    host.cutPower(there);
    await waitFor('it to be seen', async () => (await remnant().row(id)).vmState !== vmState);
    await remnant().store.transaction((tx) => patchServer(tx, id, { vmState, powerState }));
  }
  const answer = await dump(remnant(), id);
  expect(answer.status).toBe(202);
  return { id, answer };
}

test.each(FAILURES)('a driver that fails with $details', async ({ guest, details, fault }) => {
  const { id, answer } = await dumped(guest);
  const text = (words: string) => words.replace('{id}', id);
  const action = await endedAction(remnant(), id, answer);
  expect(action).toMatchObject({
    action: 'trigger_crash_dump',
    message: 'Error',
    user_id: 'ann',
    project_id: 'a1a1a1a1',
  });
  expect(eventOf(action)).toMatchObject({
    event: 'compute_trigger_crash_dump',
    result: 'Error',
    host: 'host-1',
    details: text(details),
  });
  const row = await remnant().row(id);
  expect(row.fault?.code ?? null).toBe(fault?.code ?? null);
  expect(row.fault?.message ?? null).toBe(fault === null ? null : text(fault.message));
  expect((await endedDump(remnant(), id))['verdict']).toBe('not_sent');
  expect(
    remnant()
      .world.nmis()
      .filter((nmi) => nmi.guest === id),
  ).toEqual([]);
});

test('on an active server a failed dump shows in no fault, on one in error it does', async () => {
  for (const [vmState, shown] of [
    ['active', undefined],
    ['error', 'libvirtError'],
  ] as const) {
    const { id } = await remnant().addServer({ vmState }, 'refuses');
    await endedAction(remnant(), id, await dump(remnant(), id));
    const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER });
    expect(body['server']?.['fault']?.['message']).toBe(shown);
    expect(body['server']?.['fault']?.['details']).toBeUndefined();
  }
});

test('a success says no more than that the hypervisor took it', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const action = await endedAction(remnant(), id, await dump(remnant(), id));
  expect(action['message']).toBeNull();
  expect(eventOf(action)).toMatchObject({ result: 'Success', details: null, traceback: null });
  const { body } = await remnant().ask({ path: `/remnant/v1/servers/${id}/dumps`, token: MEMBER });
  expect(body['dumps']?.[0]).toMatchObject({ phase: 'sent', verdict: null, nmi: 'exactly-asked' });
});

test('an NMI that waits in a paused guest is latched', async () => {
  const server = await remnant().addServer({ vmState: 'paused', powerState: 3 }, undefined);
  remnant().world.plantGuest('host-1', { id: server.id, name: 'paused' });
  const host = remnant().world.host('host-1');
  const guest = host.guests.get(server.id);
  if (guest === undefined) throw new Error('the guest is not there');
  host.pause(guest);
  await endedAction(remnant(), server.id, await dump(remnant(), server.id));
  const { body } = await remnant().ask({ path: `/remnant/v1/servers/${server.id}/dumps`, token: MEMBER });
  expect(body['dumps']?.[0]).toMatchObject({ phase: 'waiting', waits_for: 'resume', nmi: 'latched' });
});

test('a connection lost under way is unknown, and what the guest did is not guessed', async () => {
  const { id } = await remnant().addServer({}, 'lost');
  const action = await endedAction(remnant(), id, await dump(remnant(), id));
  expect(action['message']).toBe('Error');
  expect(eventOf(action)['details']).toBe('unknown: Cannot recv data: Connection reset by peer');
  remnant().clock.advance(1_000);
  await waitFor('the host to be back', () => remnant().world.host('host-1').connection.up);
});

test('a driver that never answers is unknown after its bound', async () => {
  const { id } = await remnant().addServer({}, 'stuck');
  const answer = await dump(remnant(), id);
  await waitFor('the NMI to be sent', () =>
    remnant()
      .world.nmis()
      .some((nmi) => nmi.guest === id),
  );
  remnant().clock.advance(10_000);
  // The guest panicked: what follows that is an event of the same action.
  const action = await endedAction(remnant(), id, answer, NMI_EVENT);
  expect(eventOf(action, NMI_EVENT)['details']).toBe(
    'unknown: the sim driver did not answer within 10 s; the NMI may have been sent',
  );
});

const EVENT = ['event', 'start_time', 'finish_time', 'result'];
const SEEN: readonly (readonly [string, string, readonly string[] | null])[] = [
  ['2.17', MEMBER, null],
  ['2.17', ADMIN, [...EVENT, 'traceback']],
  ['2.51', MEMBER, EVENT],
  ['2.51', ADMIN, [...EVENT, 'traceback']],
  ['2.62', MEMBER, [...EVENT, 'hostId']],
  ['2.62', ADMIN, [...EVENT, 'traceback', 'host', 'hostId']],
  ['2.84', MEMBER, [...EVENT, 'hostId']],
  ['2.84', 'ann:a1a1a1a1:reader', [...EVENT, 'hostId']],
  ['2.84', ADMIN, [...EVENT, 'traceback', 'host', 'hostId', 'details']],
];

test.each(SEEN)('at %s, %s sees of an event %j', async (version, token, fields) => {
  const { id } = await remnant().addServer({}, 'refuses');
  const answer = await dump(remnant(), id);
  await endedAction(remnant(), id, answer);
  const path = `/v2.1/servers/${id}/os-instance-actions/${answer.headers['x-compute-request-id']}`;
  const { body } = await remnant().ask({ path, token, version });
  const action = body['instanceAction'];
  const event = action?.['events']?.[0];
  expect(event === undefined ? null : Object.keys(event)).toEqual(fields);
  expect(action?.['message']).toBe('Error');
  expect('updated_at' in (action ?? {})).toBe(Number(version.slice(2)) >= 58);
});
