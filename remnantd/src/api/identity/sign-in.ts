// POST /identity/v3/auth/tokens: sign in (Keystone v3, methods password and token).

import { issueToken } from '../../app/identity/issue-token.ts';
import { fault } from '../../model/faults.ts';
import type { OpenOperation } from '../operation.ts';
import { TOKEN_QUERY, TOKEN_REPLY, tokenReply } from './shape.ts';
import type { SignIn } from './sign-in-body.ts';
import { credentialsOf, SIGN_IN_BODY, scopeOf } from './sign-in-body.ts';

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
  query: TOKEN_QUERY,
  body: [{ schema: SIGN_IN_BODY }],
  reply: TOKEN_REPLY,
  handle: async (request, deps) => {
    const { auth } = request.body as unknown as SignIn;
    const wish = { credentials: credentialsOf(auth), scope: scopeOf(auth), from: request.remoteAddress };
    const issued = await issueToken(deps.tokens, wish);
    if (issued === null) throw fault('unauthorized');
    return tokenReply(issued.facts, issued.secret, request, deps.region);
  },
};
