// Error bodies as words: the recorded ones of a real Ironic in its three shapes, and what is none of them.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recording } from '../../../test/harness/ironic-recording.ts';
import { ironicWords } from './ironic-error.ts';

describe('the recorded errors of a real Ironic', () => {
  it.each([
    [
      'inject-nmi-driver-without-nmi-400',
      'ironic',
      'Driver fake-hardware does not support inject_nmi (disabled or not implemented).',
    ],
    ['inject-nmi-not-found-name-404', 'ironic', 'Node no-such could not be found.'],
    ['inject-nmi-bmc-refuses-diag-500', 'ironic', 'IPMI call failed: power diag.'],
    [
      'put-power-bad-400',
      'ironic',
      'The requested action "banana" can not be performed on node "ipmi-0" while it is in state "power on".',
    ],
    ['bad-microversion-406', 'web-server', 'Invalid value for X-OpenStack-Ironic-API-Version header'],
    ['unknown-path-404', 'web-server', 'Not Found'],
    ['inject-nmi-wrong-method-405', 'web-server', 'Method Not Allowed'],
    ['http-basic-no-credentials-401', 'web-server', 'Authorization required'],
    ['http-basic-bad-password-401', 'web-server', 'Incorrect username or password'],
  ] as const)('%s', (name, from, text) => {
    expect(ironicWords(recording(name).text)).toEqual({ from, text });
  });

  it('a long one is whole, with its quotes', () => {
    const { text } = ironicWords(recording('inject-nmi-redfish-refused-500').text);
    expect(text).toMatch(/^Redfish exception occurred\. .* value "ResetType\.NMI" is invalid\. .*'GracefulRestart'>}$/);
  });
});

describe('what others answer', () => {
  it.each([
    ['', ''],
    ['   ', ''],
    ['{}', ''],
    ['null', ''],
    ['[1]', ''],
    ['{"error_message": ""}', ''],
    ['{"error_message": "no JSON in here"}', 'no JSON in here'],
    ['{"error_message": {"faultstring": "an object in the place of its text"}}', 'an object in the place of its text'],
    [
      '{"error": {"message": "The request you have made requires authentication.", "code": 401, "title": "Unauthorized"}}',
      'The request you have made requires authentication.',
    ],
    ['{"error": "plain"}', 'plain'],
    ['Authentication required', 'Authentication required'],
    ['<html><head><title>502 Bad Gateway</title></head><body><h1>no</h1></body></html>', '502 Bad Gateway'],
    ['<html><body><h1>503 Service\nUnavailable</h1>\nNo server.\n</body></html>', '503 Service Unavailable No server.'],
  ])('%j', (body, text) => {
    expect(ironicWords(body).text).toBe(text);
  });

  it('nothing in them reaches a terminal', () => {
    const body = JSON.stringify({ error_message: JSON.stringify({ faultstring: 'a\u001b[31mred\u0000\r\nb\u202ec' }) });
    expect(ironicWords(body).text).toBe('ared bc');
  });

  it('deep and long ones are cut', () => {
    let body = '"x"';
    for (let i = 0; i < 20; i += 1) body = JSON.stringify({ error_message: body });
    expect(ironicWords(body).text).toMatch(/^\{"error_message":.{580,}…$/);
    expect(ironicWords('<'.repeat(2_000_000)).text).toHaveLength(600);
    expect(ironicWords(JSON.stringify({ error: { message: '🙂'.repeat(10_000) } })).text).toMatch(/^(🙂){299}…$/u);
  });

  it('any text gives one line of at most 600 printable characters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        for (const text of [ironicWords(body).text, ironicWords(JSON.stringify({ error_message: body })).text]) {
          expect(text.length).toBeLessThanOrEqual(600);
          expect(text).not.toMatch(/\p{C}/u);
        }
      }),
    );
  });
});
