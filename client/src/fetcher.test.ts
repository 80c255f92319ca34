import { expect, onTestFinished, test, vi } from 'vitest';
import { RemnantConnectionError } from './errors.ts';
import type { Exchange, Request } from './fetcher.ts';
import { fetchAnswer } from './fetcher.ts';

const GET: Request = {
  operation: 'x.show',
  method: 'GET',
  url: 'http://cloud/v2.1/x',
  headers: { 'x-auth-token': 'secret' },
  secret: false,
  timeoutMs: 1000,
  signal: undefined,
};

/** A fetch that answers so, one after the other; `null` is a network that fails. */
function answering(...answers: readonly (Response | null)[]) {
  let sent = 0;
  const told: Exchange[] = [];
  const send: typeof fetch = () => {
    const answer = answers[sent++];
    if (answer === null || answer === undefined) {
      return Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNRESET') }));
    }
    return Promise.resolve(answer);
  };
  const options = { fetch: send, retries: 2, onExchange: (exchange: Exchange) => void told.push(exchange) };
  return { options, told, count: () => sent };
}

const away = () => new Response('busy', { status: 503, headers: { 'retry-after': '0.01' } });

test('a read is sent again while the network or the service is away', async () => {
  const { options, told, count } = answering(null, away(), new Response('ok'));
  expect(await fetchAnswer(GET, options)).toMatchObject({ status: 200, text: 'ok' });
  expect(count()).toBe(3);
  expect(told.map((one) => one.status)).toEqual([null, 503, 200]);
});

test('but not for ever: the last answer is the answer', async () => {
  const { options, count } = answering(away(), away(), away(), new Response('late'));
  expect(await fetchAnswer(GET, options)).toMatchObject({ status: 503 });
  expect(count()).toBe(3);
});

test.each(['POST', 'PUT', 'DELETE'])('%s is sent once, whatever becomes of it', async (method) => {
  const refused = answering(away(), new Response('ok'));
  expect(await fetchAnswer({ ...GET, method }, refused.options)).toMatchObject({ status: 503 });
  const lost = answering(null, new Response('ok'));
  await expect(fetchAnswer({ ...GET, method }, lost.options)).rejects.toThrow(RemnantConnectionError);
  expect([refused.count(), lost.count()]).toEqual([1, 1]);
});

test('a refusal is an answer, and a time limit is not begun anew', async () => {
  const no = answering(new Response('no', { status: 409 }));
  expect(await fetchAnswer(GET, no.options)).toMatchObject({ status: 409 });
  let sent = 0;
  const silent: typeof fetch = (_input, init) =>
    new Promise((_resolve, reject) => {
      sent++;
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });
  const late = fetchAnswer({ ...GET, timeoutMs: 5 }, { fetch: silent, retries: 2, onExchange: undefined });
  await expect(late).rejects.toMatchObject({ timedOut: true });
  expect(sent).toBe(1);
});

test("a caller's signal ends the pause between two tries", async () => {
  const stop = new AbortController();
  const { options, count } = answering(new Response('', { status: 503, headers: { 'retry-after': '5' } }));
  const asked = fetchAnswer(
    { ...GET, signal: stop.signal },
    { ...options, onExchange: () => stop.abort(new Error('enough')) },
  );
  await expect(asked).rejects.toThrow('enough');
  expect(count()).toBe(1);
});

test('who listens is told what was asked and answered, and never a secret', async () => {
  const { options, told } = answering(
    new Response('{"x":1}', { headers: { 'x-openstack-request-id': 'req-1' } }),
    new Response('{"token":{}}'),
  );
  await fetchAnswer({ ...GET, method: 'PUT', body: '{"y":2}' }, options);
  const url = 'http://keystone/v3/auth/tokens';
  await fetchAnswer(
    { ...GET, secret: true, operation: 'tokens.issue', method: 'POST', url, body: '{"password":"secret"}' },
    options,
  );
  expect(told).toMatchObject([
    { operation: 'x.show', method: 'PUT', sent: '{"y":2}', received: '{"x":1}', requestId: 'req-1', error: null },
    { operation: 'tokens.issue', sent: null, received: null },
  ]);
  expect(JSON.stringify(told)).not.toContain('secret');
});

test('who listens is told how long each try took, up to the last byte, without the pause before it', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { options, told } = answering(away(), new Response('ok'));
  const send: typeof fetch = async (...asked) => {
    const response = await options.fetch(...asked);
    vi.advanceTimersByTime(40);
    const text = await response.text();
    const late = () => {
      vi.advanceTimersByTime(2);
      return Promise.resolve(text);
    };
    return Object.assign(new Response(null, response), { text: late });
  };
  await fetchAnswer(GET, { ...options, fetch: send });
  expect(told.map(({ ms }) => ms)).toEqual([42, 42]);
});
