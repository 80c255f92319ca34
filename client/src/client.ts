// @remnant/client: the typed SDK for the Compute API and Remnant's own. This is the package's entry: what it exports is
// what other programs may use.

import type { Cloud } from './cloud.ts';
import { operations } from './generated/operations.ts';
import type { SessionOptions } from './session.ts';
import { Session } from './session.ts';

/** The methods, by noun and verb: `client.servers.triggerCrashDump(id)`. */
export type RemnantClient = ReturnType<typeof operations>;

/** A client of `cloud`, an entry as clouds.yaml has it. Nothing is sent before the first call. */
export function connect(cloud: Cloud, options: SessionOptions = {}): RemnantClient {
  return operations(new Session(cloud, options));
}

export type { Cloud, CloudAuth } from './cloud.ts';
export { RemnantApiError, RemnantCloudError, RemnantConnectionError, RemnantVersionError } from './errors.ts';
export type { Exchange } from './fetcher.ts';
export type * from './generated/types.ts';
export { MICROVERSIONS } from './generated/types.ts';
export { entries, pages } from './pages.ts';
export type { SessionOptions } from './session.ts';
export type { CallOptions, Download, DownloadOptions, Issued, Receipt } from './transport.ts';
