// The bus on a real nats-server: the contract of every bus, and what only a bus on a wire meets: a server that dies, one that
// stands still, one that refuses.

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { inboxOf } from '../../src/adapters/nats-bus/bus-users.ts';
import { natsBus } from '../../src/adapters/nats-bus/nats-bus.ts';
import type { NatsBusOptions } from '../../src/adapters/nats-bus/options.ts';
import { hostAndPort } from '../../src/adapters/nats-bus/reach-server.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import type { JsonValue } from '../../src/lib/json.ts';
import { busContract } from '../../src/ports/bus.contract.ts';
import type { Bus } from '../../src/ports/bus.ts';
import { waitFor } from '../harness/wait-for.ts';
import { NatsLab } from './nats-lab.ts';

let nats: NatsLab;
beforeAll(async () => {
  nats = await NatsLab.open();
});
afterAll(() => nats?.close());

/** A bus on `lab`, closed when the test is over. */
function openBus(more: Partial<NatsBusOptions> = {}, errors: string[] = []): Bus {
  const bus = natsBus({
    servers: [nats.url],
    prefix: 'test',
    inbox: inboxOf({ kind: 'api' }),
    name: 'a test',
    access: () => ({ seed: null, tls: null }),
    clock: systemClock(),
    onError: (what, error) => errors.push(`${what}: ${(error as Error).message}`),
    ...more,
  });
  onTestFinished(() => bus.close());
  return bus;
}
const up = (bus: Bus) => waitFor('the bus to be up', () => bus.connection().up);
const down = (bus: Bus, withinMs?: number) => waitFor('the loss to be told', () => !bus.connection().up, withinMs);

busContract('the bus on NATS', async () => {
  const bus = openBus();
  await up(bus);
  return bus;
});

describe('two processes on one NATS', () => {
  it('hear each other, and a request goes to one of those who serve', async () => {
    const [one, two] = [openBus(), openBus()];
    await Promise.all([up(one), up(two)]);
    const asked: string[] = [];
    const heard: string[] = [];
    for (const [name, bus] of [
      ['one', one],
      ['two', two],
    ] as const) {
      bus.serve('host.*.claim', (_message, subject) => {
        asked.push(`${name} ${subject}`);
        return Promise.resolve(name);
      });
      bus.subscribe('host.*.beat', (message) => heard.push(`${name} ${JSON.stringify(message)}`));
    }
    await Promise.all([one.settle(5_000), two.settle(5_000)]);
    for (let n = 0; n < 40; n += 1) await one.request('host.a.claim', {}, 5_000);
    expect(asked).toHaveLength(40);
    expect(new Set(asked)).toEqual(new Set(['one host.a.claim', 'two host.a.claim']));
    two.publish('host.a.beat', 1);
    await waitFor('both to hear it', () => heard.length === 2);
    expect(heard.toSorted()).toEqual(['one 1', 'two 1']);
  });

  it('hear nothing of another cloud on the same NATS', async () => {
    const [ours, theirs] = [openBus(), openBus({ prefix: 'other' })];
    await Promise.all([up(ours), up(theirs)]);
    ours.subscribe('s', () => expect.unreachable('another cloud'));
    await ours.settle(5_000);
    theirs.publish('s', 1);
    await theirs.settle(5_000);
    await ours.settle(5_000);
    await expect(theirs.request('s', 1, 5_000)).rejects.toMatchObject({ code: 'no-responder' });
  });

  it('tell messages from requests, as the bus of one process does', async () => {
    const bus = openBus();
    await up(bus);
    const heard: JsonValue[] = [];
    bus.subscribe('both', (message) => heard.push(message));
    bus.serve('both', (message) => Promise.resolve(['served', message]));
    bus.publish('both', 1);
    expect(await bus.request('both', 2, 5_000)).toEqual(['served', 2]);
    await bus.settle(5_000);
    expect(heard).toEqual([1]);
  });

  it('refuse what NATS would not carry, and go on', async () => {
    const errors: string[] = [];
    const bus = openBus({}, errors);
    await up(bus);
    const large = 'x'.repeat(9 * 2 ** 20);
    bus.serve('large', () => Promise.resolve(large));
    bus.serve('small', () => Promise.resolve('s'));
    await expect(bus.request('small', large, 5_000)).rejects.toMatchObject({ code: 'refused' });
    await expect(bus.request('large', 1, 5_000)).rejects.toMatchObject({ code: 'refused' });
    bus.publish('anything', large);
    expect(await bus.request('small', 1, 5_000)).toBe('s');
    expect(errors).toHaveLength(2);
  });
});

