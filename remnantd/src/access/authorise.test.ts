// What rules may speak of is what they are judged by.

import { expect, it } from 'vitest';
import type { Caller } from '../model/caller.ts';
import type { ProjectId, UserId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import { livePolicy } from '../policy/live-policy.ts';
import type { PolicyParts } from '../policy/policy-engine.ts';
import { createPolicy } from '../policy/policy-engine.ts';
import { admit, credentialsOf, permits, permitsIdentity, VOCABULARY } from './authorise.ts';

const found: Omit<Caller, 'isAdmin'> = {
  userId: asId<UserId>('u1'),
  userName: 'ann',
  projectId: asId<ProjectId>('p1'),
  projectName: 'a',
  roles: ['member'],
  systemScope: null,
  domainScope: null,
};
const rules = (checks: Readonly<Record<string, string>>) => {
  const defaults: PolicyParts['defaults'] = Object.entries(checks).map(([name, check]) => ({
    name,
    check,
    description: '',
    operations: [],
    scopeTypes: [],
  }));
  return createPolicy({ defaults });
};

it('every attribute that rules may name is one of the credentials, and the other way round', () => {
  expect(Object.keys(credentialsOf(found)).toSorted()).toEqual([...VOCABULARY.credentials].toSorted());
});

it.each([
  ['os_compute_api:servers:show', ['project_id', 'user_id']],
  ['remnant:dumps:read', ['project_id', 'user_id']],
  ['identity:get_user', ['target.user.id', 'target.project.id', 'target.token.user_id']],
  ['mine', ['project_id', 'user_id', 'target.user.id', 'target.project.id', 'target.token.user_id']],
])('%s may be about %j', (rule, keys) => {
  expect(VOCABULARY.target(rule)).toEqual(keys);
});

it('a caller is judged by the rules it came in under, also where another policy is asked', () => {
  const policy = livePolicy(rules({ context_is_admin: 'role:member', a: 'is_admin:True', b: '@' }));
  const before = admit(policy, found);
  policy.replace(rules({ context_is_admin: '!', a: '@', b: '!' }));
  const after = admit(policy, found);

  expect([before.isAdmin, after.isAdmin]).toEqual([true, false]);
  expect([permits(policy, before, 'a'), permits(policy, before, 'b')]).toEqual([true, true]);
  expect([permits(policy, after, 'a'), permits(policy, after, 'b')]).toEqual([true, false]);
  expect([permitsIdentity(policy, before, 'b', {}), permitsIdentity(policy, after, 'b', {})]).toEqual([true, false]);
});
