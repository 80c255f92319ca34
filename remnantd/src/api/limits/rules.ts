// The policy rules of limits.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

export const SHOW = rule('os_compute_api:limits', '@', "Show the limits of the caller's project", 'GET /limits');
export const OTHER_PROJECT = rule(
  'os_compute_api:limits:other_project',
  ADMIN,
  'Show the limits of a project by its id; asked after the other rule',
  'GET /limits',
);
