// A dump that runs while its server is rebooted, suspended, or rescued: nobody forbids it, the guest is gone then as far as the
// dump goes, and the dump ends at once and claims nothing (R3). What was known before stays.

import { expect, test } from 'vitest';
import { act, dump, endedAction, endedDump, eventOf, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const remnant = useRemnant();

const newest = async (id: string) => {
  const { body } = await remnant().ask({ path: `/remnant/v1/servers/${id}/dumps`, token: MEMBER });
  return body['dumps']?.[0];
};

/** The kinds of what was seen for the newest dump. */
async function evidenceOf(id: string): Promise<string[]> {
  const path = `/remnant/v1/servers/${id}/dumps/${(await newest(id))?.['id']}`;
  const { body } = await remnant().ask({ path, token: MEMBER });
  const evidence = body['dump']?.['evidence'] as unknown as { kind: string }[] | undefined;
  return (evidence ?? []).map(({ kind }) => kind);
}

/** Asks for a dump of a server, and waits until it is in this phase. */
async function dumping(behaviour: string, phase: string): Promise<string> {
  const { id } = await remnant().addServer({}, behaviour);
  expect((await dump(remnant(), id)).status).toBe(202);
  await waitFor(`the dump to be ${phase}`, async () => (await newest(id))?.['phase'] === phase);
  return id;
}

const ACTIONS = [
  ['a hard reboot', { reboot: { type: 'HARD' } }, 'active'],
  ['a soft reboot', { reboot: { type: 'SOFT' } }, 'active'],
  ['suspending', { suspend: null }, 'suspended'],
  ['rescuing', { rescue: null }, 'rescued'],
] as const;

test.each(ACTIONS)('%s ends a dump that waits for a sign of its guest', async (_, body, ends) => {
  const id = await dumping('hangs', 'sent');
  const recorded = await endedAction(remnant(), id, await act(remnant(), id, body));
  expect(eventOf(recorded)).toMatchObject({ result: 'Success' });
  const { verdict, reason } = await endedDump(remnant(), id);
  expect([verdict, reason]).toEqual([
    'unknown',
    expect.stringMatching(/^the guest stopped \(.+\) after the NMI; whether it saved a dump before was not seen$/),
  ]);
  expect(await remnant().row(id)).toMatchObject({ vmState: ends, taskState: null });
  // How far the action was is no sign of the guest.
  expect(await evidenceOf(id)).not.toContain('task');
});

test('a crash kernel that is cut off by a hard reboot was seen, and its dump was not', async () => {
  const id = await dumping('kdump-stands', 'reacted');
  await waitFor('its crash kernel', async () => (await evidenceOf(id)).includes('crash-kernel'));
  await endedAction(remnant(), id, await act(remnant(), id, { reboot: { type: 'HARD' } }));
  expect(await endedDump(remnant(), id)).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringMatching(/^the guest's crash kernel took over, and it stopped \(.+\) after the NMI; /),
  });
});

test('a guest that panicked is rebooted out of it, and its verdict stays', async () => {
  const { id } = await remnant().addServer({}, 'panics');
  await dump(remnant(), id);
  const { verdict, reason } = await endedDump(remnant(), id);
  expect(verdict).toBe('panicked_without_dump');
  await waitFor('it to be shown as crashed', async () => (await remnant().row(id)).powerState === 6);
  await endedAction(remnant(), id, await act(remnant(), id, { reboot: { type: 'HARD' } }));
  expect(await remnant().row(id)).toMatchObject({ vmState: 'active', powerState: 1 });
  expect(await endedDump(remnant(), id)).toMatchObject({ verdict, reason });
});

test('after a reboot another dump can be asked for', async () => {
  const id = await dumping('hangs', 'sent');
  await endedAction(remnant(), id, await act(remnant(), id, { reboot: { type: 'HARD' } }));
  await endedDump(remnant(), id);
  expect((await dump(remnant(), id)).status).toBe(202);
});
