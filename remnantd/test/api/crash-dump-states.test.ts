// trigger_crash_dump: in which states of a server it is accepted, and from whom when the server is locked.

import { expect, test } from 'vitest';
import { TASK_STATES, VM_STATES } from '../../src/model/server-states.ts';
import { ADMIN, dump, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();

/** As Nova has it. */
const LEGAL = new Set(['active', 'paused', 'rescued', 'resized', 'error']);
const TASKS = [null, ...TASK_STATES];

test.each(VM_STATES)('%s, with every task_state', async (vmState) => {
  for (const taskState of TASKS) {
    const { id } = await remnant().addServer({ vmState, taskState });
    const why = LEGAL.has(vmState) ? `task_state ${taskState}` : `vm_state ${vmState}`;
    const answer = await dump(remnant(), id);
    const refused = `Cannot 'trigger_crash_dump' instance ${id} while it is in ${why}`;
    const accepted = LEGAL.has(vmState) && taskState === null;
    expect([answer.status, answer.message]).toEqual(accepted ? [202, ''] : [409, refused]);
  }
});

const CALLERS = {
  admin: ADMIN,
  owner: MEMBER,
  reader: 'ann:a1a1a1a1:reader',
  nobody: 'ann:a1a1a1a1:none',
  stranger: STRANGER,
};
const MATRIX: readonly (readonly [keyof typeof CALLERS, 'owner' | 'admin' | null, number])[] = [
  ['admin', null, 202],
  ['admin', 'owner', 202],
  ['admin', 'admin', 202],
  ['owner', null, 202],
  ['owner', 'owner', 409],
  ['owner', 'admin', 409],
  ['reader', null, 403],
  ['reader', 'owner', 403],
  ['nobody', null, 403],
  ['stranger', null, 404],
  ['stranger', 'owner', 404],
];

test.each(MATRIX)('by %s, locked by %s: %i', async (who, lockedBy, status) => {
  const { id } = await remnant().addServer({ lockedBy });
  expect((await dump(remnant(), id, CALLERS[who])).status).toBe(status);
});

test('a refused request leaves no trace', async () => {
  const server = await remnant().addServer({ vmState: 'stopped' });
  await dump(remnant(), server.id);
  expect(await remnant().row(server.id)).toEqual(server);
  const path = `/v2.1/servers/${server.id}/os-instance-actions`;
  expect((await remnant().ask({ path, token: MEMBER })).body).toEqual({ instanceActions: [] });
});
