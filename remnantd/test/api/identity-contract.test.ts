// The built-in identity against the contract that a real Keystone passes too.

import { builtinIdentity } from '../../src/adapters/builtin-identity.ts';
import { KnownTokens } from '../../src/app/identity/known-tokens.ts';
import { findProject, findUser } from '../../src/db/identity.ts';
import { assignRole } from '../../src/db/role-assignments.ts';
import { identityContract } from '../../src/ports/identity.contract.ts';
import { openRemnant } from '../harness/open-remnant.ts';

const TTL_SECONDS = 600;
const DEFAULT = { id: 'default' };

identityContract('the built-in identity', async () => {
  const accounts = [{ user: 'ann', project: 'web', role: 'member' }];
  const remnant = await openRemnant({
    builtinIdentity: true,
    config: { identity: { accounts, token_ttl: TTL_SECONDS } },
  });
  const { store, clock } = remnant;
  const [ann, web] = [await findUser(store.read, { name: 'ann' }), await findProject(store.read, { name: 'web' })];
  if (ann === null || web === null) throw new Error('the account was not made');
  await store.transaction((tx) => assignRole(tx, ann.id, 'system', 'reader'));
  const user = { name: 'ann', domain: DEFAULT, password: remnant.newAccounts[0]?.password };
  const scopes = {
    project: { project: { name: 'web', domain: DEFAULT } },
    system: { system: { all: true } },
    unscoped: 'unscoped',
  };
  const issue = async (scope: keyof typeof scopes) => {
    const auth = { identity: { methods: ['password'], password: { user } }, scope: scopes[scope] };
    const answer = await remnant.ask({ method: 'POST', path: '/identity/v3/auth/tokens', body: { auth } });
    return answer.headers['x-subject-token'] ?? '';
  };
  const known = new KnownTokens({ store, clock });
  return {
    identity: builtinIdentity(
      (token) => known.inspect(token),
      async (id) => (await findProject(store.read, { id })) !== null,
    ),
    ann,
    web,
    issue,
    revoke: async (token) => {
      const headers = { 'x-subject-token': token };
      await remnant.ask({ method: 'DELETE', path: '/identity/v3/auth/tokens', token, headers });
    },
    expired: async () => {
      const token = await issue('project');
      clock.advance(TTL_SECONDS * 1000);
      return token;
    },
    close: async () => {
      await remnant.close();
    },
  };
});
