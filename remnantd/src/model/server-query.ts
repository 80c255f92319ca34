// What a page of servers can be asked for: conditions, order, extent. Columns go by their names in the table of servers.

import type { ProjectId } from './ids.ts';
import type { Server } from './server.ts';

/** A column servers can be filtered and sorted by. */
export type ServerColumn =
  | 'id'
  | 'project_id'
  | 'user_id'
  | 'name'
  | 'description'
  | 'hostname'
  | 'host'
  | 'node'
  | 'vm_state'
  | 'task_state'
  | 'power_state'
  | 'progress'
  | 'locked_by'
  | 'image_id'
  | 'flavor_id'
  | 'access_ip_v4'
  | 'access_ip_v6'
  | 'availability_zone'
  | 'config_drive'
  | 'disk_config'
  | 'key_name'
  | 'reservation_id'
  | 'launch_index'
  | 'kernel_id'
  | 'ramdisk_id'
  | 'root_device_name'
  | 'created_at'
  | 'updated_at'
  | 'launched_at'
  | 'terminated_at';

/** How a server's tags stand to those asked for: it has all or any of them, or not all, or none. */
export type TagMatch = 'all' | 'any' | 'not-all' | 'not-any';

/** A pattern for the fixed addresses of one IP version; case counts. */
export interface AddressPattern {
  readonly version: 4 | 6;
  readonly matches: string;
}

/** One condition on a page. `matches` is a regular expression (linear-regex), found anywhere in the value as text, case ignored. */
export type ServerFilter =
  | { readonly column: ServerColumn; readonly equals: string | number | null }
  /** `common`: many rows have one of the values, so that finding them by their order is quicker than by the value. */
  | { readonly column: ServerColumn; readonly in: readonly (string | number)[]; readonly common?: boolean }
  | { readonly column: ServerColumn; readonly matches: string }
  | { readonly column: ServerColumn; readonly atLeast: number }
  | { readonly column: ServerColumn; readonly atMost: number }
  | { readonly tags: readonly string[]; readonly have: TagMatch }
  /** At least one address fits at least one of the patterns. */
  | { readonly addresses: readonly AddressPattern[] };

/**
 * Which rows by their being deleted. `live`: neither deleted nor soft-deleted; `kept`: not deleted; `deleted`: one or the
 * other; `gone`: deleted; `all`.
 */
export type ServerRows = 'live' | 'kept' | 'deleted' | 'gone' | 'all';

/** Which page is wanted. */
export interface ServerPage {
  /** Null for all projects. */
  readonly projectId: ProjectId | null;
  readonly rows: ServerRows;
  readonly filters: readonly ServerFilter[];
  readonly sort: readonly { readonly column: ServerColumn; readonly dir: 'asc' | 'desc' }[];
  readonly limit: number;
  /** The last row of the page before. */
  readonly after: Server | null;
}
