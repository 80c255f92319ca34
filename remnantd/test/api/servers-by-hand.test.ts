// os-resetState and forceDelete: what an admin does by hand, and the deletion that has a rule of its own.

import { expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import { ADMIN, act, endedAction, eventOf, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant();

test.each(['active', 'error'] as const)(
  'an admin sets the state to %s, whatever it was, and no lock stops it',
  async (state) => {
    const { id } = await remnant().addServer({
      vmState: 'rescued',
      taskState: 'unrescuing',
      lockedBy: 'owner',
      powerState: 4,
    });
    const answer = await act(remnant(), id, { 'os-resetState': { state } }, { token: ADMIN });
    expect([answer.status, answer.body]).toEqual([202, '']);
    expect(await remnant().row(id)).toMatchObject({
      vmState: state,
      taskState: null,
      powerState: 4,
      lockedBy: 'owner',
    });
    const path = `/v2.1/servers/${id}/os-instance-actions/${answer.headers['x-compute-request-id']}`;
    const { body } = await remnant().ask({ path, token: ADMIN, version: '2.93' });
    expect(body['instanceAction']).toMatchObject({ action: 'resetState', message: null, events: [] });
  },
);

test('nobody else does, and to no other state', async () => {
  const { id } = await remnant().addServer();
  const answer = await act(remnant(), id, { 'os-resetState': { state: 'error' } });
  expect([answer.status, answer.message]).toEqual([
    403,
    "Policy doesn't allow os_compute_api:os-admin-actions:reset_state to be performed.",
  ]);
  for (const bad of [{ state: 'stopped' }, {}, null, { state: 'error', more: 1 }]) {
    expect((await act(remnant(), id, { 'os-resetState': bad }, { token: ADMIN })).status).toBe(400);
  }
  expect(await remnant().row(id)).toMatchObject({ vmState: 'active' });
});

test('a server that was reset by hand can be used again', async () => {
  const { id } = await remnant().addServer({ taskState: 'rebooting_hard' }, 'hangs');
  expect((await act(remnant(), id, { 'os-stop': null })).status).toBe(409);
  await act(remnant(), id, { 'os-resetState': { state: 'active' } }, { token: ADMIN });
  const recorded = await endedAction(remnant(), id, await act(remnant(), id, { 'os-stop': null }));
  expect(eventOf(recorded)).toMatchObject({ result: 'Success' });
});

test('forceDelete deletes as DELETE does, in any state, under its own rule', async () => {
  const { id } = await remnant().addServer({ vmState: 'rescued' }, 'hangs');
  expect((await act(remnant(), id, { forceDelete: null }, { token: STRANGER })).status).toBe(404);
  const reader = await act(remnant(), id, { forceDelete: null }, { token: 'ann:a1a1a1a1:reader' });
  expect([reader.status, reader.message]).toEqual([
    403,
    "Policy doesn't allow os_compute_api:os-deferred-delete:force to be performed.",
  ]);
  const answer = await act(remnant(), id, { forceDelete: null });
  expect([answer.status, answer.body]).toEqual([202, '']);
  await waitFor('it to be gone', async () => (await remnant().row(id)).deletedAt !== null);
  expect(remnant().world.host('host-1').guests.get(asId(id))).toBeUndefined();
  const recorded = await endedAction(remnant(), id, answer);
  expect(recorded['action']).toBe('delete');
  expect(eventOf(recorded)).toMatchObject({ event: 'compute_terminate_instance', result: 'Success' });
  expect((await act(remnant(), id, { forceDelete: null })).status).toBe(404);
});

test('a lock keeps its owner from forceDelete, and not an admin', async () => {
  const { id } = await remnant().addServer({ lockedBy: 'admin', host: null });
  const answer = await act(remnant(), id, { forceDelete: null }, { token: MEMBER });
  expect([answer.status, answer.message]).toEqual([409, `Instance ${id} is locked`]);
  expect((await act(remnant(), id, { forceDelete: null }, { token: ADMIN })).status).toBe(202);
  expect((await remnant().row(id)).vmState).toBe('deleted');
});
