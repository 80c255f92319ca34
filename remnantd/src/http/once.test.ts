// Turns of requests with one key, in one process: one at a time, for as long as a client may be made to wait.

import { expect, it } from 'vitest';
import { testClock } from '../../test/harness/test-clock.ts';
import type { Reply } from '../api/operation.ts';
import { fault } from '../model/faults.ts';
import type { RequestId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { OnceKey } from '../model/once-key.ts';
import { OnceOnly } from './once.ts';

const KEY: OnceKey = { project: null, method: 'POST', path: '/x', key: 'k', fingerprint: 'f' };
const REQUEST = asId<RequestId>('req-1');

function turns() {
  const clock = testClock();
  clock.freeze();
  const once = new OnceOnly({ find: () => Promise.resolve(null) }, clock);
  const again = (): Promise<Reply> => Promise.resolve({ status: 200 });
  const serve = (run: () => Promise<Reply>, key = KEY) => once.serve(key, { requestId: REQUEST, run, again });
  return { clock, serve };
}

it('a repeat waits for the first, and is answered out of what it made', async () => {
  const { serve } = turns();
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const first = serve(() => promise);
  const repeat = serve(() => Promise.reject(new Error('it was carried out twice')));
  resolve({ status: 202 });
  expect([await first, await repeat]).toEqual([{ status: 202 }, { status: 200 }]);
});

it('the first was refused: the next one has its turn', async () => {
  const { serve } = turns();
  const first = serve(() => Promise.reject(fault('malformed-body')));
  const next = serve(() => Promise.resolve({ status: 202 }));
  await expect(first).rejects.toMatchObject({ code: 'malformed-body' });
  expect(await next).toEqual({ status: 202 });
});

it('of those that waited for one that was refused, one is at work at a time', async () => {
  const { serve } = turns();
  let [atWork, most] = [0, 0];
  const run = async () => {
    atWork += 1;
    most = Math.max(most, atWork);
    await Promise.resolve();
    atWork -= 1;
    throw fault('malformed-body');
  };
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => serve(run)));
  expect([all.filter(({ status }) => status === 'rejected').length, most]).toEqual([20, 1]);
});

it('who waited for five seconds is told to come again, and who asks for something else at once', async () => {
  const { serve, clock } = turns();
  const { promise, resolve } = Promise.withResolvers<Reply>();
  const first = serve(() => promise);
  const never = () => Promise.reject(new Error('it was carried out twice'));
  await expect(serve(never, { ...KEY, fingerprint: 'other' })).rejects.toMatchObject({ code: 'key-used' });
  const repeat = serve(never);
  const told = expect(repeat).rejects.toMatchObject({ code: 'key-running', headers: { 'retry-after': '1' } });
  clock.advance(5_000);
  await told;
  resolve({ status: 202 });
  expect(await first).toEqual({ status: 202 });
});
