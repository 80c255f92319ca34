// Host health under /remnant/v1: Nova's word, the cause it hides, since when, how old the evidence is, and what became of the
// host, with no host's name for anybody but those whom the policy lets.

import { expect, onTestFinished, test } from 'vitest';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { SUBJECT } from '../../src/model/wire.ts';
import type { Bus } from '../../src/ports/bus.ts';
import { markHost, silenceHost } from '../harness/host-states.ts';
import type { Body } from '../harness/http-client.ts';
import type { OpenOptions, TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER } from '../harness/records.ts';
import { waitFor } from '../harness/wait-for.ts';

const HOST = asId<HostName>('host-1');

async function opened(options: OpenOptions = {}): Promise<TestRemnant> {
  const own = await openRemnant(options);
  onTestFinished(async () => {
    await own.close();
    expect(own.errors).toEqual([]);
  });
  return own;
}

async function host(of: TestRemnant, name = 'host-1'): Promise<Body> {
  const one = await of.ask({ path: `/remnant/v1/hosts/${name}`, token: ADMIN });
  expect(one.status).toBe(200);
  return one.body['host'] ?? ({} as Body);
}

async function transitions(of: TestRemnant, query = ''): Promise<readonly Body[]> {
  const { status, body } = await of.ask({ path: `/remnant/v1/hosts/host-1/transitions${query}`, token: ADMIN });
  expect(status).toBe(200);
  return body['transitions'] ?? [];
}

const cause = async (of: TestRemnant) => {
  const now = await host(of);
  return [now['status'], now['cause']];
};

/** Waits until so many transitions are stored, and gives their words. */
async function told(of: TestRemnant, count: number): Promise<readonly string[]> {
  const all = await waitFor(`${count} transitions`, async () => {
    const found = await transitions(of);
    return found.length >= count && found;
  });
  return all.map((one) => `${one['n']} ${one['from']}>${one['to']} ${one['cause']}`);
}

test('a host that is heard: its status, since when, why, and how old that is', async () => {
  const of = await opened({ hosts: ['host-1', 'host-2'] });
  await of.addServer();
  await told(of, 1);
  const now = await host(of);
  expect(now).toMatchObject({
    name: 'host-1',
    status: 'UP',
    state: 'up',
    cause: 'heard',
    forced_down: false,
    forced_down_by: null,
    forced_down_at: null,
    disabled: false,
    driver: 'sim',
    connection: { up: true, reason: '' },
    servers: 1,
    last_transition: { host: 'host-1', n: 1, from: '', to: 'UP', cause: 'heard' },
  });
  expect(now['since']).toBe(now['last_transition']?.['at']);
  const { body } = await of.ask({ path: '/remnant/v1/hosts', token: ADMIN });
  expect(body['hosts']?.map(({ name, cause: why }) => [name, why])).toEqual([
    ['host-1', 'heard'],
    ['host-2', 'heard'],
  ]);
});

test('how old what is known of a host is: as long ago as it was heard, on the clock of who is asked', async () => {
  const of = await opened();
  of.clock.freeze();
  // A beat that was on its way may still arrive after the first look.
  const [before, after] = await waitFor('two looks with no beat between them', async () => {
    const one = await host(of);
    of.clock.leap(700);
    const other = await host(of);
    return one['last_beat_at'] === other['last_beat_at'] && ([one, other] as const);
  });
  const age = (one: Body) => one['evidence_age_ms'] as unknown as number;
  expect(age(after) - age(before)).toBe(700);
  expect(after['detail']).toBe(`its agent is heard; last heard ${(age(after) / 1000).toFixed(1)} s ago`);
});

test('forced down: who did it, when, and why where the service says so', async () => {
  const of = await opened();
  // Of changes that come faster than they are stored, the last one counts.
  await told(of, 1);
  await markHost(of, { status: 'disabled', disabled_reason: 'broken fan' });
  expect(await cause(of)).toEqual(['MAINTENANCE', 'disabled']);
  expect((await host(of))['state'], 'as in os-services: disabled, and up').toBe('up');
  await told(of, 2);
  await markHost(of, { forced_down: true });
  const first = await host(of);
  expect(first).toMatchObject({ status: 'DOWN', state: 'down', cause: 'forced-down', forced_down_by: 'admin' });
  expect(first['detail']).toMatch(/^forced down by admin at \d{4}-\S+; also disabled: broken fan; last heard /);
  await markHost(of, { forced_down: true });
  expect((await host(of))['forced_down_at'], 'asking again does not make it younger').toBe(first['forced_down_at']);
  await told(of, 3);
  await markHost(of, { forced_down: false });
  expect(await host(of)).toMatchObject({ cause: 'disabled', forced_down_by: null, forced_down_at: null });
  expect(await told(of, 4)).toEqual([
    '1 >UP heard',
    '2 UP>MAINTENANCE disabled',
    '3 MAINTENANCE>DOWN forced-down',
    '4 DOWN>MAINTENANCE disabled',
  ]);
  const [, , forced] = await transitions(of);
  expect(forced?.['evidence']?.['forced_at'], 'as every other time').toBe(first['forced_down_at']);
});

