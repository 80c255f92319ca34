// Rescue and unrescue: from which image, what is refused and in which order, and back.

import { expect, test } from 'vitest';
import { imageFolder } from '../../src/adapters/image-folder.ts';
import { auditPage } from '../../src/db/audit.ts';
import { commandsOf } from '../../src/db/commands.ts';
import { asId } from '../../src/model/ids.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { act, endedAction, eventOf, MEMBER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant();
const UNKNOWN = '00000000-0000-4000-8000-00000000000f';

const guest = (id: string) => remnant().world.host('host-1').guests.get(asId(id));
const orders = async (id: string) => (await commandsOf(remnant().store.read, asId(id))).map(({ order }) => order);

test('rescued it runs from its own image beside its disk, and is launched anew; unrescued it runs from its disk', async () => {
  const before = await remnant().addServer({}, 'hangs');
  const { id } = before;
  const answer = await act(remnant(), id, { rescue: null });
  expect([answer.status, answer.body]).toEqual([200, {}]);
  const recorded = await endedAction(remnant(), id, answer);
  expect(recorded).toMatchObject({ action: 'rescue', message: null });
  expect(eventOf(recorded)).toMatchObject({ event: 'compute_rescue_instance', result: 'Success' });
  // That its guest was off in between is the rescue's doing.
  const rescued = await remnant().row(id);
  expect(rescued).toMatchObject({ vmState: 'rescued', taskState: null, powerState: 1 });
  expect(rescued.launchedAt).toBeGreaterThan(before.launchedAt ?? 0);
  expect(await orders(id)).toMatchObject([{ kind: 'rescue', from: { image: IMAGE } }]);
  expect(guest(id)?.rescue).toMatchObject({ boot: { properties: { kernel_id: expect.any(String) } }, disk: null });
  const { body } = await remnant().ask({ path: `/v2.1/servers/${id}`, token: MEMBER, version: '2.93' });
  expect(body['server']).toMatchObject({ status: 'RESCUE' });

  const back = await act(remnant(), id, { unrescue: null });
  expect([back.status, back.body]).toEqual([202, '']);
  const ended = await endedAction(remnant(), id, back);
  expect(ended).toMatchObject({ action: 'unrescue', message: null });
  expect(eventOf(ended)).toMatchObject({ event: 'compute_unrescue_instance', result: 'Success' });
  expect(await remnant().row(id)).toMatchObject({ vmState: 'active', taskState: null, powerState: 1 });
  expect(guest(id)?.rescue).toBeNull();
});

test.each(['stopped', 'error'] as const)('a server that is %s can be rescued', async (vmState) => {
  const { id } = await remnant().addServer({}, 'hangs');
  await endedAction(remnant(), id, await act(remnant(), id, { 'os-stop': null }));
  if (vmState === 'error') {
    await act(remnant(), id, { 'os-resetState': { state: 'error' } }, { token: 'admin:0f5' });
  }
  await endedAction(remnant(), id, await act(remnant(), id, { rescue: null }));
  expect(await remnant().row(id)).toMatchObject({ vmState: 'rescued', powerState: 1 });
});

test('the image that is asked for is taken, and a password opens nothing and is kept nowhere', async () => {
  const { id } = await remnant().addServer({ imageId: null }, 'hangs');
  const asked = { rescue_image_ref: IMAGE, adminPass: 'hunter-2-secret' };
  const answer = await act(remnant(), id, { rescue: asked });
  expect([answer.status, answer.body]).toEqual([200, {}]);
  await endedAction(remnant(), id, answer);
  expect(await orders(id)).toMatchObject([{ kind: 'rescue', from: { image: IMAGE } }]);
  const audit = await auditPage(remnant().store.read, { limit: 100, before: null, requestId: null, target: null });
  expect(JSON.stringify([await orders(id), audit])).not.toContain('hunter');
});

test('what is no image to rescue from is refused in the words of Nova, and changes nothing', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const parts = await imageFolder(`${remnant().stateDir}/images`, () => {}).find(asId(IMAGE));
  for (const ref of [UNKNOWN, parts?.properties['kernel_id'] ?? '']) {
    const answer = await act(remnant(), id, { rescue: { rescue_image_ref: ref } });
    expect([answer.status, answer.message]).toEqual([400, `Requested rescue image '${ref}' is not supported`]);
  }
  for (const bad of [{ rescue_image_ref: 'tiny' }, { image: IMAGE }, { adminPass: 1 }, 'x', []]) {
    expect((await act(remnant(), id, { rescue: bad })).status).toBe(400);
  }
  expect(await remnant().row(id)).toMatchObject({ vmState: 'active', taskState: null });
  expect(await orders(id)).toEqual([]);
});

test('a server that was made from no known image needs one named', async () => {
  const { id } = await remnant().addServer({ imageId: null, origin: 'adopted' });
  const answer = await act(remnant(), id, { rescue: null });
  expect([answer.status, answer.message]).toEqual([
    400,
    `Instance ${id} cannot be rescued: No image is known that it was made from`,
  ]);
});

test('what is wrong with the server is told before what is wrong with the image', async () => {
  const wrong = { rescue: { rescue_image_ref: UNKNOWN } };
  const locked = await remnant().addServer({ lockedBy: 'owner' });
  expect((await act(remnant(), locked.id, wrong)).message).toBe(`Instance ${locked.id} is locked`);
  const paused = await remnant().addServer({ vmState: 'paused' });
  const answer = await act(remnant(), paused.id, wrong);
  expect([answer.status, answer.message]).toEqual([
    409,
    `Cannot 'rescue' instance ${paused.id} while it is in vm_state paused`,
  ]);
});

test('a rescued server is not rebooted, and not rescued twice', async () => {
  const { id } = await remnant().addServer({ vmState: 'rescued' });
  for (const body of [
    { reboot: { type: 'SOFT' } },
    { reboot: { type: 'HARD' } },
    { rescue: null },
    { suspend: null },
  ]) {
    const answer = await act(remnant(), id, body);
    const word = Object.keys(body)[0];
    expect([answer.status, answer.message]).toEqual([
      409,
      `Cannot '${word}' instance ${id} while it is in vm_state rescued`,
    ]);
  }
});
