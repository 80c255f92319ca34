// The policy rule of migrations.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

export const INDEX = rule('os_compute_api:os-migrations:index', ADMIN, 'List migrations', 'GET /os-migrations');
