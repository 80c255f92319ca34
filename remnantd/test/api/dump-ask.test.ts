// Asking for a dump at Remnant's own root: the same road as Nova's action, with wishes, and by force for an admin.

import { expect, test } from 'vitest';
import { commandsOf } from '../../src/db/commands.ts';
import type { Answer, Body } from '../harness/http-client.ts';
import { ADMIN, act, dump, endedAction, endedDump, MEMBER, STRANGER } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const REACT_S = 5;
const remnant = useRemnant({ config: { dumps: { react: REACT_S } } });

const READER = 'eve:a1a1a1a1:reader';
const nmisOf = (id: string) =>
  remnant()
    .world.nmis()
    .filter((nmi) => nmi.guest === id).length;
const ask = (id: string, wishes?: object, token = MEMBER): Promise<Answer> =>
  remnant().ask({
    method: 'POST',
    path: `/remnant/v1/servers/${id}/dumps`,
    token,
    ...(wishes === undefined ? {} : { body: { dump: wishes } }),
  });
const shown = async (id: string, dumpId: string): Promise<Body> => {
  const { body } = await remnant().ask({ path: `/remnant/v1/servers/${id}/dumps/${dumpId}`, token: MEMBER });
  return body['dump'] as Body;
};

test('an empty body asks as the action does: 202, the dump, its place, and the same entry among the actions', async () => {
  const { id } = await remnant().addServer({}, 'ignores');
  const answer = await ask(id);
  expect(answer.status).toBe(202);
  const asked = answer.body['dump'] as Body;
  expect(asked).toMatchObject({
    server_id: id,
    verdict: null,
    forced: null,
    panic: null,
    vitals: null,
    wishes: { nmi: true, memory: 'never', after_panic: 'keep', evidence: false },
  });
  expect(new URL(answer.headers['location'] ?? '').pathname).toBe(`/remnant/v1/servers/${id}/dumps/${asked['id']}`);
  expect(await endedDump(remnant(), id)).toMatchObject({ id: asked['id'], verdict: 'ignored' });
  const { body } = await remnant().ask({ path: `/v2.1/servers/${id}/os-instance-actions`, token: MEMBER });
  expect(body['instanceActions']?.map((one) => [one['action'], one['request_id']])).toEqual([
    ['trigger_crash_dump', asked['request_id']],
  ]);
  expect(nmisOf(id)).toBe(1);
});

test("what is not said is the owner's wish, else the configuration's; the action has the same", async () => {
  const metadata = { 'remnant:memory_dump': 'nonsense', 'remnant:after_panic': 'stop' };
  const { id } = await remnant().addServer({ metadata }, 'hangs');
  const { body } = await ask(id, { memory: 'never' });
  expect(body['dump']?.['wishes']).toMatchObject({ memory: 'never', after_panic: 'stop' });
  const other = await remnant().addServer({ metadata }, 'ignores');
  await dump(remnant(), other.id);
  expect((await endedDump(remnant(), other.id))['wishes']).toMatchObject({ memory: 'never', after_panic: 'stop' });
});

test.each([
  [{ nmi: false, memory: 'never' }, /nothing to dump/],
  [{ nmi: false, evidence: true }, /before an NMI/],
  [{ memory: 'sometimes' }, /sometimes/],
  [{ after_panic: 'burn' }, /burn/],
  [{ nmi: 'yes' }, /yes/],
  [{ force: '' }, /too short/],
  [{ force: 'x'.repeat(256) }, /too long/],
  [{ force: 'two\nlines' }, /does not match/],
  [{ unheard: true }, /unheard/],
])('%j is refused, and changes nothing', async (wishes, words) => {
  const { id } = await remnant().addServer({}, 'ignores');
  const answer = await ask(id, wishes, ADMIN);
  expect([answer.status, answer.message]).toEqual([400, expect.stringMatching(words)]);
  expect(await commandsOf(remnant().store.read, id)).toEqual([]);
});

