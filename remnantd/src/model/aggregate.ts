// An aggregate: a set of hosts with metadata that operators keep. One with a zone puts its hosts into that availability zone.

import type { HostName } from './ids.ts';

/** An aggregate as it is stored. Times are wall-clock milliseconds. */
export interface Aggregate {
  /** The API's id of it. */
  readonly seq: number;
  readonly uuid: string;
  readonly name: string;
  /** Null: it says nothing of zones. */
  readonly zone: string | null;
  /** By key; the zone, which the API shows among it, is not in here. */
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order in which they were added. */
  readonly hosts: readonly HostName[];
  readonly createdAt: number;
  readonly updatedAt: number | null;
}