describe('a process that went without a word', () => {
  it('costs a moment, and no answer: what it was asked is asked again, of somebody else', async () => {
    const bus = openBus();
    await up(bus);
    const asked: JsonValue[] = [];
    bus.serve('shared', (message) => {
      asked.push(message);
      return Promise.resolve(message);
    });
    await bus.settle(5_000);
    // It joins those who serve, and never says anything again, not even to a ping.
    const gone = connect(hostAndPort(nats.url));
    onTestFinished(() => void gone.destroy());
    gone.on('error', () => {});
    gone.write('CONNECT {"verbose":false,"headers":true,"protocol":1}\r\nSUB test.shared serve 1\r\n');
    await waitFor('a request in vain', () =>
      bus.request('shared', 'x', 300).then(
        () => false,
        () => true,
      ),
    );
    asked.length = 0;
    const all = Array.from({ length: 40 }, (_, n) => n);
    expect(await Promise.all(all.map((n) => bus.request('shared', n, 25_000)))).toEqual(all);
    expect(asked).toHaveLength(all.length);
  });

  it('is not what one is who only takes long: it is asked once', async () => {
    const bus = openBus();
    await up(bus);
    let asked = 0;
    let answer = (_message: JsonValue) => {};
    bus.serve('long', () => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const answered = bus.request('long', 1, 30_000);
    let seen = 0;
    // Whoever listens in sees it asked again.
    const tap = connect(hostAndPort(nats.url));
    onTestFinished(() => void tap.destroy());
    tap.on('data', (bytes) => {
      seen += bytes.toString().split('MSG test.long').length - 1;
    });
    tap.write('CONNECT {"verbose":false,"headers":true,"protocol":1}\r\nSUB test.long 1\r\n');
    await waitFor('it to be asked again', () => seen >= 2);
    await bus.settle(5_000);
    answer('done');
    expect(await answered).toBe('done');
    expect(asked).toBe(1);
  });
});

describe('a NATS that is away', () => {
  it('keeps nothing from starting: the bus says why, requests fail at once, and it comes by itself', async () => {
    const later = await NatsLab.open();
    onTestFinished(() => later.close());
    await later.kill();
    const bus = openBus({ servers: [later.url] });
    await waitFor('the reason', () => bus.connection().reason.includes('ECONNREFUSED'));
    expect(bus.connection()).toMatchObject({ up: false });
    const heard: JsonValue[] = [];
    bus.subscribe('s', (message) => heard.push(message));
    bus.publish('s', 'lost');
    await expect(bus.request('s', {}, 60_000)).rejects.toMatchObject({ code: 'away' });
    await expect(bus.settle(60_000)).rejects.toMatchObject({ code: 'away' });
    await later.up();
    await up(bus);
    bus.publish('s', 'there');
    await bus.settle(5_000);
    expect(heard).toEqual(['there']);
  });

  it('is told when it is killed; what was asked fails, what is said meanwhile is lost, and all works again after', async () => {
    const mortal = await NatsLab.open();
    onTestFinished(() => mortal.close());
    const bus = openBus({ servers: [mortal.url] });
    const told: boolean[] = [];
    bus.onConnection(({ up: now }) => told.push(now));
    await up(bus);
    const heard: JsonValue[] = [];
    bus.subscribe('s', (message) => heard.push(message));
    bus.serve('never', () => new Promise(() => {}));
    bus.serve('add', (message) => Promise.resolve((message as number) + 1));
    const asked = expect(bus.request('never', {}, 60_000)).rejects.toMatchObject({ code: 'away' });
    await bus.settle(5_000);
    const { since } = bus.connection();
    await mortal.kill();
    await down(bus);
    await asked;
    expect(bus.connection().reason).not.toBe('');
    expect(bus.connection().since).toBeGreaterThan(since);
    for (let n = 0; n < 10; n += 1) bus.publish('s', 'lost');
    await expect(bus.request('add', 1, 60_000)).rejects.toMatchObject({ code: 'away' });
    await mortal.up();
    await up(bus);
    expect(await bus.request('add', 1, 5_000)).toBe(2);
    bus.publish('s', 'there');
    await bus.settle(5_000);
    expect(heard).toEqual(['there']);
    expect(told.filter((now, at) => now !== told[at - 1])).toEqual([true, false, true]);
  });

  it('is noticed within seconds when it stands still, and again when it goes on', async () => {
    const frozen = await NatsLab.open();
    onTestFinished(() => frozen.close());
    const bus = openBus({ servers: [frozen.url] });
    await up(bus);
    bus.serve('add', (message) => Promise.resolve((message as number) + 1));
    await bus.settle(5_000);
    await frozen.signal('SIGSTOP');
    const from = performance.now();
    const asked = expect(bus.request('add', 1, 60_000)).rejects.toMatchObject({ code: 'away' });
    await expect(bus.settle(50)).rejects.toMatchObject({ code: 'timeout' });
    const settled = expect(bus.settle(60_000)).rejects.toMatchObject({ code: 'away' });
    // More than the kernel takes: what is stuck must not keep the loss from being noticed.
    for (let n = 0; n < 8; n += 1) bus.publish('bulk', 'x'.repeat(4 * 2 ** 20));
    await down(bus);
    // 3 s where nothing else runs.
    expect(performance.now() - from).toBeLessThan(10_000);
    await Promise.all([asked, settled]);
    await waitFor('an attempt at the server that stands still', () => bus.connection().reason.includes('no word'));
    await frozen.signal('SIGCONT');
    await up(bus);
    expect(await bus.request('add', 1, 5_000)).toBe(2);
  });

  it('is passed by when another server is there', async () => {
    const bus = openBus({ servers: ['nats://127.0.0.1:1', nats.url] });
    await up(bus);
    await bus.settle(5_000);
  });
});

it('lets a process end that was closed while there is no NATS', async () => {
  const bus = openBus({ servers: ['nats://127.0.0.1:1'] });
  await waitFor('a try', () => bus.connection().reason.includes('ECONNREFUSED'));
  await bus.close();
  expect(bus.connection()).toMatchObject({ up: false, reason: 'the bus was closed' });
  await expect(bus.request('s', 1, 10)).rejects.toMatchObject({ code: 'closed' });
});
