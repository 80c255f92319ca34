// Proves that acts keep their order under one key, and that keys do not wait for each other.

import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('what takes time holds back what is behind it under the same key, and nothing else', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  turns.take('a', () => void done.push('a1'));
  turns.take('a', () => first.promise.then(() => void done.push('a2')));
  turns.take('a', () => second.promise.then(() => void done.push('a3')));
  turns.take('a', () => void done.push('a4'));
  turns.take('b', () => void done.push('b1'));
  expect(done).toEqual(['a1', 'b1']);
  second.resolve();
  await new Promise(setImmediate);
  expect(done).toEqual(['a1', 'b1']);
  first.resolve();
  await new Promise(setImmediate);
  turns.take('a', () => void done.push('a5'));
  expect(done).toEqual(['a1', 'b1', 'a2', 'a3', 'a4', 'a5']);
});
