// When guests are asked where they can be reached, and what is told of it.

import { expect, it, onTestFinished } from 'vitest';
import { testClock } from '../../test/harness/test-clock.ts';
import type { GuestEventKind } from '../drivers/driver.ts';
import { DriverFault } from '../drivers/driver.ts';
import type { GuestAddress } from '../drivers/guest-view.ts';
import { asId, type ServerId } from '../model/ids.ts';
import { AddressWatch } from './address-watch.ts';

const one = asId<ServerId>('one');
const two = asId<ServerId>('two');
const at = (addr: string): GuestAddress => ({ network: 'net', addr, version: 4, mac: '52:54:00:00:00:01' });

/** What a guest is said to have: null on no network. */
type Answer = readonly GuestAddress[] | null | Error | Promise<never>;

/** A watch over guests whose addresses the test says, on a clock that stands still. */
function bench() {
  const clock = testClock();
  clock.freeze();
  onTestFinished(() => clock.stop());
  const asked: ServerId[] = [];
  const told: string[] = [];
  const errors: string[] = [];
  const answers = new Map<ServerId, Answer>();
  const watch = new AddressWatch({
    read: {
      addresses: (guest) => {
        asked.push(guest);
        const answer = answers.get(guest);
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer === undefined ? [] : answer);
      },
    },
    clock,
    tell: (guest, kind, detail, facts) => told.push(`${guest} ${kind} ${detail} ${JSON.stringify(facts?.addresses)}`),
    onError: (what, error) => errors.push(`${what}: ${String(error)}`),
  });
  const event = (guest: ServerId, kind: GuestEventKind) => watch.event({ guest, kind, detail: '', at: 0 });
  /** Lets `seconds` go by, one by one. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }
  };
  return { clock, watch, asked, told, errors, answers, event, pass };
}

it('is asked at its start and ever more rarely, and told once it has an address', async () => {
  const { asked, told, answers, event, pass } = bench();
  event(one, 'started');
  await pass(6);
  expect(asked).toHaveLength(3);
  answers.set(one, [at('10.0.0.2'), { ...at('fd00::2'), version: 6 }]);
  await pass(8);
  const mac = '52:54:00:00:00:01';
  const addresses = {
    net: [
      { version: 4, addr: '10.0.0.2', type: 'fixed', mac },
      { version: 6, addr: 'fd00::2', type: 'fixed', mac },
    ],
  };
  expect(told).toEqual([`one addresses 10.0.0.2, fd00::2 ${JSON.stringify(addresses)}`]);
  await pass(180);
  expect(asked, 'once a minute from then on').toHaveLength(7);
  expect(told, 'the same is not told again').toHaveLength(1);
});

it('another address is told; none at all is not', async () => {
  const { told, answers, event, pass } = bench();
  answers.set(one, [at('10.0.0.2')]);
  event(one, 'started');
  await pass(1);
  answers.set(one, []);
  await pass(60);
  answers.set(one, [at('10.0.0.3')]);
  await pass(60);
  expect(told.map((line) => line.split(' ')[2])).toEqual(['10.0.0.2', '10.0.0.3']);
});

it('who waits for a look has what it found told; and waits for a second at most, as who ends it all does', async () => {
  const { watch, told, answers, event, clock } = bench();
  await watch.looked(one);
  answers.set(one, [at('10.0.0.2')]);
  event(one, 'started');
  await watch.looked(one);
  expect(told).toHaveLength(1);
  answers.set(two, new Promise(() => {}));
  event(two, 'started');
  let over = false;
  const waiting = watch.looked(two).then(() => (over = true));
  clock.advance(999);
  await Promise.resolve();
  expect(over).toBe(false);
  clock.advance(1);
  await waiting;
  const stopping = watch.stop();
  clock.advance(1_000);
  await stopping;
});

it('one on no network is not asked again before it begins to run anew', async () => {
  const { asked, told, answers, event, pass } = bench();
  answers.set(one, null);
  event(one, 'started');
  await pass(300);
  expect(asked).toEqual([one]);
  event(one, 'rebooted');
  await pass(1);
  expect(asked).toEqual([one, one]);
  expect(told).toEqual([]);
});

it('one that is off, gone, or about to get an NMI is left alone', async () => {
  const { watch, asked, event, pass } = bench();
  event(one, 'started');
  event(two, 'started');
  event(one, 'stopped');
  watch.hold(two, 10_000);
  await pass(9);
  expect(asked).toEqual([]);
  await pass(60);
  expect(asked, 'the hold is over').toContain(two);
  expect(asked).not.toContain(one);
});

it('a hold ends with the next boot, and when it is released', async () => {
  const { watch, asked, event, pass } = bench();
  event(one, 'started');
  watch.hold(one, 1_000_000);
  event(one, 'rebooted');
  await pass(1);
  expect(asked).toEqual([one]);
  watch.hold(one, 1_000_000);
  watch.release(one);
  await pass(2);
  expect(asked).toEqual([one, one]);
});

it('a guest that keeps an NMI is not asked as it resumes, and meets it', async () => {
  const { watch, asked, event, pass } = bench();
  watch.hold(one, 10_000);
  event(one, 'resumed');
  await pass(9);
  expect(asked).toEqual([]);
  await pass(60);
  expect(asked, 'the hold is over').toContain(one);
});

it('a new look over all guests begins anew with those that run, and forgets those that are gone', async () => {
  const { watch, asked, told, answers, event, pass } = bench();
  answers.set(one, [at('10.0.0.2')]);
  event(one, 'started');
  await pass(1);
  watch.met([{ id: two, running: false }]);
  await pass(120);
  expect(asked).toEqual([one]);
  watch.met([{ id: one, running: true }]);
  await pass(1);
  expect(told, 'told again: it is another guest as far as is known').toHaveLength(2);
});

it('a driver that says no is asked again, but not for a guest that it has not', async () => {
  const { asked, errors, answers, event, pass } = bench();
  answers.set(one, new DriverFault('failed', 'no'));
  answers.set(two, new DriverFault('not-found', 'no'));
  event(one, 'started');
  event(two, 'started');
  await pass(3);
  expect(asked).toEqual([one, two, one]);
  expect(errors).toEqual([]);
});

it('a fault of our own is told, and ends nothing', async () => {
  const { asked, errors, answers, event, pass } = bench();
  answers.set(one, new TypeError('bug'));
  event(one, 'started');
  await pass(3);
  expect(errors).toEqual(['addresses of one: TypeError: bug', 'addresses of one: TypeError: bug']);
  expect(asked).toHaveLength(2);
});
