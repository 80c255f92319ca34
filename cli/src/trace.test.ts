import type { Exchange } from '@remnant/client';
import { expect, test } from 'vitest';
import { traceOf } from './trace.ts';

const exchange: Exchange = {
  operation: 'servers.create',
  method: 'POST',
  url: 'http://u:pw@x/v2.1/servers?limit=1&access_token=abc',
  sent: '{"server":{"name":"a","user_data":"c2VjcmV0","adminPass":"geheim"}}',
  status: 202,
  requestId: 'req-1',
  received: '{"server":{"id":"1","adminPass":"geheim"}}',
  error: null,
  ms: 12.4,
};

test('a line with the request id; for --debug the bodies, without secrets', () => {
  const line = 'POST http://x/v2.1/servers?limit=1&access_token=*** -> 202 (servers.create, 12 ms) req-1';
  expect(traceOf(exchange, 'verbose')).toBe(line);
  expect(traceOf(exchange, 'debug').split('\n')).toEqual([
    line,
    '  > {"server":{"name":"a","user_data":"***","adminPass":"***"}}',
    '  < {"server":{"id":"1","adminPass":"***"}}',
  ]);
});

test('no answer, and answers that are no JSON', () => {
  const none = {
    ...exchange,
    status: null,
    requestId: null,
    received: null,
    error: 'http://x cannot be reached',
    sent: null,
  };
  expect(traceOf(none, 'debug')).toContain('-> http://x cannot be reached (servers.create, 12 ms)');
  expect(traceOf({ ...exchange, received: '<html>geheim' }, 'debug')).toContain('< (12 characters that are no JSON)');
  const long = traceOf({ ...exchange, received: JSON.stringify('x'.repeat(9000)) }, 'debug');
  expect(long.length).toBeLessThan(4500);
});