test('a lost hypervisor and an admin are told apart', async () => {
  const of = await opened();
  of.world.host('host-1').disconnect('Cannot recv data');
  await waitFor('the loss to be noticed', async () => (await host(of))['cause'] === 'hypervisor-lost');
  const now = await host(of);
  expect(now).toMatchObject({ status: 'MAINTENANCE', connection: { up: false, reason: 'Cannot recv data' } });
  expect(now['detail']).toContain('AUTO: Cannot recv data');
});

test('silent; disabled and silent, which Nova does not tell; each with its evidence', async () => {
  const of = await opened();
  await told(of, 1);
  await silenceHost(of);
  expect(await cause(of)).toEqual(['UNKNOWN', 'silent']);
  expect((await host(of))['evidence_age_ms']).toBeGreaterThan(3_000);
  await told(of, 2);
  await markHost(of, { status: 'disabled' });
  expect(await cause(of)).toEqual(['MAINTENANCE', 'disabled-silent']);
  const words = await told(of, 3);
  expect(words.slice(-2)).toEqual(['2 UP>UNKNOWN silent', '3 UNKNOWN>MAINTENANCE disabled-silent']);
  const [, silent] = await transitions(of);
  expect(silent?.['evidence']?.['heard_ms_ago']).toBeGreaterThan(3_000);
});

/** A bus in front of which messages can be kept, as in the inbox of a process that stands still, until it is settled. */
function parkingBus() {
  const state = { parks: false, settled: 0 };
  const parked: (() => void)[] = [];
  const front = (bus: Bus): Bus => ({
    ...bus,
    subscribeEach: (subject, open) =>
      bus.subscribeEach(subject, (on) => {
        const ear = open(on);
        return (message) => {
          if (state.parks) parked.push(() => ear(message));
          else ear(message);
        };
      }),
    settle: async (timeoutMs) => {
      state.parks = false;
      for (const deliver of parked.splice(0)) deliver();
      await bus.settle(timeoutMs);
      state.settled += 1;
    },
  });
  return { front, state, parked };
}

test('a process that stood still hears what it missed before it calls anybody silent', async () => {
  const { front, state, parked } = parkingBus();
  const of = await opened({ bus: front });
  await told(of, 1);
  of.clock.freeze();
  state.parks = true;
  const { life } = of.hosts.find(HOST) ?? {};
  of.bus.publish(SUBJECT.from(HOST, 'beat'), { host: HOST, life: life ?? '', connection: { up: true, reason: '' } });
  await waitFor('the beat to wait', () => parked.length > 0);
  of.clock.leap(600_000);
  of.clock.thaw();
  await waitFor('it to have heard everything', () => state.settled > 0);
  // Whatever was judged is stored before this.
  await markHost(of, { forced_down: true });
  expect(await told(of, 2)).toEqual(['1 >UP heard', '2 UP>DOWN forced-down']);
});

test('transitions are read from a number on or up to one, either way, so many at a time', async () => {
  const of = await opened();
  await told(of, 1);
  for (const [n, forced] of [true, false, true].entries()) {
    await markHost(of, { forced_down: forced });
    await told(of, n + 2);
  }
  expect((await transitions(of, '?since=1&limit=2')).map((one) => one['seq'])).toEqual([2, 3]);
  expect(await transitions(of, '?since=4')).toEqual([]);
  const seqs = async (query: string) => (await transitions(of, query)).map((one) => one['seq']);
  expect(await seqs('?order=desc&limit=2')).toEqual([4, 3]);
  expect(await seqs('?order=desc&limit=2&before=3')).toEqual([2, 1]);
  expect(await seqs('?order=desc&since=1&before=4')).toEqual([3, 2]);
  expect(await seqs('?order=asc&before=3')).toEqual([1, 2]);
  expect(await seqs('?since=3&before=2')).toEqual([]);
  for (const query of ['?since=-1', '?since=x', '?before=x', '?before=-1', '?order=up', '?limit=x', '?other=1']) {
    const { status } = await of.ask({ path: `/remnant/v1/hosts/host-1/transitions${query}`, token: ADMIN });
    expect([query, status]).toEqual([query, 400]);
  }
});

test('a host that nobody heard of is not there', async () => {
  const of = await opened();
  const { status, message } = await of.ask({ path: '/remnant/v1/hosts/elsewhere', token: ADMIN });
  expect([status, message]).toEqual([404, 'Host elsewhere could not be found.']);
  for (const name of ['elsewhere', '%00', '%20']) {
    const found = await of.ask({ path: `/remnant/v1/hosts/${name}/transitions`, token: ADMIN });
    expect([name, found.status, found.body['transitions']]).toEqual([name, 404, undefined]);
  }
});

test.each([
  ['/remnant/v1/hosts', 'remnant:hosts:list'],
  ['/remnant/v1/hosts/host-1', 'remnant:hosts:show'],
  ['/remnant/v1/hosts/host-1/transitions', 'remnant:hosts:transitions'],
])('%s is for administrators, unless its rule %s says otherwise', async (path, rule) => {
  const of = await opened();
  const refused = await of.ask({ path, token: MEMBER });
  expect([refused.status, refused.message]).toEqual([403, `Policy doesn't allow ${rule} to be performed.`]);
  const open = await opened({ policy: { [rule]: '@' } });
  expect((await open.ask({ path, token: MEMBER })).status).toBe(200);
});
