// The policy rules of aggregates.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const aggregates = (verb: string, description: string, operation: string) =>
  rule(`os_compute_api:os-aggregates:${verb}`, ADMIN, description, operation);

/** Who may list them. */
export const INDEX = aggregates('index', 'List aggregates', 'GET /os-aggregates');
/** Who may see one. */
export const SHOW = aggregates('show', 'Show an aggregate', 'GET /os-aggregates/{aggregate_id}');
/** Who may make one. */
export const CREATE = aggregates('create', 'Create an aggregate', 'POST /os-aggregates');
/** Who may change one. */
export const UPDATE = aggregates('update', "Change an aggregate's name or zone", 'PUT /os-aggregates/{aggregate_id}');
/** Who may delete one. */
export const DELETE = aggregates('delete', 'Delete an aggregate', 'DELETE /os-aggregates/{aggregate_id}');
/** Who may put a host into one. */
export const ADD_HOST = aggregates(
  'add_host',
  'Add a host to an aggregate',
  'POST /os-aggregates/{aggregate_id}/action (add_host)',
);
/** Who may take a host out of one. */
export const REMOVE_HOST = aggregates(
  'remove_host',
  'Remove a host from an aggregate',
  'POST /os-aggregates/{aggregate_id}/action (remove_host)',
);
/** Who may set its metadata. */
export const SET_METADATA = aggregates(
  'set_metadata',
  "Set an aggregate's metadata",
  'POST /os-aggregates/{aggregate_id}/action (set_metadata)',
);
export const IMAGES = rule(
  'compute:aggregates:images',
  ADMIN,
  'Ask for images to be cached on the hosts of an aggregate',
  'POST /os-aggregates/{aggregate_id}/images',
);
