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

/** One condition on a page. `matches` is a regular expression (linear-regex), found anywhere. */
export type ServerFilter =
  | { readonly column: ServerColumn; readonly equals: string | number | null }
  | { readonly column: ServerColumn; readonly in: readonly (string | number)[] }
  | { readonly column: ServerColumn; readonly matches: string }
  | { readonly column: ServerColumn; readonly atLeast: number }
  | { readonly column: ServerColumn; readonly atMost: number };

/** Which page is wanted. */
export interface ServerPage {
  /** Null for all projects. */
  readonly projectId: ProjectId | null;
  /** `live`: not deleted; `deleted`: only those; `all`. */
  readonly rows: 'live' | 'deleted' | 'all';
  readonly filters: readonly ServerFilter[];
  readonly sort: readonly { readonly column: ServerColumn; readonly dir: 'asc' | 'desc' }[];
  readonly limit: number;
  /** The last row of the page before. */
  readonly after: Server | null;
}
