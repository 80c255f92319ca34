// Microversions: which the Compute API behind an endpoint speaks, and which one a call goes out with.

import { RemnantConnectionError, RemnantVersionError } from './errors.ts';
import { MICROVERSIONS } from './generated/types.ts';

/** The microversions a service speaks, `2.N`. */
export interface VersionRange {
  readonly min: string;
  readonly max: string;
}

/** Nova before microversions, and `/v2`: its document leaves both numbers empty. */
const OLDEST = '2.1';

/** Throws TypeError for what is neither `2.N` nor `latest`. */
export function requireMicroversion(text: string): void {
  if (!/^(2\.[1-9]\d*|latest)$/.test(text)) throw new TypeError(`microversion "${text}" is neither 2.N nor latest`);
}

/** The range in the version document of the Compute API. Throws RemnantConnectionError for another document. */
export function versionRange(text: string, url: string): VersionRange {
  const document = parsed(text);
  const all = document?.version === undefined ? (document?.versions ?? []) : [document.version];
  const found = all.find((one) => one.status === 'CURRENT') ?? all[0];
  if (found === undefined) throw new RemnantConnectionError(`${url} is no version document of a Compute API`);
  return { min: found.min_version || OLDEST, max: found.version || OLDEST };
}

/**
 * What a call goes out with: what was asked for, else the highest that both sides know, but never below the operation's
 * own first. Throws RemnantVersionError when the service does not speak it.
 */
export function choose(
  operation: string,
  asked: string | undefined,
  since: string | undefined,
  spoken: VersionRange,
): string {
  if (asked === 'latest') return asked;
  const highest = minor(spoken.max) < minor(MICROVERSIONS.max) ? spoken.max : MICROVERSIONS.max;
  const wanted = asked ?? highest;
  const chosen = since !== undefined && minor(since) > minor(wanted) ? since : wanted;
  if (minor(chosen) > minor(spoken.max) || minor(chosen) < minor(spoken.min)) {
    throw new RemnantVersionError(operation, chosen, spoken);
  }
  return chosen;
}

interface VersionEntry {
  readonly status?: string;
  readonly version?: string;
  readonly min_version?: string;
}

function parsed(text: string): { readonly version?: VersionEntry; readonly versions?: readonly VersionEntry[] } | null {
  try {
    return JSON.parse(text) as ReturnType<typeof parsed>;
  } catch {
    return null;
  }
}

function minor(version: string): number {
  return Number(version.split('.')[1]);
}
