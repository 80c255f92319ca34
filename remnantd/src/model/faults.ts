// The closed catalogue of everything the API can say no with: a code of ours, an HTTP status, and the public text, which
// for Nova's faults is Nova's to the letter. Rendered in http/, thrown anywhere above db/.

import type { Refusal } from './server-states.ts';

interface Row {
  readonly status: number;
  readonly text: (p: never) => string;
  /** Headers of the answer beside the usual ones. */
  readonly headers?: (p: never) => Readonly<Record<string, string>>;
}

/** All faults. The parameters of a text are what `fault()` must be given. */
export const FAULTS = {
  'instance-not-found': { status: 404, text: (p: { id: string }) => `Instance ${p.id} could not be found.` },
  'instance-unmapped': { status: 404, text: (p: { id: string }) => `Instance ${p.id} has no mapping to a cell.` },
  'policy-denied': { status: 403, text: (p: { rule: string }) => `Policy doesn't allow ${p.rule} to be performed.` },
  'instance-locked': { status: 409, text: (p: { id: string }) => `Instance ${p.id} is locked` },
  'instance-not-ready': { status: 409, text: (p: { id: string }) => `Instance ${p.id} is not ready` },
  'instance-in-state': {
    status: 409,
    text: (p: { id: string; action: string; attribute: string; value: string }) =>
      `Cannot '${p.action}' instance ${p.id} while it is in ${p.attribute} ${p.value}`,
  },
  'instance-never-launched': {
    status: 409,
    text: (p: { id: string; action: string }) => `Instance ${p.id} is in an invalid state for '${p.action}'`,
  },
  'dump-running': {
    status: 409,
    text: (p: { id: string; request: string }) =>
      `A crash dump of instance ${p.id} is still running (request ${p.request}); a second NMI could destroy it`,
  },
  'nmi-failed': { status: 400, text: (p: { reason: string }) => p.reason },
  'nmi-unanswered': {
    status: 400,
    text: (p: { seconds: number; request: string }) =>
      `The host did not answer within ${p.seconds} s: the NMI may have been sent, see ${p.request}`,
  },
  'call-not-spoken': {
    status: 400,
    text: (p: { host: string; call: string }) => `The agent of the server's host does not speak the call ${p.call}`,
  },
  'action-not-found': { status: 404, text: (p: { request: string }) => `Action ${p.request} not found` },
  'pattern-too-slow': {
    status: 400,
    text: () => "The query's patterns take too long to match: ask for fewer servers, or with simpler patterns.",
  },
  'marker-not-found': { status: 400, text: (p: { marker: string }) => `marker [${p.marker}] not found` },
  'dump-not-found': { status: 404, text: (p: { id: string }) => `Dump ${p.id} could not be found.` },
  'flavor-not-found': { status: 404, text: (p: { id: string }) => `Flavor ${p.id} could not be found.` },
  'flavor-unknown': { status: 400, text: (p: { id: string }) => `Flavor ${p.id} could not be found.` },
  'image-unknown': { status: 400, text: () => 'Can not find requested image' },
  'image-not-found': { status: 404, text: (p: { id: string }) => `No image found with ID ${p.id}` },
  'image-too-big': {
    status: 400,
    text: (p: { what: string }) => `Flavor's ${p.what} is too small for requested image.`,
  },
  'image-not-bootable': {
    status: 400,
    text: (p: { id: string }) => `Image ${p.id} is unacceptable: it has no kernel_id and ramdisk_id`,
  },
  'too-many-servers': {
    status: 403,
    text: (p: { count: number; most: number }) =>
      `Quota exceeded for instances: Requested ${p.count}, but at most ${p.most} can be made at once`,
  },
  'metadata-not-found': { status: 404, text: () => 'Metadata item was not found' },
  'too-much-metadata': {
    status: 403,
    text: (p: { most: number }) => `Maximum number of metadata items exceeds ${p.most}`,
  },
  'tag-not-found': {
    status: 404,
    text: (p: { id: string; tag: string }) => `Server ${p.id} has no tag '${p.tag}'`,
  },
  'tag-not-there': {
    status: 404,
    text: (p: { id: string; tag: string }) => `Instance ${p.id} has no tag '${p.tag}'`,
  },
  'tag-invalid': {
    status: 400,
    text: (p: { tag: string; why: string }) =>
      `Tag '${p.tag}' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: ${p.why}`,
  },
  'too-many-tags': {
    status: 400,
    text: (p: { most: number }) => `The number of tags exceeded the per-server limit ${p.most}`,
  },
  'not-on-network': { status: 404, text: () => 'Instance is not a member of specified network' },
  'bad-request': { status: 400, text: (p: { message: string }) => p.message },
  forbidden: { status: 403, text: (p: { message: string }) => p.message },
  conflict: { status: 409, text: (p: { message: string }) => p.message },
  'host-unmapped': { status: 404, text: (p: { host: string }) => `Host '${p.host}' is not mapped to any cell` },
  'extra-spec-not-found': {
    status: 404,
    text: (p: { id: string; key: string }) => `Flavor ${p.id} has no extra specs with key ${p.key}.`,
  },
  'service-not-found': { status: 404, text: (p: { id: string }) => `Service ${p.id} could not be found.` },
  'no-such-service': { status: 404, text: (p: { id: string }) => `Service ${p.id} not found.` },
  'service-in-use': {
    status: 409,
    text: () => 'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.',
  },
  'unknown-action': { status: 404, text: () => 'Unknown action' },
  'no-console': { status: 404, text: () => 'Guest does not have a console available.' },
  'console-unreachable': { status: 409, text: (p: { id: string }) => `Instance ${p.id} is not ready` },
  'not-implemented': { status: 501, text: () => 'Unable to get console log, functionality not implemented' },
  unauthorized: { status: 401, text: () => 'The request you have made requires authentication.' },
  'identity-not-found': { status: 404, text: (p: { what: string }) => `Could not find ${p.what}.` },
  'identity-denied': {
    status: 403,
    text: (p: { rule: string }) => `You are not authorized to perform the requested action: ${p.rule}.`,
  },
  'identity-taken': {
    status: 409,
    text: (p: { what: string; name: string }) =>
      `Conflict occurred attempting to store ${p.what} - Duplicate entry found with name ${p.name} at domain ID default.`,
  },
  'last-admin': {
    status: 409,
    text: () => 'Nobody could sign in as an admin any more: give another enabled user the role admin first.',
  },
  'too-many-attempts': {
    status: 429,
    text: (p: { seconds: number }) => `Too many failed attempts to sign in: try again in ${p.seconds} s.`,
    headers: (p: { seconds: number }) => ({ 'retry-after': String(p.seconds) }),
  },
  'version-hidden': { status: 404, text: () => 'The resource could not be found.' },
  'malformed-body': { status: 400, text: () => 'Malformed request body' },
  'no-such-action': { status: 400, text: (p: { action: string }) => `There is no such action: ${p.action}` },
  'unsupported-content-type': { status: 415, text: () => 'Unsupported Content-Type' },
  'body-too-large': { status: 413, text: () => 'Request is too large.' },
  'url-too-long': { status: 414, text: () => 'The URL of the request is too long.' },
  'too-many-headers': { status: 431, text: () => 'The request has too many headers.' },
  'malformed-host': { status: 400, text: () => 'Malformed Host header' },
  'server-busy': {
    status: 503,
    text: () => 'Too many requests at a time. Try again later.',
    headers: () => ({ 'retry-after': '1' }),
  },
  'too-many-connections': { status: 429, text: () => 'Too many connections from your address.' },
  'version-malformed': {
    status: 400,
    text: (p: { version: string }) =>
      `API Version String ${p.version} is of invalid format. Must be of format MajorNum.MinorNum.`,
  },
  'version-out-of-range': {
    status: 406,
    text: (p: { version: string; min: string; max: string }) =>
      `Version ${p.version} is not supported by the API. Minimum is ${p.min} and maximum is ${p.max}.`,
  },
  'wrong-project': {
    status: 400,
    text: (p: { url: string; context: string }) =>
      `Malformed request URL: URL's project_id '${p.url}' doesn't match Context's project_id '${p.context}'`,
  },
  'identity-unavailable': { status: 503, text: () => 'The Keystone service is temporarily unavailable.' },
} as const satisfies Record<string, Row>;

/** The code of a fault. */
export type FaultCode = keyof typeof FAULTS;
type ParamsOf<C extends FaultCode> = Parameters<(typeof FAULTS)[C]['text']>;

/** Something the API refuses, with its public text. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: FaultCode, status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** The fault `code` with its text filled in. */
export function fault<C extends FaultCode>(code: C, ...params: ParamsOf<C>): Fault {
  const row: Row = FAULTS[code];
  return new Fault(code, row.status, row.text(params[0] as never), row.headers?.(params[0] as never));
}

/** The fault for an action the state table refuses. */
export function refusalFault(why: Refusal, id: string, action: string): Fault {
  switch (why.why) {
    case 'locked':
      return fault('instance-locked', { id });
    case 'not-ready':
      return fault('instance-not-ready', { id });
    case 'never-launched':
      return fault('instance-never-launched', { id, action });
    case 'state':
      return fault('instance-in-state', { id, action, attribute: why.attribute, value: why.value });
  }
}
