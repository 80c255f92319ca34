import { RemnantConnectionError } from '@remnant/client';
import { expect, test } from 'vitest';
import { EXIT } from './exit.ts';
import { waitUntil } from './wait.ts';

/** Looks that give these one after the other, then the last for ever; an error is thrown. */
function looks(...seen: readonly (string | Error)[]) {
  let turn = 0;
  const lines: string[] = [];
  const changes: string[] = [];
  const wait = {
    progress: {
      tell: () => {},
      stands: (text: string) => void changes.push(text),
      live: (text: string) => void lines.push(text),
    },
    seconds: 10,
    what: 'it',
    goesOn: 'it goes on',
    look: () => {
      const now = seen[Math.min(turn++, seen.length - 1)] ?? '';
      return now instanceof Error ? Promise.reject(now) : Promise.resolve(now);
    },
    isDone: (state: string) => state === 'done',
    stands: (state: string) => state,
  };
  return { wait, lines, changes };
}

test('looks until it is done, and takes the live line away', async () => {
  const { wait, lines } = looks('begun', 'done');
  expect(await waitUntil(wait)).toBe('done');
  expect(lines).toEqual(['| 0 s  begun', '']);
});

test('a service that is away for a while is asked again', async () => {
  const { wait, lines } = looks('begun', new RemnantConnectionError('away'), 'done');
  expect(await waitUntil(wait)).toBe('done');
  expect(lines[1]).toBe('/ 0 s  begun (away)');
});

test('any other error ends it, and so does the time', async () => {
  await expect(waitUntil(looks('begun', new Error('no')).wait)).rejects.toThrow('no');
  const late = waitUntil({ ...looks('begun').wait, seconds: 0 });
  await expect(late).rejects.toMatchObject({
    code: EXIT.timedOut,
    message: 'it: not within 0 s; last seen: begun; it goes on',
  });
});

test('a change of how it stands is told once, for who has no live line', async () => {
  const { wait, changes } = looks('begun', 'begun', 'half', 'done');
  await waitUntil(wait);
  expect(changes).toEqual(['begun', 'half']);
});

test('an interruption ends the waiting at once, says what goes on, and leaves no handler behind', async () => {
  const before = process.listenerCount('SIGINT');
  let asked: AbortSignal | undefined;
  const never = {
    ...looks('begun').wait,
    look: (signal: AbortSignal) => {
      asked = signal;
      // What a test's own process would do with the signal is not asked for: only the listeners are told.
      if (process.listenerCount('SIGINT') > before) setImmediate(() => process.emit('SIGINT'));
      return Promise.resolve('begun');
    },
  };
  await expect(waitUntil(never)).rejects.toMatchObject({
    code: EXIT.interrupted,
    message: 'stopped waiting; it goes on',
  });
  expect(asked?.aborted).toBe(true);
  expect(process.listenerCount('SIGINT')).toBe(before);
});
