// Every recorded answer of a real Ironic to an NMI as a fault: distinct words, and whether the NMI may have been sent.

import { describe, expect, it } from 'vitest';
import { recordedAnswer, recordingNames } from '../../../test/harness/ironic-recording.ts';
import type { IronicAnswer } from './ironic-client.ts';
import { IronicLost } from './ironic-lost.ts';
import { nmiFault, nmiLostFault, saysNothingOfBmc } from './nmi-fault.ts';

function redfish(faultstring: string): IronicAnswer {
  const text = JSON.stringify({ error_message: JSON.stringify({ faultcode: 'Server', faultstring, debuginfo: null }) });
  return { status: 500, text, json: undefined, version: { used: null, first: null, last: null } };
}

const ROWS = [
  [
    'inject-nmi-driver-without-nmi-400',
    'not-supported',
    'no',
    'node n1 cannot be sent an NMI: its driver in Ironic, fake-hardware, has none (400)',
  ],
  [
    'inject-nmi-manual-management-400',
    'not-supported',
    'no',
    'node n1 cannot be sent an NMI: its driver in Ironic, manual-management, has none (400)',
  ],
  [
    'inject-nmi-missing-driver-info-400',
    'failed',
    'no',
    'Ironic does not know how to reach the BMC of node n1: its driver_info is incomplete (400)',
  ],
  ['inject-nmi-nonempty-body-400', 'failed', 'no', 'Ironic refuses to send the NMI (400)'],
  ['inject-nmi-not-found-404', 'not-found', 'no', 'Ironic has no node n1 (404)'],
  ['inject-nmi-not-found-name-404', 'not-found', 'no', 'Ironic has no node n1 (404)'],
  [
    'inject-nmi-old-microversion-404',
    'failed',
    'no',
    'Ironic took the request for API version 1.28, which has no such call, though it was sent in 1.46 (404)',
  ],
  [
    'inject-nmi-no-microversion-404',
    'failed',
    'no',
    'Ironic took the request for API version 1.1, which has no such call, though it was sent in 1.46 (404)',
  ],
  ['inject-nmi-wrong-method-405', 'failed', 'no', 'Ironic refuses the request to send the NMI (405)'],
  [
    'inject-nmi-too-new-microversion-406',
    'failed',
    'no',
    'Ironic speaks the API versions 1.1 to 1.82, and Remnant asks in 1.46 (406)',
  ],
  [
    'inject-nmi-node-locked-409',
    'failed',
    'no',
    'node n1 is locked by host localhost, for Ironic is busy with it (409)',
  ],
  [
    'inject-nmi-powered-off-500',
    'failed',
    'maybe',
    'the BMC of node n1 did not take the NMI, and Ironic does not say why (500); the NMI may have been sent',
  ],
  [
    'inject-nmi-bmc-bad-password-500',
    'failed',
    'maybe',
    'the BMC of node n1 did not take the NMI, and Ironic does not say why (500); the NMI may have been sent',
  ],
  [
    'inject-nmi-bmc-refuses-diag-500',
    'failed',
    'maybe',
    'the BMC of node n1 did not take the NMI, and Ironic does not say why (500); the NMI may have been sent',
  ],
  [
    'inject-nmi-bmc-unreachable-500',
    'failed',
    'maybe',
    'the BMC of node n1 did not take the NMI, and Ironic does not say why (500); the NMI may have been sent',
  ],
  [
    'inject-nmi-redfish-refused-500',
    'not-supported',
    'no',
    'the BMC of node n1 takes no NMI: it does not offer one (500, Redfish)',
  ],
  [
    'inject-nmi-redfish-unreachable-500',
    'failed',
    'no',
    'Ironic has no connection to the BMC of node n1 (500, Redfish)',
  ],
  [
    'inject-nmi-redfish-wrong-password-500',
    'failed',
    'no',
    'the BMC of node n1 refuses the user or the password that Ironic has for it (500, Redfish)',
  ],
  [
    'inject-nmi-conductor-gone-500',
    'connection-lost',
    'no',
    'the conductor of Ironic that has node n1 cannot be reached by its API (500)',
  ],
  [
    'inject-nmi-no-conductor-alive-503',
    'connection-lost',
    'no',
    'no conductor of Ironic is alive that could work with node n1 (503)',
  ],
] as const;

describe('a recorded answer to an NMI', () => {
  it.each(ROWS)('%s', (name, code, asked, begin) => {
    const fault = nmiFault(recordedAnswer(name), 'n1');
    expect(fault.message.split('. Ironic says: ')[0]).toBe(begin);
    expect({ code: fault.code, asked: fault.asked }).toEqual({ code, asked });
  });

  it('keeps the words of Ironic at its end', () => {
    expect(nmiFault(recordedAnswer('inject-nmi-bmc-unreachable-500'), 'n1').message).toMatch(
      /\. Ironic says: IPMI call failed: power diag\.$/,
    );
  });

  it('there is a row for each that is an error', () => {
    const errors = recordingNames().filter(
      (name) => name.startsWith('inject-nmi-') && recordedAnswer(name).status >= 400,
    );
    expect(ROWS.map(([name]) => name).toSorted()).toEqual(errors);
  });

  it('is worth a look at the BMC exactly where it is one of IPMI', () => {
    const worth = ROWS.map(([name]) => name).filter((name) => saysNothingOfBmc(recordedAnswer(name)));
    expect(worth).toEqual(
      ['powered-off', 'bmc-bad-password', 'bmc-refuses-diag', 'bmc-unreachable'].map(
        (what) => `inject-nmi-${what}-500`,
      ),
    );
  });
});

const RESET = 'http://b/redfish/v1/Systems/1/Actions/ComputerSystem.Reset';

describe('what Redfish may say too', () => {
  it.each([
    // The NMI itself was on its way when the connection broke.
    [
      `Redfish connection failed for node x: Unable to connect to ${RESET}. Error: ('Connection aborted.', RemoteDisconnected('closed'))`,
      'maybe',
      'Ironic has no connection',
    ],
    [
      `Redfish connection failed for node x: Unable to connect to ${RESET}. Error: NewConnectionError(ECONNREFUSED)`,
      'no',
      'Ironic has no connection',
    ],
    [
      "Redfish connection failed for node x: Unable to connect to http://b/redfish/v1/. Error: ('Connection aborted.')",
      'no',
      'Ironic has no connection',
    ],
    [
      `Redfish exception occurred. Error: HTTP POST ${RESET} returned code 400. Base.1.0.ActionNotSupported`,
      'no',
      'the BMC of node n1 refuses the NMI',
    ],
    [
      `Redfish exception occurred. Error: HTTP POST ${RESET} returned code 500. Base.1.0.GeneralError`,
      'maybe',
      'the BMC of node n1 failed at the NMI',
    ],
    [
      `Redfish exception occurred. Error: HTTP POST ${RESET} returned code 403. none`,
      'no',
      'the BMC of node n1 refuses the user or the password',
    ],
  ] as const)('%s', (words, asked, begin) => {
    const fault = nmiFault(redfish(words), 'n1');
    expect(fault.message.startsWith(begin)).toBe(true);
    expect(fault.asked).toBe(asked);
  });
});

it('no answer may mean that the NMI was sent', () => {
  const fault = nmiLostFault(new IronicLost('broken-off', 'maybe', 'the connection broke off'), 'n1');
  expect(fault).toMatchObject({ asked: 'maybe', message: 'the connection broke off; the NMI may have been sent' });
});
