// Suspend, resume, reboot: each through to the simulated host and back, as its owner sees it go through its task_states.

import { expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import { begunSuspends } from '../harness/begun-suspends.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { act, endedAction, eventOf, MEMBER, takenByHost } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const suspending = begunSuspends();
const remnant = useRemnant({ driver: suspending.watch });

const guest = (id: string) => remnant().world.host('host-1').guests.get(asId(id));

/** The server as its owner sees it. */
async function shown(id: string): Promise<Body> {
  const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.93' });
  return body['server'] as Body;
}

/** Waits until its owner sees the server so. */
function comesTo(id: string, task: string | null, status: string): Promise<Body> {
  return waitFor(`${id} to be ${status}, ${task}`, async () => {
    const server = await shown(id);
    return server['OS-EXT-STS:task_state'] === task && server['status'] === status && server;
  });
}

const reboot = (id: string, type: string) => act(remnant(), id, { reboot: { type } });

async function expectEnded(id: string, answer: Answer, word: string, event: string): Promise<void> {
  expect([answer.status, answer.body]).toEqual([202, '']);
  const recorded = await endedAction(remnant(), id, answer);
  expect(recorded).toMatchObject({ action: word, message: null });
  expect(recorded['events']).toHaveLength(1);
  expect(eventOf(recorded)).toMatchObject({ event, result: 'Success', host: 'host-1' });
}

test('suspended it is off and forgets nothing; resumed it goes on where it was', async () => {
  const metadata = { sim_takes: 'suspend=400 resume=400' };
  const { id } = await remnant().addServer({ metadata }, 'hangs');
  const bootedAt = guest(id)?.bootedAt;
  const away = await act(remnant(), id, { suspend: null });
  await comesTo(id, 'suspending', 'ACTIVE');
  await expectEnded(id, away, 'suspend', 'compute_suspend_instance');
  expect(await shown(id)).toMatchObject({ status: 'SUSPENDED', 'OS-EXT-STS:power_state': 4 });
  expect(guest(id)?.powerState).toBe(4);
  const again = await act(remnant(), id, { suspend: null });
  expect([again.status, again.message]).toEqual([
    409,
    `Cannot 'suspend' instance ${id} while it is in vm_state suspended`,
  ]);

  const back = await act(remnant(), id, { resume: null });
  await comesTo(id, 'resuming', 'SUSPENDED');
  await expectEnded(id, back, 'resume', 'compute_resume_instance');
  expect(await shown(id)).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:power_state': 1 });
  expect(guest(id)).toMatchObject({ powerState: 1, bootedAt });
  expect(await remnant().row(id)).toMatchObject({ oldVmState: null });
  const twice = await act(remnant(), id, { resume: null });
  expect([twice.status, twice.message]).toEqual([409, `Cannot 'resume' instance ${id} while it is in vm_state active`]);
});

test('a soft reboot lets the guest go down by itself', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_down_ms: '400' } }, 'hangs');
  const bootedAt = guest(id)?.bootedAt ?? 0;
  const answer = await reboot(id, 'SOFT');
  await comesTo(id, 'reboot_started', 'REBOOT');
  // Its going down is the reboot's doing: it is not taken for one that went off by itself.
  const seen = new Set<unknown>();
  await waitFor('the reboot to end', async () => {
    const { vmState, taskState } = await remnant().row(id);
    seen.add(vmState);
    return taskState === null;
  });
  expect([...seen]).toEqual(['active']);
  await expectEnded(id, answer, 'reboot', 'compute_reboot_instance');
  expect(await shown(id)).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:power_state': 1 });
  expect(guest(id)?.bootedAt).toBeGreaterThan(bootedAt);
});

test('one that does not go down has its power cut after 20 s', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_down_ms: 'never' } }, 'hangs');
  const bootedAt = guest(id)?.bootedAt ?? 0;
  const answer = await reboot(id, 'Soft');
  await comesTo(id, 'reboot_started', 'REBOOT');
  remnant().clock.advance(19_000);
  expect(await shown(id)).toMatchObject({ 'OS-EXT-STS:task_state': 'reboot_started' });
  expect(guest(id)?.bootedAt).toBe(bootedAt);
  remnant().clock.advance(1_000);
  await expectEnded(id, answer, 'reboot', 'compute_reboot_instance');
  expect(guest(id)?.bootedAt).toBeGreaterThan(bootedAt);
});

