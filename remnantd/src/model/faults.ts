// The closed catalogue of everything the API can say no with: a code of ours, an HTTP status, and the public text, which
// for Nova's faults is Nova's to the letter. Rendered in http/, thrown anywhere above db/.

import type { Exceeded } from './quota.ts';
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
  'key-malformed': { status: 400, text: () => 'An Idempotency-Key has 1 to 255 printable characters.' },
  'key-used': { status: 422, text: () => 'This Idempotency-Key was used for another request: take a new one.' },
  'key-running': {
    status: 409,
    text: () => 'The first request with this Idempotency-Key is still running.',
    headers: () => ({ 'retry-after': '1' }),
  },
  'nmi-failed': { status: 400, text: (p: { reason: string }) => p.reason },
  'nmi-unanswered': {
    status: 400,
    text: (p: { seconds: number; request: string; reason: string | null }) =>
      `The host did not answer within ${p.seconds} s: the NMI may have been sent, see ${p.request}${p.reason === null ? '' : ` (${p.reason})`}`,
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
  'no-room-for-memory': { status: 403, text: (p: { why: string }) => `The memory cannot be dumped: ${p.why}.` },
  'host-not-found': { status: 404, text: (p: { host: string }) => `Host ${p.host} could not be found.` },
  'artefact-not-found': { status: 404, text: (p: { id: string }) => `Artefact ${p.id} could not be found.` },
  'artefact-gone': {
    status: 410,
    text: (p: { id: string; how: 'was deleted' | 'ran out'; at: string }) => `Artefact ${p.id} ${p.how} at ${p.at}.`,
  },
  'dmesg-not-found': {
    status: 404,
    text: (p: { id: string; reason: string | null }) =>
      `No kernel log was taken out of artefact ${p.id}${p.reason === null ? '.' : `: ${p.reason}`}`,
  },
  'range-not-satisfiable': {
    status: 416,
    text: (p: { bytes: number }) => `The range asked for is not in the file, which has ${p.bytes} bytes.`,
    headers: (p: { bytes: number }) => ({ 'content-range': `bytes */${p.bytes}` }),
  },
  'artefact-unreadable': {
    status: 502,
    text: () => 'The host that keeps the file cannot read it: the file was damaged, or is gone from there.',
  },
  'artefact-unreachable': {
    status: 503,
    text: () => 'The file is on a host that does not answer now. Try again later.',
    headers: () => ({ 'retry-after': '5' }),
  },
  'flavor-not-found': { status: 404, text: (p: { id: string }) => `Flavor ${p.id} could not be found.` },
  'flavor-unknown': { status: 400, text: (p: { id: string }) => `Flavor ${p.id} could not be found.` },
  'image-unknown': { status: 400, text: () => 'Can not find requested image' },
  'image-not-found': { status: 404, text: (p: { id: string }) => `No image found with ID ${p.id}` },
  'image-needs-memory': { status: 400, text: () => "Flavor's memory is too small for requested image." },
  'image-too-big': {
    status: 400,
    text: (p: { flavor: number; image: number }) =>
      `Flavor's disk is too small for requested image. Flavor disk is ${p.flavor} bytes, image is ${p.image} bytes.`,
  },
  'image-needs-disk': {
    status: 400,
    text: (p: { flavor: number; least: number }) =>
      `Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is ${p.flavor} bytes, minimum size is ${p.least} bytes.`,
  },
  'image-not-bootable': {
    status: 400,
    text: (p: { id: string }) => `Image ${p.id} is unacceptable: it has neither a disk nor kernel_id and ramdisk_id`,
  },
  'rescue-image-unsupported': {
    status: 400,
    text: (p: { image: string }) => `Requested rescue image '${p.image}' is not supported`,
  },
  'not-rescuable': {
    status: 400,
    text: (p: { id: string; reason: string }) => `Instance ${p.id} cannot be rescued: ${p.reason}`,
  },
  'too-many-servers': {
    status: 403,
    text: (p: { count: number; most: number }) =>
      `Quota exceeded for instances: Requested ${p.count}, but at most ${p.most} can be made at once`,
  },
  'quota-exceeded': {
    status: 403,
    text: (p: Exceeded) =>
      `Quota exceeded for ${p.over.join(', ')}: Requested ${p.requested.join(', ')}, but already used ${p.used.join(', ')} of ${p.allowed.join(', ')} ${p.over.join(', ')}`,
  },
  'too-many-files': { status: 403, text: () => 'Personality file limit exceeded' },
  'file-path-too-long': {
    status: 403,
    text: (p: { most: number }) => `Personality file path exceeds maximum ${p.most}`,
  },
  'file-too-big': { status: 403, text: (p: { most: number }) => `Personality file content exceeds maximum ${p.most}` },
  'quota-below-use': {
    status: 400,
    text: (p: { limit: number; resource: string; least: number }) =>
      `Quota limit ${p.limit} for ${p.resource} must be greater than or equal to already used and reserved ${p.least}.`,
  },
  'quota-above-rest': {
    status: 400,
    text: (p: { limit: number; resource: string; most: number }) =>
      `Quota limit ${p.limit} for ${p.resource} must be less than or equal to ${p.most}.`,
  },
  'group-full': { status: 403, text: () => 'Quota exceeded, too many servers in group' },
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
  'flavor-taken': {
    status: 409,
    text: (p: { what: 'name' | 'ID'; value: string }) => `Flavor with ${p.what} ${p.value} already exists.`,
  },
  'flavor-is-public': { status: 404, text: () => 'Access list not available for public flavors.' },
  'flavor-access-taken': {
    status: 409,
    text: (p: { id: string; project: string }) =>
      `Flavor access already exists for flavor ${p.id} and project ${p.project} combination.`,
  },
  'flavor-access-not-found': {
    status: 404,
    text: (p: { id: string; project: string }) => `Flavor access not found for ${p.id} / ${p.project} combination.`,
  },
  'not-a-project': { status: 400, text: (p: { id: string }) => `Project ID ${p.id} is not a valid project.` },
  'keypair-not-found': {
    status: 404,
    text: (p: { name: string; user: string }) => `Keypair ${p.name} not found for user ${p.user}`,
  },
  'keypair-taken': { status: 409, text: (p: { name: string }) => `Key pair '${p.name}' already exists.` },
  'keypair-invalid': { status: 400, text: (p: { reason: string }) => `Keypair data is invalid: ${p.reason}` },
  'too-many-keypairs': { status: 403, text: () => 'Quota exceeded, too many key pairs.' },
  'group-not-found': { status: 404, text: (p: { id: string }) => `Instance group ${p.id} could not be found.` },
  'too-many-groups': { status: 403, text: () => 'Quota exceeded, too many server groups.' },
  'extension-not-found': { status: 404, text: () => 'The resource could not be found.' },
  'service-not-found': { status: 404, text: (p: { id: string }) => `Service ${p.id} could not be found.` },
  'no-such-service': { status: 404, text: (p: { id: string }) => `Service ${p.id} not found.` },
  'service-in-use': {
    status: 409,
    text: () => 'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.',
  },
  'aggregate-not-found': { status: 404, text: (p: { id: number }) => `Aggregate ${p.id} could not be found.` },
  'aggregate-taken': { status: 409, text: (p: { name: string }) => `Aggregate ${p.name} already exists.` },
  'aggregate-has-host': {
    status: 409,
    text: (p: { id: number; host: string }) => `Aggregate ${p.id} already has host ${p.host}.`,
  },
  'aggregate-lacks-host': {
    status: 404,
    text: (p: { id: number; host: string }) => `Cannot remove host ${p.host} in aggregate ${p.id}`,
  },
  'hypervisor-not-found': {
    status: 404,
    text: (p: { id: string }) => `Hypervisor with ID '${p.id}' could not be found.`,
  },
  'hypervisor-unmatched': {
    status: 404,
    text: (p: { pattern: string }) => `No hypervisor matching '${p.pattern}' could be found.`,
  },
  'service-migrating': {
    status: 409,
    text: () =>
      'Unable to delete compute service that has in-progress migrations. Complete the migrations or delete the instances first.',
  },
  'evacuations-remain': {
    status: 400,
    text: (p: { host: string }) =>
      `Unable to force up host ${p.host} as \`done\` evacuation migration records remain associated with the host. Ensure the compute service has been restarted, allowing these records to move to \`completed\` before retrying this request.`,
  },
  'service-unavailable': { status: 409, text: () => 'Service is unavailable at this time.' },
  'same-flavor': { status: 400, text: () => 'When resizing, instances must change flavor!' },
  'disk-not-resizable': {
    status: 400,
    text: () => 'Server disk was unable to be resized because: Resize to zero disk flavor is not allowed.',
  },
  'resize-failed': { status: 400, text: (p: { reason: string }) => `Resize error: ${p.reason}` },
  'not-resized': { status: 400, text: () => 'Instance has not been resized.' },
  'rebuild-image-unknown': { status: 400, text: () => 'Cannot find image for rebuild' },
  'host-still-in-use': { status: 400, text: (p: { host: string }) => `Compute service of ${p.host} is still in use.` },
  'compute-host-not-found': { status: 404, text: (p: { host: string }) => `Compute host ${p.host} not found.` },
  'same-host': { status: 400, text: () => "The target host can't be the same one." },
  'unknown-action': { status: 404, text: () => 'Unknown action' },
  'no-console': { status: 404, text: () => 'Guest does not have a console available.' },
  'console-unreachable': { status: 409, text: (p: { id: string }) => `Instance ${p.id} is not ready` },
  'not-implemented': { status: 501, text: () => 'Unable to get console log, functionality not implemented' },
  'not-supported': { status: 501, text: () => 'The requested functionality is not supported.' },
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
  'no-such-path': { status: 404, text: () => 'There is nothing at this path.' },
  'method-not-allowed': {
    status: 405,
    text: (p: { method: string; allowed: string }) => `${p.method} is no method of this path, which has ${p.allowed}.`,
    headers: (p: { allowed: string }) => ({ allow: p.allowed }),
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
  'database-away': {
    status: 503,
    text: () => 'The database cannot be used now. Try again later.',
    headers: () => ({ 'retry-after': '2' }),
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
  'images-unavailable': { status: 503, text: () => 'The image service is temporarily unavailable.' },
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
