// /identity/v3/auth/tokens: look at, revoke (Keystone v3).

import { inspectToken, revokeToken } from '../../app/identity/tokens.ts';
import { fault } from '../../model/faults.ts';
import type { TokenFacts } from '../../model/identity.ts';
import type { RuleDefault } from '../../policy/rule-default.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest, Reply } from '../operation.ts';
import * as rules from './rules.ts';
import { TOKEN_QUERY, TOKEN_REPLY, tokenReply } from './shape.ts';

/** The token a request is about. Faults identity-not-found, identity-denied. */
async function subjectOf(
  request: CallerRequest,
  deps: ApiDeps,
  rule: RuleDefault,
): Promise<{ subject: string; facts: TokenFacts }> {
  const subject = request.headers['x-subject-token'] ?? '';
  const facts = await inspectToken(deps.tokens, subject);
  if (facts === null) throw fault('identity-not-found', { what: 'token' });
  deps.access.identity.authorise(request.caller, rule.name, { tokenUser: facts.user.id });
  return { subject, facts };
}

async function inspect(request: CallerRequest, deps: ApiDeps, rule: RuleDefault): Promise<Reply> {
  const { subject, facts } = await subjectOf(request, deps, rule);
  return tokenReply(facts, subject, request, deps.region);
}

export const tokensShow: CallerOperation = {
  id: 'tokens.show',
  root: 'identity',
  method: 'GET',
  path: '/auth/tokens',
  summary: 'Show a token',
  success: 200,
  errors: [400, 401, 403, 404],
  rules: [rules.VALIDATE_TOKEN],
  query: TOKEN_QUERY,
  reply: TOKEN_REPLY,
  handle: (request, deps) => inspect(request, deps, rules.VALIDATE_TOKEN),
};

export const tokensCheck: CallerOperation = {
  id: 'tokens.check',
  root: 'identity',
  method: 'HEAD',
  path: '/auth/tokens',
  summary: 'Check a token',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.CHECK_TOKEN],
  handle: async (request, deps) => ({ headers: (await inspect(request, deps, rules.CHECK_TOKEN)).headers ?? {} }),
};

export const tokensRevoke: CallerOperation = {
  id: 'tokens.revoke',
  root: 'identity',
  method: 'DELETE',
  path: '/auth/tokens',
  summary: 'Revoke a token',
  success: 204,
  errors: [401, 403, 404],
  rules: [rules.REVOKE_TOKEN],
  handle: async (request, deps) => {
    await revokeToken(deps.tokens, request, (await subjectOf(request, deps, rules.REVOKE_TOKEN)).facts);
    return {};
  },
};
