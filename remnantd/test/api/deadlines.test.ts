// A host that never answers: every accepted action still ends, with an honest reason, within its bounds (R1).

import { expect, test } from 'vitest';
import { openCommands } from '../../src/db/commands.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { act, dump, endedAction, endedDump, eventOf } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const DEADLINE_S = 30;
const ANSWER_S = 20;
const remnant = useRemnant({ config: { commands: { deadline: DEADLINE_S, answer: ANSWER_S }, dumps: { react: 60 } } });

test('never taken: an error that says how long it was waited, and certainly no NMI', async () => {
  const { id } = await remnant().addServer({ host: asId('silent') });
  const answer = await dump(remnant(), id);
  expect(answer.status).toBe(202);
  remnant().clock.advance(DEADLINE_S * 1000 - 1_000);
  await remnant().dispatcher.sweep();
  expect(await openCommands(remnant().store.read, asId('silent')), 'it is tried until the deadline').toHaveLength(1);
  remnant().clock.advance(1_000);
  const action = await endedAction(remnant(), id, answer);
  const reason = `the host did not answer in ${DEADLINE_S} s`;
  expect(action['message']).toBe('Error');
  expect(eventOf(action)).toMatchObject({ result: 'Error', host: 'silent', details: reason });
  expect(await endedDump(remnant(), id)).toMatchObject({ verdict: 'not_sent', reason });
});

test('never taken: the server is left free for the next action', async () => {
  const { id } = await remnant().addServer({ host: asId('silent') });
  const answer = await act(remnant(), id, { 'os-stop': null });
  expect((await remnant().row(id)).taskState).toBe('powering-off');
  remnant().clock.advance(DEADLINE_S * 1000);
  await endedAction(remnant(), id, answer);
  const row = await remnant().row(id);
  expect([row.vmState, row.taskState]).toEqual(['active', null]);
  expect(row.fault?.message).toBe(`the host did not answer in ${DEADLINE_S} s`);
});

test('taken and never answered: unknown, and the dump is followed as if the NMI had gone out', async () => {
  const { id } = await remnant().addServer({ host: asId('silent') });
  const answer = await dump(remnant(), id);
  const claim = { host: 'silent', ledger: 'silent', holding: [], busy: [] };
  const granted = (await remnant().bus.request(SUBJECT.from(asId('silent'), 'claim'), claim, 1_000)) as {
    grant: { server: string } | null;
  };
  expect(granted.grant?.server).toBe(id);
  remnant().clock.advance((DEADLINE_S + ANSWER_S) * 1000);
  const action = await endedAction(remnant(), id, answer);
  expect(eventOf(action)['details']).toBe('unknown: the host took the command and did not say how it ended');
  expect((await dump(remnant(), id)).status, 'it may have been sent: a second one could destroy a dump').toBe(409);
  remnant().clock.advance(60_000);
  expect((await dump(remnant(), id)).status, 'its host is silent: it is given time to come back and tell').toBe(409);
  remnant().clock.advance(120_000);
  expect((await endedDump(remnant(), id))['verdict']).toBe('unknown');
});

test('an answer that comes late changes nothing', async () => {
  const { id } = await remnant().addServer({ host: asId('silent') });
  const answer = await dump(remnant(), id);
  const claim = { host: 'silent', ledger: 'silent', holding: [], busy: [] };
  const { grant } = (await remnant().bus.request(SUBJECT.from(asId('silent'), 'claim'), claim, 1_000)) as {
    grant: { command: string };
  };
  remnant().clock.advance((DEADLINE_S + ANSWER_S) * 1000);
  const before = await endedAction(remnant(), id, answer);
  const report = { host: 'silent', command: grant.command, outcome: { result: 'success' } };
  await remnant().bus.request(SUBJECT.from(asId('silent'), 'report'), report, 1_000);
  expect(await endedAction(remnant(), id, answer)).toEqual(before);
});
