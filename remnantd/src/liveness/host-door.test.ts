// The door: who is not enrolled, and what is not of the wire, never gets to who listens; each is told once.

import { expect, it } from 'vitest';
import { testBus } from '../../test/harness/test-bus.ts';
import { testClock } from '../../test/harness/test-clock.ts';
import type { JsonValue } from '../lib/json.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { SUBJECT } from '../model/wire.ts';
import type { Bus, Ear } from '../ports/bus.ts';
import { hostDoor } from './host-door.ts';

const H = asId<HostName>('h.1');
const GOOD = { life: 'l', connection: null };
const CLAIM = { ledger: 'l', holding: [], busy: [] };

/** Hosts that are enrolled, as a process knows them. */
class Enrolled extends Set<HostName> {
  changes = 0;

  override add(host: HostName): this {
    this.changes += 1;
    return super.add(host);
  }

  override delete(host: HostName): boolean {
    this.changes += 1;
    return super.delete(host);
  }
}

function setUp(enrolled: Enrolled | null) {
  const wire = testBus(testClock());
  const errors: string[] = [];
  const bus = hostDoor(wire, {
    enrolled,
    onError: (what, error) => errors.push(`${what}: ${(error as Error).message}`),
  });
  const heard: JsonValue[] = [];
  bus.subscribe(SUBJECT.fromAll('beat'), (message) => heard.push(message));
  bus.serve(SUBJECT.fromAll('claim'), () => Promise.resolve({ grant: null }));
  const beat = async (message: JsonValue) => {
    wire.publish(SUBJECT.from(H, 'beat'), message);
    await wire.settle(1_000);
  };
  const claim = (message: JsonValue) => wire.request(SUBJECT.from(H, 'claim'), message, 1_000);
  return { wire, bus, errors, heard, beat, claim };
}

it('lets a host that is enrolled be heard, from the moment it is until the moment it is not', async () => {
  const enrolled = new Enrolled();
  const { errors, heard, beat, claim } = setUp(enrolled);
  await beat(GOOD);
  await beat(GOOD);
  await expect(claim(CLAIM)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('is not enrolled'),
  });
  expect(heard).toEqual([]);
  enrolled.add(H);
  await beat(GOOD);
  expect(await claim(CLAIM)).toEqual({ grant: null });
  expect(heard).toEqual([GOOD]);
  enrolled.delete(H);
  await beat(GOOD);
  await beat(GOOD);
  expect(heard).toHaveLength(1);
  const beats = 'a beat of h.1 is refused: the host h.1 is not enrolled';
  expect(errors).toEqual([beats, 'a claim of h.1 is refused: the host h.1 is not enrolled', beats]);
});

it('hears a host whose words are the same object each time as long as it is enrolled, and at once when it is again', () => {
  const enrolled = new Enrolled();
  const wire = testBus(testClock());
  const errors: string[] = [];
  let hear: Ear = () => expect.unreachable('nobody listens');
  const front: Bus = {
    ...wire,
    subscribeEach: (_subject, open) => {
      hear = open(SUBJECT.from(H, 'beat'));
      return () => {};
    },
  };
  const opened: string[] = [];
  const heard: JsonValue[] = [];
  hostDoor(front, { enrolled, onError: (what) => errors.push(what) }).subscribeEach(SUBJECT.fromAll('beat'), (from) => {
    opened.push(from);
    return (message) => heard.push(message);
  });
  const bad = { life: 1 };
  hear(GOOD);
  expect([heard.length, opened]).toEqual([0, []]);
  enrolled.add(H);
  for (const message of [GOOD, GOOD, bad, bad, GOOD]) hear(message);
  expect([heard, opened]).toEqual([[GOOD, GOOD, GOOD], [SUBJECT.from(H, 'beat')]]);
  enrolled.delete(H);
  hear(GOOD);
  hear(GOOD);
  enrolled.add(asId('another'));
  hear(GOOD);
  expect(heard).toHaveLength(3);
  enrolled.add(H);
  hear(GOOD);
  expect(heard).toHaveLength(4);
  // What was refused and then let in is told again when it is refused again.
  expect(errors).toEqual(Array.from({ length: 3 }, () => 'a beat of h.1 is refused'));
});

it('refuses what the wire does not have with its reason, told once, and hears the host otherwise', async () => {
  const { errors, heard, beat, claim } = setUp(null);
  for (let n = 0; n < 3; n += 1) {
    await beat({ life: 1 });
    await expect(claim({ ...CLAIM, busy: 'no' })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('claim.busy must be a list'),
    });
  }
  expect(heard).toEqual([]);
  expect(errors).toHaveLength(2);
  await beat(GOOD);
  expect(heard).toEqual([GOOD]);
});

it('stands in nobody else’s way', async () => {
  const { wire, bus } = setUp(new Enrolled());
  bus.serve('api.x', (message) => Promise.resolve(message));
  expect(await wire.request('api.x', 1, 1_000)).toBe(1);
  expect(await bus.request('api.x', 2, 1_000)).toBe(2);
  expect(bus.connection()).toEqual(wire.connection());
  const [other, rung] = [setUp(null), [] as JsonValue[]];
  other.wire.serve(SUBJECT.query(H), () => Promise.resolve('answer'));
  other.wire.subscribe(SUBJECT.ring(H), (message) => rung.push(message));
  expect(await other.bus.request(SUBJECT.query(H), 1, 1_000)).toBe('answer');
  other.bus.publish(SUBJECT.ring(H), 1);
  await other.wire.settle(1_000);
  expect(rung).toEqual([1]);
});

it('asks and tells a host nothing that is not enrolled, and does not believe what one says that was revoked meanwhile', async () => {
  const enrolled = new Enrolled().add(H);
  const { wire, bus } = setUp(enrolled);
  const asked: JsonValue[] = [];
  const rung: JsonValue[] = [];
  let meanwhile = () => {};
  wire.serve(SUBJECT.query(H), (message) => {
    asked.push(message);
    meanwhile();
    return Promise.resolve('erased');
  });
  wire.subscribe(SUBJECT.ring(H), (message) => rung.push(message));
  const round = async (n: number) => {
    bus.publish(SUBJECT.ring(H), n);
    const answer = await bus.request(SUBJECT.query(H), n, 1_000).catch((error: unknown) => String(error));
    await wire.settle(1_000);
    return answer;
  };
  const refused = 'BusFault: agent.h=2e1.query: the host h.1 is not enrolled';
  expect(await round(1)).toBe('erased');
  meanwhile = () => enrolled.delete(H);
  expect(await round(2)).toBe(refused);
  expect(await round(3)).toBe(refused);
  expect([asked, rung]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});
