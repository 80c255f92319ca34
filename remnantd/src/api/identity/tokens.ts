// /identity/v3/auth/tokens: issue, look at, revoke (Keystone v3, methods password and token).

import { issueToken } from '../../app/identity/issue-token.ts';
import { inspectToken, revokeToken } from '../../app/identity/tokens.ts';
import { fault } from '../../model/faults.ts';
import type { TokenFacts } from '../../model/identity.ts';
import type { RuleDefault } from '../../policy/rule-default.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest, OpenOperation, Reply } from '../operation.ts';
import { querySchema, TEXT } from '../query.ts';
import * as rules from './rules.ts';
import { TOKEN_REPLY, tokenBody } from './shape.ts';
import type { SignIn } from './sign-in-body.ts';
import { credentialsOf, SIGN_IN_BODY, scopeOf } from './sign-in-body.ts';

const QUERY = [{ schema: querySchema({ nocatalog: TEXT }) }];

export const tokensIssue: OpenOperation = {
  id: 'tokens.issue',
  root: 'identity',
  method: 'POST',
  path: '/auth/tokens',
  open: true,
  summary: 'Sign in',
  description:
    'After `identity.free_failures` wrong passwords in a row for one user from one address, further tries from there are refused with 429 and Retry-After, with the right password too. While too many passwords wait to be looked at, whoever comes next gets 503 with Retry-After.',
  success: 201,
  errors: [400, 401, 429, 503],
  rules: [],
  query: QUERY,
  body: [{ schema: SIGN_IN_BODY }],
  reply: TOKEN_REPLY,
  handle: async (request, deps) => {
    const { auth } = request.body as unknown as SignIn;
    const wish = { credentials: credentialsOf(auth), scope: scopeOf(auth), from: request.remoteAddress };
    const issued = await issueToken(deps.tokens, wish);
    if (issued === null) throw fault('unauthorized');
    return answer(tokenBody(issued.facts, request, deps.region), issued.secret);
  },
};

const answer = (body: object, secret: string) => ({
  body,
  headers: { 'x-subject-token': secret, vary: 'X-Auth-Token' },
});

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
  return answer(tokenBody(facts, request, deps.region), subject);
}

export const tokensShow: CallerOperation = {
  id: 'tokens.show',
  root: 'identity',
  method: 'GET',
  path: '/auth/tokens',
  summary: 'Show a token',
  success: 200,
  errors: [401, 403, 404],
  rules: [rules.VALIDATE_TOKEN],
  query: QUERY,
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
