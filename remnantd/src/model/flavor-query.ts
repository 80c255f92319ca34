// What a page of flavors can be asked for: conditions, order, extent.

import type { ProjectId } from './ids.ts';

/** What flavors can be ordered by: what says something of them, or `made`, the order they were made in. */
export type FlavorOrder =
  | 'id'
  | 'name'
  | 'description'
  | 'ram'
  | 'disk'
  | 'ephemeral'
  | 'swap'
  | 'vcpus'
  | 'rxtxFactor'
  | 'isPublic'
  | 'disabled'
  | 'made';

/** Which page is wanted. */
export interface FlavorPage {
  /** Null for those that everybody may use and those that not. */
  readonly isPublic: boolean | null;
  /** Beside what `isPublic` asks for, those that this project was given; null for no others. */
  readonly openTo: ProjectId | null;
  /** False leaves out those that cannot be used. */
  readonly disabledToo: boolean;
  /** At least so many MiB and GiB; null for any. */
  readonly minRam: number | null;
  readonly minDisk: number | null;
  /** What it leaves open goes by `made`, in the same direction. */
  readonly order: FlavorOrder;
  readonly dir: 'asc' | 'desc';
  readonly limit: number;
  /** Id of the last flavor of the page before: there is one of that id. */
  readonly after: string | null;
}
