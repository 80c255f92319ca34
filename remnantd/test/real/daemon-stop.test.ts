// A daemon that is told to stop: it says so, takes nothing new, finishes what it accepted, and loses nothing when it is made to
// end before that.

import { connect } from 'node:net';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { actionsOf, eventsOf } from '../../src/db/instance-actions.ts';
import { openStore } from '../../src/db/store.ts';
import { asId } from '../../src/model/ids.ts';
import type { ChildDaemon } from '../harness/child-daemon.ts';
import { makeServer, signedIn, startChild, startListening } from '../harness/child-daemon.ts';
import type { Body } from '../harness/http-client.ts';
import { waitFor } from '../harness/wait-for.ts';

type Ask = Awaited<ReturnType<typeof signedIn>>;
const ACTION = { method: 'POST', body: JSON.stringify({ inject_nmi: null }) };
const DUMP = { method: 'POST', body: JSON.stringify({ trigger_crash_dump: null }) };

/** The results of a server's newest action, from the database of a daemon that has ended. */
async function resultsOf({ stateDir }: ChildDaemon, server: string): Promise<(string | null)[]> {
  const store = await openStore(`sqlite:${stateDir}/remnant.db`);
  try {
    const query = { afterSeq: null, limit: 1, changedSince: null, changedBefore: null };
    const [newest] = await actionsOf(store.read, asId(server), query);
    const events = newest === undefined ? [] : await eventsOf(store.read, newest.seq);
    // What follows a panic is an event of its own, which may or may not come to its end.
    return events.filter(({ event }) => event !== 'remnant_after_panic').map(({ result }) => result);
  } finally {
    await store.close();
  }
}

/** Waits until the host of a server has taken the order that was last given for it. */
async function taken(ask: Ask, id: string): Promise<void> {
  const path = `/v2.1/servers/${id}/os-instance-actions`;
  const read = async (more: string) => (await (await ask(`${path}${more}`)).json()) as Body;
  await waitFor('the order to be with its host', async () => {
    const newest = (await read(''))['instanceActions']?.[0];
    if (newest?.['action'] === 'create') return false;
    const { instanceAction } = await read(`/${newest?.['request_id']}`);
    return (instanceAction?.['events']?.length ?? 0) > 0;
  });
}

test('one that still starts its hosts answers, and ends at a signal without starting the rest', async () => {
  const hosts = Array.from({ length: 1_000 }, (_, i) => ({ name: `sim-${i}`, driver: 'sim' }));
  const daemon = await startChild({ hosts });
  await daemon.logged('listening');
  const ask = await signedIn(daemon);
  expect((await ask('/v2.1/os-services')).status).toBe(200);
  daemon.kill('SIGTERM');
  expect(await daemon.ended()).toEqual({ code: 0, signal: null });
  expect(daemon.errors()).toBe('');
  expect(daemon.log().filter(({ msg }) => msg === 'host met').length).toBeLessThan(hosts.length);
  // Nothing is left half-made: the next start has them all.
  const next = await startChild({ hosts }, dirname(daemon.stateDir));
  await waitFor('all hosts', () => next.log().filter(({ msg }) => msg === 'host met').length === hosts.length, 30_000);
  next.kill('SIGTERM');
  expect(await next.ended()).toEqual({ code: 0, signal: null });
});

test('a request under way gets its answer, and its connection is closed after it', async () => {
  const daemon = await startListening();
  const ask = await signedIn(daemon);
  const id = await makeServer(ask, 'slow');
  const asked = ask(`/v2.1/servers/${id}/action`, ACTION);
  await taken(ask, id);
  // One that has never sent anything, and one that is kept without a request: neither is waited for.
  const silent = connect(daemon.port, '127.0.0.1');
  silent.on('error', () => {});
  onTestFinished(() => {
    silent.destroy();
  });
  daemon.kill('SIGTERM');
  const answer = await asked;
  expect([answer.status, answer.headers.get('connection')]).toEqual([202, 'close']);
  expect(await daemon.ended()).toEqual({ code: 0, signal: null });
  const at = async (text: string) => Date.parse(String((await daemon.logged(text))['time']));
  expect((await at('stopped')) - (await at('stopping')), 'less than a silent client may take').toBeLessThan(8_000);
  expect(await resultsOf(daemon, id)).toEqual(['Success']);
});

test('an order that was accepted and is with its host is finished, though nobody waits for it', async () => {
  const daemon = await startListening();
  const ask = await signedIn(daemon);
  const id = await makeServer(ask, 'slow');
  expect((await ask(`/v2.1/servers/${id}/action`, DUMP)).status).toBe(202);
  await taken(ask, id);
  daemon.kill('SIGTERM');
  expect(await daemon.ended()).toEqual({ code: 0, signal: null });
  expect(await resultsOf(daemon, id)).toEqual(['Success']);
});

test('while it drains it answers and says that it is not ready; then nobody can connect', async () => {
  const daemon = await startListening({ stop: { drain: 1.5 } });
  const url = `http://127.0.0.1:${daemon.port}`;
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  daemon.kill('SIGTERM');
  await daemon.logged('stopping');
  const answer = await fetch(`${url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain('"name":"stopping","state":"missing"');
  expect((await fetch(`${url}/v2.1`)).status).toBe(200);
  expect(await daemon.ended()).toEqual({ code: 0, signal: null });
  await expect(fetch(url)).rejects.toThrow();
});

test('what is not over by the grace time is cut off, and goes on at the next start', async () => {
  const first = await startListening({ stop: { grace: 0.2 } });
  const ask = await signedIn(first);
  const id = await makeServer(ask, 'stuck');
  const asked = ask(`/v2.1/servers/${id}/action`, ACTION).then(
    ({ status }) => status,
    () => 'cut off',
  );
  await taken(ask, id);
  first.kill('SIGTERM');
  expect(await asked).toBe('cut off');
  expect(await first.ended()).toEqual({ code: 0, signal: null });
  expect(first.log().find(({ cut }) => cut === 1)).toMatchObject({ level: 40 });
  expect(await resultsOf(first, id), 'not over, and not forgotten').toEqual([null]);

  const second = await startListening({}, first.stateDir.replace(/\/state$/, ''));
  await waitFor('its outcome', async () => (await resultsOf(second, id))[0] === 'Error');
  second.kill('SIGTERM');
  expect((await second.ended()).code).toBe(0);
});

test('a second signal ends it at once', async () => {
  const daemon = await startListening();
  const ask = await signedIn(daemon);
  const id = await makeServer(ask, 'stuck');
  const asked = ask(`/v2.1/servers/${id}/action`, ACTION).catch(() => null);
  await taken(ask, id);
  daemon.kill('SIGTERM');
  await daemon.logged('stopping');
  daemon.kill('SIGTERM');
  expect(await daemon.ended()).toEqual({ code: 1, signal: null });
  await daemon.logged('stopped at once, at a second signal');
  expect(await asked).toBeNull();
});
