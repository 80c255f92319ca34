// What Ironic answers, or does not, as the fault a driver may throw: in words a person understands at night, Ironic's own at
// their end. `asked` is `no` only where that is certain: what was refused, and what never came as far as a conductor.

import { DriverFault, type DriverFaultCode } from '../driver.ts';
import type { IronicAnswer } from './ironic-client.ts';
import { IRONIC_VERSION } from './ironic-client.ts';
import { ironicWords } from './ironic-error.ts';
import type { IronicLost, LostKind } from './ironic-lost.ts';

/** What was wanted. */
export interface FaultAbout {
  /** Behind "Ironic cannot": `power it on`. */
  readonly what: string;
  /** What people know the node by; null where it is of none. */
  readonly node: string | null;
  /** True: it changes nothing, so nothing can have been done. */
  readonly reading?: boolean;
  /** What may have happened where that is not known; without it, `it may have been done`. */
  readonly may?: string;
}

/** A fault in the making. */
export interface FaultParts {
  readonly code: DriverFaultCode;
  readonly asked: 'no' | 'maybe';
  readonly message: string;
  readonly novaClass: string;
  /** The message as the owner may read it; without it, `message` without the places in it. */
  readonly forOwner?: string;
}

/** The fault for an answer that is not the one that was hoped for. */
export function ironicFault(answer: IronicAnswer, about: FaultAbout): DriverFault {
  return faultOf(partsOf(answer, about), ironicWords(answer.text).text, about);
}

/** The fault for no answer. */
export function lostFault(lost: IronicLost, about: FaultAbout): DriverFault {
  const novaClass = lost.kind === 'timeout' ? 'ConnectTimeout' : 'ConnectFailure';
  const forOwner = LOST_WORDS[lost.kind];
  const parts: FaultParts = { code: 'connection-lost', asked: lost.asked, message: lost.message, novaClass, forOwner };
  return faultOf(parts, '', about, lost);
}

/** No answer, to who must not read where Ironic is: the system's own words tell. */
const LOST_WORDS: Readonly<Record<LostKind, string>> = {
  credentials: 'Remnant cannot sign in to Ironic',
  unreachable: 'Ironic cannot be reached',
  timeout: 'Ironic did not answer in time',
  'broken-off': 'the connection to Ironic broke off before it answered',
  'too-large': 'the answer of Ironic is too large',
  closed: 'the driver for Ironic was stopped',
};

/** Puts a fault together: what is wrong, what may have happened, Ironic's words. */
export function faultOf(parts: FaultParts, words: string, about: FaultAbout, cause?: unknown): DriverFault {
  const asked = about.reading === true ? 'no' : parts.asked;
  const may = asked === 'maybe' ? `; ${about.may ?? 'it may have been done'}` : '';
  const said = words === '' ? '' : `. Ironic says: ${words}`;
  const message = `${parts.message}${may}${said}`;
  const forOwner = `${parts.forOwner ?? withoutPlaces(parts.message, about.node)}${may}`;
  return new DriverFault(parts.code, message, { asked, novaClass: parts.novaClass, forOwner, cause });
}

/**
 * A message of ours as a machine's owner may read it: which node it is, where its BMC and Ironic are and which conductor has it
 * is for those who run them; what Ironic itself says may have any of it. `node` is how the message calls the node.
 */
export function withoutPlaces(message: string, node: string | null): string {
  const machine = node === null ? message : message.replaceAll(`node ${node}`, 'the machine');
  return machine
    .replace(/\bIronic at \S+/g, 'Ironic')
    .replace(/(\bBMC of the machine) at \S+/g, '$1')
    .replace(/ by host \S+?(?=[\s,;]|$)/g, '');
}

/** The conductor's host that has a node locked; null where words say nothing of a lock. */
export function lockHolder(words: string): string | null {
  return /\bis locked by host (\S+?),? please retry/.exec(words)?.[1] ?? null;
}

/** True for an answer that says: the node is locked, nothing was done, ask again. */
export function isLocked({ status, text }: Pick<IronicAnswer, 'status' | 'text'>): boolean {
  return status === 409 && lockHolder(ironicWords(text).text) !== null;
}

