// The policy rules of usage reports.

import { ADMIN, PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ROOT = 'os_compute_api:os-simple-tenant-usage';
const PATH = '/os-simple-tenant-usage';

export const LIST = rule(`${ROOT}:list`, ADMIN, 'Show what every project used', `GET ${PATH}`);
export const SHOW = rule(
  `${ROOT}:show`,
  PROJECT_READER_OR_ADMIN,
  'Show what a project used',
  `GET ${PATH}/{tenant_id}`,
);
