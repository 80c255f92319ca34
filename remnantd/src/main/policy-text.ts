// What `policy list` prints for a configuration: the rules the operations declare, with those of the operator's files over them.

import { OPERATIONS } from '../api/operations.ts';
import type { Config } from '../config/sections.ts';
import { loadPolicyFiles } from './keep-policy.ts';
import { policyPlaces } from './policy-files.ts';
import { policyList } from './policy-list.ts';
import { allRules } from './rules.ts';

/** A line for each rule. Throws PolicyFileError. */
export async function policyText(config: Config): Promise<string> {
  return policyList(await loadPolicyFiles({ defaults: allRules(OPERATIONS), places: policyPlaces(config) }));
}
