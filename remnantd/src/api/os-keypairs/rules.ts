// The policy rules of key pairs: a user's own, or an admin's.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const OWN = `(${ADMIN}) or user_id:%(user_id)s`;

export const INDEX = rule('os_compute_api:os-keypairs:index', OWN, 'List key pairs', 'GET /os-keypairs');
export const CREATE = rule('os_compute_api:os-keypairs:create', OWN, 'Create a key pair', 'POST /os-keypairs');
export const SHOW = rule('os_compute_api:os-keypairs:show', OWN, 'Show a key pair', 'GET /os-keypairs/{keypair_name}');
export const DELETE = rule(
  'os_compute_api:os-keypairs:delete',
  OWN,
  'Delete a key pair',
  'DELETE /os-keypairs/{keypair_name}',
);
