// inject_nmi, the first spec's action: it waits for the hypervisor and answers with what that said.

import { expect, test } from 'vitest';
import { openCommands } from '../../src/db/commands.ts';
import { asId } from '../../src/model/ids.ts';
import { VM_STATES } from '../../src/model/server-states.ts';
import { ADMIN, act, endedAction, eventOf, MEMBER, STRANGER, unknownId } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant({ config: { dumps: { react: 60 } } });
const NMI = { inject_nmi: null };
const inject = (id: string, more: Parameters<typeof act>[3] = {}) =>
  act(remnant(), id, NMI, { version: '2.1', ...more });

test.each(['POST', 'PUT'] as const)('%s, from 2.1 on, answers when the hypervisor took it', async (method) => {
  for (const version of ['2.1', '2.93']) {
    const { id } = await remnant().addServer({}, 'hangs');
    const answer = await inject(id, { method, version });
    expect([answer.status, answer.body]).toEqual([202, '']);
    expect(
      remnant()
        .world.nmis()
        .filter((nmi) => nmi.guest === id),
    ).toHaveLength(1);
    const action = await endedAction(remnant(), id, answer);
    expect(action).toMatchObject({ action: 'inject_nmi', message: null });
    expect(eventOf(action)).toMatchObject({ event: 'compute_inject_nmi', result: 'Success' });
  }
});

test('the reason of a failure is the answer', async () => {
  const reasons = {
    refuses: "internal error: unable to execute QEMU command 'inject-nmi': machine does not provide NMIs",
    unsupported: 'Triggering crash dump is not supported',
  };
  for (const [behaviour, reason] of Object.entries(reasons)) {
    const { id } = await remnant().addServer({}, behaviour);
    const answer = await inject(id);
    expect([answer.status, answer.message]).toEqual([400, reason]);
    expect(Object.keys(answer.body)).toEqual(['badRequest']);
    expect((await endedAction(remnant(), id, answer))['message']).toBe('Error');
  }
});

test('a guest that is not there is a failure with a reason', async () => {
  const { id } = await remnant().addServer();
  const answer = await inject(id);
  expect([answer.status, answer.message]).toEqual([400, `Instance ${id} could not be found.`]);
});

test('no answer in time: it may have been sent, and where to look', async () => {
  const { id } = await remnant().addServer({}, 'stuck');
  const asked = inject(id);
  await waitFor('the NMI to be sent', () =>
    remnant()
      .world.nmis()
      .some((nmi) => nmi.guest === id),
  );
  remnant().clock.advance(10_000);
  const answer = await asked;
  const request = answer.headers['x-compute-request-id'] ?? '';
  expect(answer.status).toBe(400);
  const reason = 'the sim driver did not answer within 10 s; the NMI may have been sent';
  expect(answer.message).toBe(
    `The host did not answer within 10 s: the NMI may have been sent, see ${request} (${reason})`,
  );
  const action = await endedAction(remnant(), id, answer);
  expect(eventOf(action)['details']).toMatch(/^unknown: /);
});

test('a host that did not take it in time: nothing was sent, and that is the answer', async () => {
  // What followed the panic before is done: no question of the host is under way when its time is moved on.
  await waitFor(
    'the other host to rest',
    async () => (await openCommands(remnant().store.read, asId('host-1'))).length === 0,
  );
  const { id } = await remnant().addServer({ host: asId('silent') });
  const asked = inject(id);
  await waitFor('the command to be queued', async () => (await openCommands(remnant().store.read, asId('silent')))[0]);
  remnant().clock.advance(10_000);
  const answer = await asked;
  expect([answer.status, answer.message]).toEqual([400, 'the host did not answer in 10 s']);
  expect(
    remnant()
      .world.nmis()
      .filter((nmi) => nmi.guest === id),
  ).toEqual([]);
});

test.each(VM_STATES)('%s', async (vmState) => {
  const { id } = await remnant().addServer({ vmState }, 'hangs');
  const answer = await inject(id);
  const refused = `Cannot 'inject_nmi' instance ${id} while it is in vm_state ${vmState}`;
  expect([answer.status, answer.message]).toEqual(['active', 'error'].includes(vmState) ? [202, ''] : [409, refused]);
});

test('who may', async () => {
  const open = await remnant().addServer({}, 'hangs');
  const locked = await remnant().addServer({ lockedBy: 'owner' }, 'hangs');
  const status = async (id: string, token: string) => (await inject(id, { token })).status;
  expect(await status(open.id, 'ann:a1a1a1a1:reader')).toBe(403);
  expect(await status(open.id, STRANGER)).toBe(404);
  expect(await status(locked.id, MEMBER)).toBe(409);
  expect(await status(locked.id, ADMIN)).toBe(202);
  const missing = unknownId();
  const answer = await inject(missing);
  expect([answer.status, answer.message]).toEqual([404, `Instance ${missing} has no mapping to a cell.`]);
});

test('its body is null and nothing else', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answer = await act(remnant(), id, { inject_nmi: {} }, { method: 'PUT' });
  expect(answer.message).toBe("Invalid input for field/attribute inject_nmi. Value: {}. {} is not of type 'null'");
});

test('PUT reads no large body: it may be anybody who sends it', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answer = await act(remnant(), id, { inject_nmi: ' '.repeat(4_096) }, { method: 'PUT' });
  expect([answer.status, answer.body]).toMatchObject([404, { code: '404 Not Found' }]);
});

test('PUT knows no other action', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answer = await act(remnant(), id, { trigger_crash_dump: null }, { method: 'PUT' });
  // As for Nova, which has no PUT there at all.
  expect([answer.status, answer.body]).toMatchObject([404, { code: '404 Not Found' }]);
});
