// Enrollments as a process knows them: in step with the rows, told of each that is taken back, and cheap while nothing changes.

import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import { insertEnrollment, listEnrollments, revokeEnrollment } from '../db/enrollments.ts';
import { openStore } from '../db/store.ts';
import type { EnrollmentKind } from '../model/enrollment.ts';
import type { HostName } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { EnrolledHosts } from './enrolled-hosts.ts';

const host = (name: string) => asId<HostName>(name);

async function setUp() {
  const store = await openStore(`sqlite:${join(tempDir(), 'remnant.db')}`);
  onTestFinished(() => store.close());
  const revoked: string[] = [];
  const enrolled = new EnrolledHosts(store, (name) => revoked.push(name));
  const add = (name: string, publicKey = name, kind: EnrollmentKind = 'host') =>
    store.transaction((tx) => insertEnrollment(tx, { kind, name, publicKey, enrolledAt: 1 }));
  const remove = (publicKey: string) => store.transaction((tx) => revokeEnrollment(tx, publicKey, 2));
  return { store, enrolled, revoked, add, remove };
}

it('knows nobody until it has read, then those who are enrolled, and no API process by its name', async () => {
  const { enrolled, add } = await setUp();
  await add('a');
  await add('api', 'k', 'api');
  expect(enrolled.has(host('a'))).toBe(false);
  await enrolled.refresh();
  expect(enrolled.has(host('a'))).toBe(true);
  expect(enrolled.has(host('api'))).toBe(false);
});

it('tells of who is revoked, once; not of who got a new key, nor of who came and went between two reads', async () => {
  const { enrolled, revoked, add, remove } = await setUp();
  for (const name of ['a', 'b']) await add(name);
  await enrolled.refresh();
  await remove('a');
  await remove('b');
  await add('b', 'b2');
  await add('c');
  await remove('c');
  await Promise.all([enrolled.refresh(), enrolled.refresh()]);
  expect(revoked).toEqual(['a']);
  expect(enrolled.changes).toBe(2);
  expect(['a', 'b', 'c'].map((name) => enrolled.has(host(name)))).toEqual([false, true, false]);
  await add('a', 'a2');
  await enrolled.refresh();
  expect(enrolled.has(host('a'))).toBe(true);
});

it('costs one small read while nothing changes', async () => {
  const { store, enrolled, add } = await setUp();
  await add('a');
  await enrolled.refresh();
  const before = store.queries();
  const { changes } = enrolled;
  await enrolled.refresh();
  expect(store.queries() - before).toBe(1);
  expect(enrolled.changes).toBe(changes);
});

it('lets a name be enrolled once at a time', async () => {
  const { store, add, remove } = await setUp();
  await add('a');
  await expect(add('a', 'second')).rejects.toThrow();
  await remove('a');
  await add('a', 'third');
  expect(await listEnrollments(store.read, false)).toMatchObject([
    { publicKey: 'a', revokedAt: 2 },
    { publicKey: 'third', revokedAt: null },
  ]);
  expect(await listEnrollments(store.read, true)).toMatchObject([{ publicKey: 'third' }]);
});
