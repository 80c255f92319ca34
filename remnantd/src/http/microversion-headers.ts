// The microversion of a request, and what is said about it in the answer (nova/api/openstack/wsgi.py and
// microversion-parse): the new header wins over the old, the last entry for compute wins within it. An old header
// that is empty asks for the version of that name, which is none.

import type { Fault } from '../model/faults.ts';
import { fault } from '../model/faults.ts';
import { MICROVERSIONS, minor } from '../model/microversion.ts';

/** Header names in, lower case. */
const NEW = 'openstack-api-version';
const OLD = 'x-openstack-nova-api-version';

/** The outcome of reading the headers: the version, or the fault; `echo` goes into the answer's headers, null for none. */
export type VersionAsked =
  | { readonly ok: true; readonly version: number; readonly echo: string }
  | { readonly ok: false; readonly fault: Fault; readonly echo: string | null };

/** Reads the microversion a request asks for. */
export function askedVersion(headers: Readonly<Record<string, string | undefined>>): VersionAsked {
  const text = fromNew(headers[NEW]) ?? fromOld(headers[OLD]);
  if (text === null) return known(MICROVERSIONS.min);
  if (text === 'latest') return known(MICROVERSIONS.max);
  if (!/^([1-9]\d*)\.([1-9]\d*|0)$/.test(text)) {
    return { ok: false, fault: fault('version-malformed', { version: text }), echo: null };
  }
  const [major, minorPart] = text.split('.').map(Number);
  const version = minorPart ?? 0;
  if (major !== 2 || version < minor(MICROVERSIONS.min) || version > minor(MICROVERSIONS.max)) {
    const out = fault('version-out-of-range', { version: text, ...MICROVERSIONS });
    return { ok: false, fault: out, echo: text };
  }
  return { ok: true, version, echo: text };
}

/** The headers that name the version an answer was made for. */
export function versionHeaders(echo: string): Record<string, string | string[]> {
  return {
    'openstack-api-version': `compute ${echo}`,
    'x-openstack-nova-api-version': echo,
    vary: ['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version'],
  };
}

function known(text: typeof MICROVERSIONS.min | typeof MICROVERSIONS.max): VersionAsked {
  return { ok: true, version: minor(text), echo: text };
}

function fromNew(header: string | undefined): string | null {
  let found: string | null = null;
  for (const part of (header ?? '').split(',')) {
    const [service, ...rest] = part.trim().split(/\s+/);
    if (service?.toLowerCase() === 'compute' && rest.length > 0) found = rest.join(' ');
  }
  return found;
}

function fromOld(header: string | undefined): string | null {
  return header?.split(',').at(-1)?.trim() ?? null;
}
