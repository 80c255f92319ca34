// /identity/v3/auth/tokens: issue, look at, revoke (Keystone v3, methods password and token).

import { Type } from 'typebox';
import type { Credential, WantedScope } from '../../app/identity/tokens.ts';
import { inspectToken, issueToken, revokeToken } from '../../app/identity/tokens.ts';
import type { JsonObject } from '../../lib/json.ts';
import { fault } from '../../model/faults.ts';
import type { TokenFacts } from '../../model/identity.ts';
import type { ApiDeps } from '../deps.ts';
import type { CallerOperation, CallerRequest, OpenOperation, Reply } from '../operation.ts';
import { TOKEN_REPLY, tokenBody } from './shape.ts';

const TEXT = { type: 'string', maxLength: 255 };
const DOMAIN = { type: 'object', properties: { id: TEXT, name: TEXT } };
const NAMED = { type: 'object', properties: { id: TEXT, name: TEXT, domain: DOMAIN } };
const BODY = Type.Unsafe({
  type: 'object',
  properties: {
    auth: {
      type: 'object',
      properties: {
        identity: {
          type: 'object',
          properties: {
            methods: { type: 'array', items: { type: 'string' }, minItems: 1 },
            password: {
              type: 'object',
              properties: {
                user: {
                  type: 'object',
                  properties: { ...NAMED.properties, password: { type: 'string', maxLength: 4096 } },
                  required: ['password'],
                },
              },
              required: ['user'],
            },
            token: { type: 'object', properties: { id: { type: 'string', maxLength: 4096 } }, required: ['id'] },
          },
          required: ['methods'],
        },
        scope: {
          anyOf: [
            { type: 'string', enum: ['unscoped'] },
            {
              type: 'object',
              properties: {
                project: NAMED,
                system: { type: 'object', properties: { all: { type: 'boolean' } } },
                domain: NAMED,
              },
            },
          ],
        },
      },
      required: ['identity'],
    },
  },
  required: ['auth'],
});

export const tokensIssue: OpenOperation = {
  id: 'tokens.issue',
  root: 'identity',
  method: 'POST',
  path: '/auth/tokens',
  open: true,
  summary: 'Sign in',
  success: 201,
  errors: [400, 401],
  rules: [],
  body: [{ schema: BODY }],
  reply: TOKEN_REPLY,
  handle: async (request, deps) => {
    const auth = (request.body as JsonObject)['auth'] as JsonObject;
    const issued = await issueToken(deps.tokens, credentialOf(auth['identity'] as JsonObject), scopeOf(auth['scope']));
    if (issued === null) throw fault('unauthorized');
    const body = tokenBody(issued.facts, deps.publicUrl ?? request.links.origin, deps.region);
    return { body, headers: { 'x-subject-token': issued.secret, vary: 'X-Auth-Token' } };
  },
};

/** The token a request is about: its own user's, or anybody's for an admin (Keystone: admin_required or token_subject). */
async function subjectOf(
  request: CallerRequest,
  deps: ApiDeps,
  action: string,
): Promise<{ subject: string; facts: TokenFacts }> {
  const subject = request.headers['x-subject-token'] ?? '';
  const facts = await inspectToken(deps.tokens, subject);
  if (facts === null) throw fault('identity-not-found', { what: 'token' });
  if (!request.caller.isAdmin && facts.user.id !== request.caller.userId) {
    throw fault('forbidden', { message: `You are not authorized to perform the requested action: ${action}.` });
  }
  return { subject, facts };
}

async function inspect(request: CallerRequest, deps: ApiDeps): Promise<Reply> {
  const { subject, facts } = await subjectOf(request, deps, 'identity:validate_token');
  const body = tokenBody(facts, deps.publicUrl ?? request.links.origin, deps.region);
  return { body, headers: { 'x-subject-token': subject, vary: 'X-Auth-Token' } };
}

export const tokensShow: CallerOperation = {
  id: 'tokens.show',
  root: 'identity',
  method: 'GET',
  path: '/auth/tokens',
  summary: 'Show a token',
  success: 200,
  errors: [401, 403, 404],
  rules: [],
  reply: TOKEN_REPLY,
  handle: inspect,
};

export const tokensCheck: CallerOperation = {
  id: 'tokens.check',
  root: 'identity',
  method: 'HEAD',
  path: '/auth/tokens',
  summary: 'Check a token',
  success: 200,
  errors: [401, 403, 404],
  rules: [],
  handle: async (request, deps) => ({ headers: (await inspect(request, deps)).headers ?? {} }),
};

export const tokensRevoke: CallerOperation = {
  id: 'tokens.revoke',
  root: 'identity',
  method: 'DELETE',
  path: '/auth/tokens',
  summary: 'Revoke a token',
  success: 204,
  errors: [401, 403, 404],
  rules: [],
  handle: async (request, deps) => {
    await revokeToken(deps.tokens, (await subjectOf(request, deps, 'identity:revoke_token')).subject);
    return {};
  },
};

function credentialOf(identity: JsonObject): Credential {
  const methods = identity['methods'] as readonly string[];
  const password = identity['password'] as { user: { id?: string; name?: string; password: string } } | undefined;
  if (methods.includes('password') && password !== undefined) {
    return { method: 'password', user: namedBy(password.user, 'user'), password: password.user.password };
  }
  const token = identity['token'] as { id: string } | undefined;
  if (methods.includes('token') && token !== undefined) return { method: 'token', token: token.id };
  throw fault('unauthorized');
}

function scopeOf(scope: unknown): WantedScope {
  if (scope === undefined) return { kind: 'default' };
  if (scope === 'unscoped') return { kind: 'unscoped' };
  const { project, system } = scope as { project?: { id?: string; name?: string }; system?: { all?: boolean } };
  if (system?.all === true) return { kind: 'system' };
  if (project !== undefined) return { kind: 'project', project: namedBy(project, 'project') };
  throw fault('unauthorized');
}

function namedBy(what: { id?: string; name?: string }, kind: string): { id: string } | { name: string } {
  if (what.id !== undefined) return { id: what.id };
  if (what.name !== undefined) return { name: what.name };
  throw fault('bad-request', { message: `Expecting to find id or name in ${kind}.` });
}
