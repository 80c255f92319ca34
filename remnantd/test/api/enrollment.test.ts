// An API process on NATS hears enrolled hosts alone: what becomes of a host that is revoked, of what it was to do, and of one that
// nobody enrolled. And whatever the bus is, what the wire does not have is refused.

import { expect, onTestFinished, test } from 'vitest';
import { findEnrollment, insertEnrollment, listEnrollments } from '../../src/db/enrollments.ts';
import type { Store } from '../../src/db/store.ts';
import { enroll, revoke } from '../../src/main/enroll.ts';
import type { HostName } from '../../src/model/ids.ts';
import { asId } from '../../src/model/ids.ts';
import { ENROLLMENTS_CHANGED, SUBJECT } from '../../src/model/wire.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, dump, endedAction, eventOf } from '../harness/records.ts';
import { waitFor } from '../harness/wait-for.ts';

const HOST = asId<HostName>('host-1');
const SILENT = asId<HostName>('silent');
const add = (store: Store, name: string) =>
  store.transaction((tx) => insertEnrollment(tx, { kind: 'host', name, publicKey: `U${name}`, enrolledAt: 1 }));

/** A Remnant whose bus is configured to be NATS; the tests' own stands in for it. Its errors are the test's. */
async function open(): Promise<TestRemnant> {
  const remnant = await openRemnant({
    config: { bus: { url: 'nats://127.0.0.1:4222' }, lane: { listen: '127.0.0.1:8775' } },
    before: (store) => add(store, HOST),
  });
  onTestFinished(() => remnant.close());
  return remnant;
}

test('a revoked host is heard no more, and what it was to do ends at once with the reason', async () => {
  const remnant = await open();
  const { store, clock, bus, errors } = remnant;
  expect(remnant.hosts.status(HOST)).toBe('UP');
  await add(store, SILENT);
  bus.publish(ENROLLMENTS_CHANGED, {});
  const { id } = await remnant.addServer({ host: SILENT });
  const claims = () =>
    bus.request(SUBJECT.from(SILENT, 'claim'), { ledger: 'l', holding: [], busy: [id] }, 5_000).then(
      () => true,
      () => false,
    );
  await waitFor('it to be heard', claims);
  const answer = await dump(remnant, id);
  expect(answer.status).toBe(202);
  for (const name of [SILENT, HOST]) await revoke({ store, clock }, { kind: 'host', name });
  bus.publish(ENROLLMENTS_CHANGED, {});
  const before = clock.mono();
  const action = await endedAction(remnant, id, answer);
  expect(eventOf(action)).toMatchObject({ result: 'Error', details: 'the host is not enrolled any more' });
  expect(clock.mono() - before, 'long before its deadline').toBeLessThan(25_000);
  expect(await claims()).toBe(false);
  await waitFor('the host that still beats to be UNKNOWN', () => {
    clock.advance(100);
    return remnant.hosts.status(HOST) === 'UNKNOWN';
  });
  const told = errors.filter((line) => line.includes('is not enrolled'));
  expect(told.filter((line) => line.startsWith('a beat of host-1'))).toHaveLength(1);
});

test('what is not told over the bus is read by itself', async () => {
  const remnant = await open();
  await revoke({ store: remnant.store, clock: remnant.clock }, { kind: 'host', name: HOST });
  await waitFor('the refusal', () => {
    remnant.clock.advance(500);
    return remnant.errors.some((line) => line.includes('host-1 is not enrolled'));
  });
});

test('a host that nobody enrolled is refused, and makes no service', async () => {
  const remnant = await open();
  const offered = JSON.parse(JSON.stringify(remnant.hosts.find(HOST)?.offered));
  const hello = { host: 'host-1', wire: 1, life: 'l', calls: [], offered };
  const stranger = asId<HostName>('stranger');
  await expect(remnant.bus.request(SUBJECT.from(stranger, 'hello'), hello, 5_000)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('the host stranger is not enrolled'),
  });
  expect(remnant.hosts.find(stranger)?.service ?? null).toBeNull();
});

test('enrolling and revoking are in the audit, with the key and without the seed', async () => {
  const remnant = await open();
  const { store, clock } = remnant;
  let seed = '';
  let forgot = 0;
  const keep = (drawn: string) => {
    seed = drawn;
    return { settle: () => {}, forget: () => (forgot += 1) };
  };
  const who = { kind: 'host', name: 'new' } as const;
  await enroll({ store, clock }, who, { renew: false, keep });
  const key = (await findEnrollment(store.read, 'host', 'new'))?.publicKey;
  await revoke({ store, clock }, who);
  const { body } = await remnant.ask({ path: '/remnant/v1/audit?target=host%20new', token: ADMIN });
  expect(body['audit']).toMatchObject([
    { operation: 'enrollments.revoke', result: 'done', user_id: null, target: 'host new' },
    { operation: 'enrollments.enroll', result: 'done', user_id: null, target: 'host new' },
  ]);
  expect(JSON.stringify(body)).toContain(key);
  expect(JSON.stringify(body)).not.toContain(seed);
  const drawn = seed;
  await expect(enroll({ store, clock }, { kind: 'host', name: HOST }, { renew: false, keep })).rejects.toThrow(
    /is enrolled since/,
  );
  expect([seed, forgot], 'nothing was kept').toEqual([drawn, 0]);
});

test('revoking again tells since when; one of the other kind is not taken for it, and neither is nobody', async () => {
  const { store, clock } = await open();
  expect(await revoke({ store, clock }, { kind: 'host', name: HOST })).toBeNull();
  const since = (await listEnrollments(store.read, false)).find(({ name }) => name === HOST)?.revokedAt;
  clock.advance(60_000);
  expect(await revoke({ store, clock }, { kind: 'host', name: HOST })).toBe(since);
  const keep = () => ({ settle: () => {}, forget: () => {} });
  await enroll({ store, clock }, { kind: 'api', name: HOST }, { renew: false, keep });
  await expect(revoke({ store, clock }, { kind: 'host', name: HOST })).rejects.toThrow(
    'no host host-1 is enrolled; an API process of that name is: add --api',
  );
  await add(store, SILENT);
  await expect(revoke({ store, clock }, { kind: 'api', name: SILENT })).rejects.toThrow(
    'no API process silent is enrolled; a host of that name is: leave out --api',
  );
  await expect(revoke({ store, clock }, { kind: 'host', name: 'nobody' })).rejects.toThrow('nobody is not enrolled');
});

test('a hello of a wire to come, or of none, is refused with the reason, on a bus of this process too', async () => {
  const remnant = await openRemnant();
  onTestFinished(() => remnant.close());
  const hello = { wire: 2, life: 'l', calls: [] };
  const from = SUBJECT.from(asId('later'), 'hello');
  await expect(remnant.bus.request(from, hello, 5_000)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringContaining('speaks version 2 of the wire'),
  });
  await expect(remnant.bus.request(from, { ...hello, wire: 1 }, 5_000)).rejects.toMatchObject({
    message: expect.stringContaining('hello.offered must be an object'),
  });
  expect(remnant.hosts.find(asId('later'))?.service ?? null).toBeNull();
});
