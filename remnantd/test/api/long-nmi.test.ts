// A driver whose NMI may take long, as Ironic's does: its host is not called silent while it may be at work, and a caller who
// waits is told how it ended and not that nobody knows.

import { expect, test } from 'vitest';
import { commandsOf } from '../../src/db/commands.ts';
import { DriverFault } from '../../src/drivers/driver.ts';
import type { InjectNmi } from '../../src/drivers/guest-life.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import { BusFault } from '../../src/ports/bus.ts';
import { ADMIN, act, dump, endedAction, endedDump, eventOf } from '../harness/records.ts';
import { useRemnant } from '../harness/use-remnant.ts';
import { waitFor } from '../harness/wait-for.ts';

const BOUND_S = 112;
/** The answers that are out, by guest. */
const asked = new Map<string, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
const slowly: Pick<InjectNmi, 'asking' | 'boundMs' | 'send'> = {
  asking: 'at-least-once',
  boundMs: BOUND_S * 1000,
  send: (guest, _order, stillGood) => {
    stillGood?.();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    asked.set(guest, { resolve, reject });
    return promise;
  },
};
/** Whether the host's questions for work are lost. */
const host = { deaf: false };
const remnant = useRemnant({
  config: { dumps: { react: 60 } },
  bus: (bus) => ({
    ...bus,
    request: (subject, message, timeoutMs) =>
      host.deaf && subject === SUBJECT.from(asId('host-1'), 'claim')
        ? Promise.reject(new BusFault('timeout', 'lost'))
        : bus.request(subject, message, timeoutMs),
  }),
  driver: (driver) => {
    const { injectNmi } = driver;
    if (injectNmi === undefined) throw new Error('the simulated driver sends NMIs');
    return { ...driver, injectNmi: { ...injectNmi, ...slowly } };
  },
});

/** The answer of the driver for a guest, once it is asked. */
const answerFor = (id: string) => waitFor('the driver to be asked', () => asked.get(id));
const outcomeOf = async (id: string) => (await commandsOf(remnant().store.read, asId(id))).at(-1)?.outcome ?? null;

/** Lets `seconds` go by and has all that is overdue ended. */
async function pass(seconds: number): Promise<void> {
  remnant().clock.advance(seconds * 1000);
  await remnant().dispatcher.sweep();
}

test('a dump: its host is at work for longer than any answer is waited for, and the NMI is sent', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const request = await dump(remnant(), id);
  const driver = await answerFor(id);
  await pass(100);
  expect(await outcomeOf(id)).toBeNull();
  driver.resolve();
  expect(eventOf(await endedAction(remnant(), id, request))['result']).toBe('Success');
  const shown = await remnant().ask({ path: `/remnant/v1/servers/${id}/dumps`, token: ADMIN });
  expect(shown.body['dumps']?.[0]).toMatchObject({ nmi: 'at-least-once', phase: 'sent' });
});

test('a forced dump has the same bound', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  await dump(remnant(), id);
  (await answerFor(id)).resolve();
  await waitFor('the first NMI to be sent', async () => (await outcomeOf(id))?.result === 'success');
  asked.delete(id);
  const path = `/remnant/v1/servers/${id}/dumps`;
  const body = { dump: { force: 'the first one hangs' } };
  const forced = await remnant().ask({ method: 'POST', path, token: ADMIN, body });
  expect(forced.status).toBe(202);
  const driver = await answerFor(id);
  await pass(100);
  expect(await outcomeOf(id)).toBeNull();
  driver.resolve();
  await waitFor('the forced NMI to be sent', async () => (await outcomeOf(id))?.result === 'success');
});

test('a driver that never answers: unknown, in the words of its host', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const request = await dump(remnant(), id);
  await answerFor(id);
  await pass(BOUND_S);
  const event = eventOf(await endedAction(remnant(), id, request));
  expect(event['details']).toBe(
    `unknown: the sim driver did not answer within ${BOUND_S} s; the NMI may have been sent`,
  );
  await pass(60);
  const ended = await endedDump(remnant(), id);
  expect(ended).toMatchObject({ verdict: 'unknown', nmi: null });
  expect(ended['reason']).toMatch(
    /whether the NMI was sent is not known.*; the machine may have got more than one NMI$/,
  );
});

test('inject_nmi waits for as long as the driver may take', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answer = act(remnant(), id, { inject_nmi: null });
  const driver = await answerFor(id);
  for (const seconds of [30, 30, 30]) await pass(seconds);
  expect(await outcomeOf(id)).toBeNull();
  driver.resolve();
  expect((await answer).status).toBe(202);
});

test('inject_nmi gives the reason why it is not known whether the NMI was sent', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  const answer = act(remnant(), id, { inject_nmi: null });
  const driver = await answerFor(id);
  driver.reject(new DriverFault('connection-lost', 'Ironic did not answer', { asked: 'maybe' }));
  const { status, message, headers } = await answer;
  const request = headers['x-compute-request-id'];
  expect(status).toBe(400);
  expect(message).toMatch(/^The host did not answer within \d s: the NMI may have been sent, see req-/);
  expect(message).toContain(`see ${request} (Ironic did not answer)`);
});

test('inject_nmi that no host takes: certain after the time of any command, and nothing was sent', async () => {
  const { id } = await remnant().addServer({}, 'hangs');
  host.deaf = true;
  const answer = act(remnant(), id, { inject_nmi: null });
  await waitFor(
    'the command to be queued',
    async () => (await commandsOf(remnant().store.read, asId(id))).length === 1,
  );
  await pass(29);
  expect(await outcomeOf(id)).toBeNull();
  await pass(1);
  const { status, message } = await answer;
  host.deaf = false;
  expect([status, message]).toEqual([400, 'the host did not answer in 30 s']);
  expect(asked.has(id)).toBe(false);
});
