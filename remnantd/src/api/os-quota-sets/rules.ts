// The policy rules of quota sets.

import { ADMIN, PROJECT_READER_OR_ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ROOT = 'os_compute_api:os-quota-sets';
const PATH = '/os-quota-sets/{tenant_id}';

export const SHOW = rule(`${ROOT}:show`, PROJECT_READER_OR_ADMIN, "Show a project's quota", `GET ${PATH}`);
export const DEFAULTS = rule(`${ROOT}:defaults`, '@', 'Show the default quota', `GET ${PATH}/defaults`);
export const DETAIL = rule(
  `${ROOT}:detail`,
  PROJECT_READER_OR_ADMIN,
  "Show a project's quota with what is used of it",
  `GET ${PATH}/detail`,
);
export const UPDATE = rule(`${ROOT}:update`, ADMIN, "Change a project's quota", `PUT ${PATH}`);
export const DELETE = rule(`${ROOT}:delete`, ADMIN, "Set a project's quota back to the default", `DELETE ${PATH}`);