test('who may trigger a dump may ask for one; force is an admin’s; another project’s server is not there', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  expect((await ask(id, {}, READER)).status).toBe(403);
  expect((await ask(id, {}, STRANGER)).status).toBe(404);
  expect((await ask(id, { force: 'because' })).status).toBe(403);
  expect(nmisOf(id)).toBe(0);
});

test('lock and state are asked as for the action', async () => {
  const locked = await remnant().addServer({ lockedBy: 'owner' }, 'hangs');
  expect((await ask(locked.id)).message).toBe(`Instance ${locked.id} is locked`);
  const off = await remnant().addServer({ vmState: 'stopped' }, 'hangs');
  const action = await act(remnant(), off.id, { trigger_crash_dump: null });
  const answer = await ask(off.id);
  expect([answer.status, answer.message]).toEqual([action.status, action.message]);
});

test('while a dump runs everybody is told which one; an admin with a reason ends it and begins another', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const first = await ask(id);
  await endedAction(remnant(), id, { ...first, headers: { 'x-compute-request-id': idOf(first) } });
  for (const token of [MEMBER, ADMIN]) {
    const refused = await ask(id, {}, token);
    expect([refused.status, refused.message]).toEqual([409, expect.stringContaining(idOf(first))]);
  }
  const forced = await ask(id, { force: 'the pager rang twice' }, ADMIN);
  expect(forced.status).toBe(202);
  expect(forced.body['dump']).toMatchObject({ forced: 'the pager rang twice' });
  expect(await shown(id, String(first.body['dump']?.['id']))).toMatchObject({
    phase: 'ended',
    verdict: 'unknown',
    reason: 'an admin forced another NMI: the pager rang twice',
  });
  await endedAction(remnant(), id, { ...forced, headers: { 'x-compute-request-id': idOf(forced) } });
  expect(nmisOf(id)).toBe(2);
  const { body } = await remnant().ask({ path: `/remnant/v1/audit?target=server%20${id}`, token: ADMIN });
  expect(JSON.stringify(body)).toContain('the pager rang twice');
});

test('two who force at once: one wins, and there is one more NMI', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const first = await ask(id);
  await endedAction(remnant(), id, { ...first, headers: { 'x-compute-request-id': idOf(first) } });
  const answers = await Promise.all(['a', 'b', 'c'].map((force) => ask(id, { force }, ADMIN)));
  expect(answers.map((one) => one.status).toSorted((a, b) => a - b)).toEqual([202, 409, 409]);
  const winner = answers.find((one) => one.status === 202) as Answer;
  await endedAction(remnant(), id, { ...winner, headers: { 'x-compute-request-id': idOf(winner) } });
  expect(nmisOf(id)).toBe(2);
});

test('a forced dump whose NMI had not gone out yet never sends it', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  remnant().clock.freeze();
  // The host is not asked: its bell is lost.
  remnant().world.host('host-1').disconnect('cut');
  const first = await ask(id);
  remnant().clock.leap(5);
  const forced = await ask(id, { force: 'again' }, ADMIN);
  expect([first.status, forced.status]).toEqual([202, 202]);
  // Taken back by the second, or by then taken by the host, whose driver is away: an error either way.
  const outcome = await waitFor(
    'the first to end',
    async () => (await commandsOf(remnant().store.read, id))[0]?.outcome,
  );
  expect(outcome.result).toBe('error');
  remnant().world.host('host-1').reconnect();
  remnant().clock.thaw();
  await endedAction(remnant(), id, { ...forced, headers: { 'x-compute-request-id': idOf(forced) } });
  expect(nmisOf(id)).toBeLessThanOrEqual(1);
});

test('a server with a dump in whichever state has one verdict for each', async () => {
  const { id } = await remnant().addServer({}, 'panics');
  await ask(id);
  expect(await endedDump(remnant(), id)).toMatchObject({ verdict: 'panicked_without_dump' });
});

function idOf(answer: Answer): string {
  return String(answer.body['dump']?.['request_id']);
}
