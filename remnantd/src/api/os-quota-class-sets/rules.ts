// The policy rules of quota classes.

import { ADMIN } from '../../policy/base-rules.ts';
import { rule } from '../rule.ts';

const ROOT = 'os_compute_api:os-quota-class-sets';
const PATH = '/os-quota-class-sets/{quota_class}';

export const SHOW = rule(`${ROOT}:show`, ADMIN, 'Show the quota of a class', `GET ${PATH}`);
export const UPDATE = rule(`${ROOT}:update`, ADMIN, 'Change the quota of a class', `PUT ${PATH}`);