function partsOf(answer: IronicAnswer, about: FaultAbout): FaultParts {
  const { status } = answer;
  const words = ironicWords(answer.text);
  const it = about.node === null ? 'a node' : `node ${about.node}`;
  const no = (code: DriverFaultCode, message: string, novaClass = 'HttpException'): FaultParts => ({
    code,
    asked: 'no',
    message,
    novaClass,
  });
  switch (status) {
    case 400:
      return no('failed', `Ironic refuses to ${about.what} (400)`, 'BadRequestException');
    case 401:
      return no('failed', 'Ironic refuses the credentials of Remnant (401): user, password or token are not good');
    case 403:
      return no('failed', `Ironic forbids the user of Remnant to ${about.what} (403)`, 'ForbiddenException');
    case 404:
      return notFound(answer, about, it);
    case 406:
      return no('failed', `${versionsOf(answer)}, and Remnant asks in ${IRONIC_VERSION} (406)`);
    case 409: {
      const host = lockHolder(words.text);
      if (host === null) return no('failed', `Ironic cannot ${about.what} as things are (409)`, 'ConflictException');
      return no('failed', `${it} is locked by host ${host}, for Ironic is busy with it (409)`, 'ConflictException');
    }
    case 503:
      if (/resource temporarily unavailable/i.test(words.text)) {
        return no('connection-lost', `no conductor of Ironic is alive that could work with ${it} (503)`);
      }
      return no('connection-lost', `Ironic cannot ${about.what} for now (503)`);
    default:
      if (status >= 400 && status < 500) return no('failed', `Ironic refuses the request to ${about.what} (${status})`);
      return serverError(status, words.text, about, it);
  }
}

function notFound(answer: IronicAnswer, about: FaultAbout, it: string): FaultParts {
  const { from, text } = ironicWords(answer.text);
  const asked = 'no';
  if (/no conductor service registered|no valid host was found/i.test(text)) {
    const message = `no conductor of Ironic works with the driver and the conductor group of ${it} (404)`;
    return { code: 'connection-lost', asked, message, novaClass: 'NotFoundException' };
  }
  if (from === 'ironic' && /^resource could not be found/i.test(text)) {
    const used = answer.version.used ?? 'an older one';
    const message = `Ironic took the request for API version ${used}, which has no such call, though it was sent in ${IRONIC_VERSION} (404)`;
    return { code: 'failed', asked, message, novaClass: 'NotFoundException' };
  }
  if (from === 'ironic' && about.node !== null) {
    return { code: 'not-found', asked, message: `Ironic has no ${it} (404)`, novaClass: 'InstanceNotFound' };
  }
  if (from === 'ironic') {
    return { code: 'failed', asked, message: `Ironic cannot ${about.what} (404)`, novaClass: 'NotFoundException' };
  }
  const message = "there is no API of Ironic's at the configured URL (404)";
  return { code: 'failed', asked, message, novaClass: 'NotFoundException' };
}

function serverError(status: number, words: string, about: FaultAbout, it: string): FaultParts {
  const novaClass = 'HttpException';
  if (/unable to establish connection to/i.test(words)) {
    // Ironic uses the same words for a conductor that died with the request in its hands.
    const never = /NewConnectionError|ECONNREFUSED|connection refused/i.test(words);
    const how = never ? 'cannot be reached by its API' : 'broke off while its API asked it';
    const message = `the conductor of Ironic that has ${it} ${how} (${status})`;
    return { code: 'connection-lost', asked: never ? 'no' : 'maybe', message, novaClass };
  }
  if (/timed out waiting for a reply|MessagingTimeout/i.test(words)) {
    const message = `the conductor of Ironic that has ${it} did not answer its API in time (${status})`;
    return { code: 'connection-lost', asked: 'maybe', message, novaClass };
  }
  if (status === 502 || status === 504) {
    const message = `what stands in front of Ironic had no answer from it (${status})`;
    return { code: 'connection-lost', asked: 'maybe', message, novaClass };
  }
  const what = status >= 500 ? `failed to ${about.what}` : `gave an unexpected answer to the request to ${about.what}`;
  return { code: 'failed', asked: 'maybe', message: `Ironic ${what} (${status})`, novaClass };
}

function versionsOf({ version: { first, last }, text }: IronicAnswer): string {
  if (first !== null && last !== null) return `Ironic speaks the API versions ${first} to ${last}`;
  const [, from, to] = /supported version range is: \[([\d.]+), ([\d.]+)\]/.exec(ironicWords(text).text) ?? [];
  if (from !== undefined && to !== undefined) return `Ironic speaks the API versions ${from} to ${to}`;
  return 'Ironic does not say which API versions it speaks';
}
