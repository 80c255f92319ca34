// Why an NMI was not sent, as far as Ironic's answer tells: on top of what any request may meet, what drivers and BMCs say. The
// words are those of real answers (Ironic 21.4, its IPMI and Redfish drivers). A 500 of IPMI says nothing at all: the same text
// stands for a BMC that refuses, one that is silent, and a wrong password. See why-no-nmi.ts.

import type { DriverFault } from '../driver.ts';
import type { IronicAnswer } from './ironic-client.ts';
import { ironicWords } from './ironic-error.ts';
import { type FaultAbout, type FaultParts, faultOf, ironicFault, lostFault } from './ironic-fault.ts';
import type { IronicLost } from './ironic-lost.ts';

/** The fault for any answer to an NMI but 204; `node` is what people know it by. */
export function nmiFault(answer: IronicAnswer, node: string): DriverFault {
  const about = aboutNmi(node);
  const { text } = ironicWords(answer.text);
  const parts = answer.status === 400 ? badRequest(text, node) : answer.status === 500 ? failed(text, node) : null;
  return parts === null ? ironicFault(answer, about) : faultOf(parts, text, about);
}

/** The fault for no answer to an NMI. */
export function nmiLostFault(lost: IronicLost, node: string): DriverFault {
  return lostFault(lost, aboutNmi(node));
}

/** True for the answer that does not say what is wrong, and is worth a look at the BMC. */
export function saysNothingOfBmc({ status, text }: Pick<IronicAnswer, 'status' | 'text'>): boolean {
  return status === 500 && IPMI_FAILED.test(ironicWords(text).text);
}

const IPMI_FAILED = /\bIPMI call failed\b/i;

/** What an NMI is, in a fault's words. */
export function aboutNmi(node: string): FaultAbout {
  return { what: 'send the NMI', node, may: 'the NMI may have been sent' };
}

function badRequest(words: string, node: string): FaultParts | null {
  const parts = { asked: 'no', novaClass: 'BadRequestException' } as const;
  const [, driver] = /\bDriver (\S+) does not support inject_nmi\b/i.exec(words) ?? [];
  if (driver !== undefined) {
    const message = `node ${node} cannot be sent an NMI: its driver in Ironic, ${driver}, has none (400)`;
    return { ...parts, code: 'not-supported', message };
  }
  if (/\bmissing\b.*\bdriver_info\b|\bdriver_info\b.*\bmissing\b/i.test(words)) {
    const message = `Ironic does not know how to reach the BMC of node ${node}: its driver_info is incomplete (400)`;
    return { ...parts, code: 'failed', message };
  }
  return null;
}

function failed(words: string, node: string): FaultParts | null {
  const novaClass = 'HttpException';
  if (IPMI_FAILED.test(words)) {
    const message = `the BMC of node ${node} did not take the NMI, and Ironic does not say why (500)`;
    return { code: 'failed', asked: 'maybe', message, novaClass };
  }
  if (!/\bredfish\b/i.test(words)) return null;
  const acting = /\/Actions\//.test(words);
  if (/returned code 40[13]\b|AccessError|NoValidSession/i.test(words)) {
    const message = `the BMC of node ${node} refuses the user or the password that Ironic has for it (500, Redfish)`;
    return { code: 'failed', asked: 'no', message, novaClass };
  }
  if (/ResetType\.NMI\b.*\bis invalid\b|\bvalue "Nmi" is invalid/i.test(words)) {
    const message = `the BMC of node ${node} takes no NMI: it does not offer one (500, Redfish)`;
    return { code: 'not-supported', asked: 'no', message, novaClass };
  }
  if (/\bconnection failed\b|\bunable to connect\b/i.test(words)) {
    // A connection that was refused carried nothing; one that broke may have, if it was the NMI that was on its way.
    const asked = /NewConnectionError|ECONNREFUSED/i.test(words) || !acting ? 'no' : 'maybe';
    return {
      code: 'failed',
      asked,
      message: `Ironic has no connection to the BMC of node ${node} (500, Redfish)`,
      novaClass,
    };
  }
  if (acting && /returned code 4\d\d\b/.test(words)) {
    return {
      code: 'failed',
      asked: 'no',
      message: `the BMC of node ${node} refuses the NMI (500, Redfish)`,
      novaClass,
    };
  }
  return {
    code: 'failed',
    asked: 'maybe',
    message: `the BMC of node ${node} failed at the NMI (500, Redfish)`,
    novaClass,
  };
}
