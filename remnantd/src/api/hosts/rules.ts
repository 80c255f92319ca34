// The policy rules of hosts. For administrators, since tenants could tell from a host's health which servers share it.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

export const LIST = rule('remnant:hosts:list', ADMIN, 'See how the hosts are', 'GET /hosts');
export const SHOW = rule('remnant:hosts:show', ADMIN, 'See how a host is, and why', 'GET /hosts/{name}');
export const TRANSITIONS = rule(
  'remnant:hosts:transitions',
  ADMIN,
  'Read what became of a host',
  'GET /hosts/{name}/transitions',
);
