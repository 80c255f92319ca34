// The policy rules of availability zones.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

export const LIST = rule(
  'os_compute_api:os-availability-zone:list',
  '@',
  'List availability zones',
  'GET /os-availability-zone',
);
export const DETAIL = rule(
  'os_compute_api:os-availability-zone:detail',
  ADMIN,
  'List availability zones with their hosts',
  'GET /os-availability-zone/detail',
);