test('a hard reboot cuts the power at once, whatever the guest is doing', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_down_ms: 'never', sim_takes: 'reboot=300' } }, 'hangs');
  const bootedAt = guest(id)?.bootedAt ?? 0;
  const answer = await reboot(id, 'HARD');
  await comesTo(id, 'reboot_started_hard', 'HARD_REBOOT');
  await expectEnded(id, answer, 'reboot', 'compute_reboot_instance');
  expect(guest(id)?.bootedAt).toBeGreaterThan(bootedAt);
});

test.each([
  ['os-stop', 'SHUTOFF'],
  ['pause', 'PAUSED'],
  ['suspend', 'SUSPENDED'],
])('a hard reboot makes a server active after %s', async (action, status) => {
  const { id } = await remnant().addServer({}, 'hangs');
  await endedAction(remnant(), id, await act(remnant(), id, { [action]: null }));
  await comesTo(id, null, status);
  const soft = await reboot(id, 'soft');
  expect([soft.status, soft.message]).toEqual([
    409,
    `Cannot 'reboot' instance ${id} while it is in vm_state ${(await remnant().row(id)).vmState}`,
  ]);
  await expectEnded(id, await reboot(id, 'hard'), 'reboot', 'compute_reboot_instance');
  expect(await shown(id)).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:power_state': 1 });
  expect(await remnant().row(id)).toMatchObject({ oldVmState: null });
});

test('a hard reboot gets a server out of its error', async () => {
  const { id } = await remnant().addServer({ vmState: 'error' }, 'hangs');
  await expectEnded(id, await reboot(id, 'Hard'), 'reboot', 'compute_reboot_instance');
  expect(await shown(id)).toMatchObject({ status: 'ACTIVE' });
});

test('a hard reboot comes over an action that is stuck, and is what is shown from then on', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_takes: 'pause=10000 reboot=300' } }, 'hangs');
  const stuck = await act(remnant(), id, { pause: null });
  await takenByHost(remnant(), id);
  for (const body of [{ reboot: { type: 'SOFT' } }, { suspend: null }, { rescue: null }]) {
    const answer = await act(remnant(), id, body);
    expect([answer.status, answer.message]).toEqual([
      409,
      `Cannot '${Object.keys(body)[0]}' instance ${id} while it is in task_state pausing`,
    ]);
  }
  const over = await reboot(id, 'HARD');
  expect(over.status).toBe(202);
  expect(await shown(id)).toMatchObject({ 'OS-EXT-STS:task_state': 'rebooting_hard', status: 'HARD_REBOOT' });
  const twice = await reboot(id, 'HARD');
  expect(twice.status, 'Nova lets a second one come behind the first').toBe(202);
  // The one that is stuck ends first: what it leads to does not hide that the reboot is still to come.
  remnant().clock.advance(10_000);
  expect(eventOf(await endedAction(remnant(), id, stuck))).toMatchObject({ result: 'Success' });
  expect((await remnant().row(id)).taskState).toMatch(/_hard$/);
  for (const one of [over, twice]) await expectEnded(id, one, 'reboot', 'compute_reboot_instance');
  await comesTo(id, null, 'ACTIVE');
  expect(guest(id)?.powerState).toBe(1);
});

test('a reboot that nobody took leaves what is stuck as it is', async () => {
  const { id } = await remnant().addServer({ metadata: { sim_takes: 'suspend=400000' } }, 'hangs');
  await act(remnant(), id, { suspend: null });
  await suspending.on(id);
  const over = await reboot(id, 'HARD');
  remnant().clock.advance(31_000);
  const recorded = await endedAction(remnant(), id, over);
  expect(eventOf(recorded)).toMatchObject({ result: 'Error', details: 'the host did not answer in 30 s' });
  expect(await shown(id)).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:task_state': 'suspending' });
  remnant().clock.advance(400_000);
  await comesTo(id, null, 'SUSPENDED');
});

test.each([{}, { type: 'BOOT' }, { type: 'HARD', more: 1 }, null])(
  'a reboot of no kind is refused: %j',
  async (body) => {
    const { id } = await remnant().addServer();
    expect((await act(remnant(), id, { reboot: body })).status).toBe(400);
    expect((await remnant().row(id)).taskState).toBeNull();
  },
);
