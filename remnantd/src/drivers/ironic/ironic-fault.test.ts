// The faults of any request: who may do what, what is not there, what is busy, what is gone. Their words, and whether anything
// may have been done.

import { describe, expect, it } from 'vitest';
import { recordedAnswer } from '../../../test/harness/ironic-recording.ts';
import type { IronicAnswer } from './ironic-client.ts';
import { ironicFault, isLocked, lockHolder, lostFault } from './ironic-fault.ts';
import { IronicLost } from './ironic-lost.ts';

const ABOUT = { what: 'power it on', node: 'n1 (uuid)' };

function answer(status: number, text = '', version: Partial<IronicAnswer['version']> = {}): IronicAnswer {
  return { status, text, json: undefined, version: { used: null, first: null, last: null, ...version } };
}

function said(faultstring: string): string {
  return JSON.stringify({ error_message: JSON.stringify({ faultcode: 'Client', faultstring, debuginfo: null }) });
}

describe('an answer as a fault', () => {
  it.each([
    [
      recordedAnswer('put-power-bad-400'),
      'failed',
      'no',
      /^Ironic refuses to power it on \(400\)\. Ironic says: The requested action "banana"/,
    ],
    [
      recordedAnswer('http-basic-bad-password-401'),
      'failed',
      'no',
      /^Ironic refuses the credentials of Remnant \(401\): user, password or token are not good\. Ironic says: Incorrect username or password$/,
    ],
    [
      answer(403, said('Access was denied.')),
      'failed',
      'no',
      /^Ironic forbids the user of Remnant to power it on \(403\)\. Ironic says: Access was denied\.$/,
    ],
    [
      recordedAnswer('get-node-404'),
      'not-found',
      'no',
      /^Ironic has no node n1 \(uuid\) \(404\)\. Ironic says: Node 9{8}-.* could not be found\.$/,
    ],
    [
      recordedAnswer('unknown-path-404'),
      'failed',
      'no',
      /^there is no API of Ironic's at the configured URL \(404\)\. Ironic says: Not Found$/,
    ],
    [answer(404, '<html>nginx</html>'), 'failed', 'no', /^there is no API of Ironic's at the configured URL/],
    [
      recordedAnswer('inject-nmi-no-microversion-404'),
      'failed',
      'no',
      /^Ironic took the request for API version 1\.1, which has no such call, though it was sent in 1\.46 \(404\)/,
    ],
    [
      answer(
        404,
        said(
          'No valid host was found. Reason: No conductor service registered which supports driver ipmi for conductor group "".',
        ),
      ),
      'connection-lost',
      'no',
      /^no conductor of Ironic works with the driver and the conductor group of node n1/,
    ],
    [
      recordedAnswer('inject-nmi-too-new-microversion-406'),
      'failed',
      'no',
      /^Ironic speaks the API versions 1\.1 to 1\.82, and Remnant asks in 1\.46 \(406\)/,
    ],
    [
      answer(
        406,
        JSON.stringify({
          error_message: '{"description": "Version 1.46 ... The supported version range is: [1.1, 1.38]."}',
        }),
      ),
      'failed',
      'no',
      /^Ironic speaks the API versions 1\.1 to 1\.38/,
    ],
    [recordedAnswer('bad-microversion-406'), 'failed', 'no', /^Ironic does not say which API versions it speaks/],
    [
      recordedAnswer('put-power-node-locked-409'),
      'failed',
      'no',
      /^node n1 \(uuid\) is locked by host localhost, for Ironic is busy with it \(409\)\. Ironic says: Node 4ed04aa0/,
    ],
    [
      answer(409, said('Node x is associated with instance y.')),
      'failed',
      'no',
      /^Ironic cannot power it on as things are \(409\)\. Ironic says: Node x is associated with instance y\.$/,
    ],
    [answer(418), 'failed', 'no', /^Ironic refuses the request to power it on \(418\)$/],
    [
      recordedAnswer('inject-nmi-no-conductor-alive-503'),
      'connection-lost',
      'no',
      /^no conductor of Ironic is alive that could work with node n1/,
    ],
    [
      answer(503, said('Requested action cannot be performed due to lack of free conductor workers.')),
      'connection-lost',
      'no',
      /^Ironic cannot power it on for now \(503\)\. Ironic says: .*free conductor workers\.$/,
    ],
    [
      recordedAnswer('inject-nmi-conductor-gone-500'),
      'connection-lost',
      'no',
      /^the conductor of Ironic that has node n1 \(uuid\) cannot be reached by its API \(500\)\. Ironic says: Unable to establish/,
    ],
    [
      answer(
        500,
        said(
          "Unable to establish connection to http://c:8090: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
        ),
      ),
      'connection-lost',
      'maybe',
      /broke off while its API asked it \(500\); it may have been done\. Ironic says/,
    ],
    [
      answer(500, said('Timed out waiting for a reply to message ID 0b1')),
      'connection-lost',
      'maybe',
      /did not answer its API in time \(500\); it may have been done/,
    ],
    [
      answer(502, '<title>502 Bad Gateway</title>'),
      'connection-lost',
      'maybe',
      /^what stands in front of Ironic had no answer from it \(502\); it may have been done/,
    ],
    [
      answer(500, said('boom')),
      'failed',
      'maybe',
      /^Ironic failed to power it on \(500\); it may have been done\. Ironic says: boom$/,
    ],
    [
      answer(302),
      'failed',
      'maybe',
      /^Ironic gave an unexpected answer to the request to power it on \(302\); it may have been done$/,
    ],
  ] as const)('%o', (given, code, asked, message) => {
    const fault = ironicFault(given, ABOUT);
    expect(fault.message).toMatch(message);
    expect({ code: fault.code, asked: fault.asked }).toEqual({ code, asked });
  });

  it('what only reads has done nothing, whatever went wrong', () => {
    const fault = ironicFault(answer(500, said('boom')), { ...ABOUT, reading: true });
    expect(fault).toMatchObject({ asked: 'no', message: 'Ironic failed to power it on (500). Ironic says: boom' });
  });

  it('of no node, nothing is said to be missing', () => {
    const fault = ironicFault(answer(404, said('Node m could not be found.')), { what: 'list the nodes', node: null });
    expect(fault).toMatchObject({
      code: 'failed',
      message: 'Ironic cannot list the nodes (404). Ironic says: Node m could not be found.',
    });
  });
});

describe('no answer as a fault', () => {
  it('keeps what is known of the request', () => {
    const no = lostFault(new IronicLost('unreachable', 'no', 'Ironic at http://i cannot be reached: refused'), ABOUT);
    expect(no).toMatchObject({
      code: 'connection-lost',
      asked: 'no',
      message: 'Ironic at http://i cannot be reached: refused',
    });
    const late = new IronicLost('timeout', 'maybe', 'Ironic at http://i gave no answer within 75 s');
    expect(lostFault(late, { ...ABOUT, may: 'the NMI may have been sent' })).toMatchObject({
      asked: 'maybe',
      message: 'Ironic at http://i gave no answer within 75 s; the NMI may have been sent',
      novaClass: 'ConnectTimeout',
    });
  });
});

describe('a lock', () => {
  it('is told from other conflicts, with its holder', () => {
    expect(isLocked(recordedAnswer('inject-nmi-node-locked-409'))).toBe(true);
    expect(isLocked(answer(409, said('Node x is associated with instance y.')))).toBe(false);
    expect(isLocked({ ...recordedAnswer('inject-nmi-node-locked-409'), status: 500 })).toBe(false);
    expect(lockHolder('Node x is locked by host cond-1.example.org, please retry after')).toBe('cond-1.example.org');
  });
});
