// trigger_crash_dump and inject_nmi where a host cannot send NMIs: a driver that lacks the ability, an agent too old to
// know the call.

import { expect, test } from 'vitest';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { act, dump, endedAction, endedDump, eventOf } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({
  hosts: ['able', 'unable'],
  driver: (driver, host) => {
    if (host === 'able') return driver;
    const { injectNmi: _without, ...unable } = driver;
    return unable;
  },
});

test('a driver that lacks it: accepted, and an Error that names the class', async () => {
  const { id } = await remnant().addServer({ host: asId('unable') }, 'hangs');
  const answer = await dump(remnant(), id);
  expect(answer.status).toBe(202);
  const action = await endedAction(remnant(), id, answer);
  expect(eventOf(action)).toMatchObject({ result: 'Error', details: 'NotImplementedError' });
  expect((await remnant().row(id)).fault).toMatchObject({ code: 500, message: 'NotImplementedError' });
  expect((await endedDump(remnant(), id))['verdict']).toBe('not_sent');
  const waiting = await act(remnant(), id, { inject_nmi: null });
  expect([waiting.status, waiting.message]).toEqual([400, 'the sim driver has no ability "injectNmi"']);
});

test('an agent that does not know the call: 400, and nothing recorded', async () => {
  const offered = remnant().hosts.find(asId('able'))?.offered;
  await remnant().bus.request(
    SUBJECT.from(asId('old'), 'hello'),
    {
      host: 'old',
      wire: 1,
      life: 'old',
      calls: ['power-on', 'power-off'],
      offered: JSON.parse(JSON.stringify(offered)),
    },
    1_000,
  );
  const { id } = await remnant().addServer({ host: asId('old') });
  for (const body of [{ trigger_crash_dump: null }, { inject_nmi: null }]) {
    const answer = await act(remnant(), id, body);
    expect([answer.status, answer.message]).toEqual([
      400,
      "The agent of the server's host does not speak the call inject-nmi",
    ]);
  }
  const path = `/v2.1/servers/${id}/os-instance-actions`;
  expect((await remnant().ask({ path, token: 'ann:a1a1a1a1' })).body).toEqual({ instanceActions: [] });
});
