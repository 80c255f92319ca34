// The body of a sign-in (Keystone v3): its schema, and what it asks for.

import { Type } from 'typebox';
import type { Credential, WantedScope } from '../../app/identity/issue-token.ts';
import { fault } from '../../model/faults.ts';
import type { Reference } from './fields.ts';
import { named, PASSWORD, WORD } from './fields.ts';

const REFERENCE = {
  type: 'object',
  properties: { id: WORD, name: WORD, domain: { type: 'object', properties: { id: WORD, name: WORD } } },
};
const IDENTITY = {
  type: 'object',
  properties: {
    methods: { type: 'array', items: { type: 'string' }, minItems: 1 },
    password: {
      type: 'object',
      properties: {
        user: {
          type: 'object',
          properties: { ...REFERENCE.properties, password: PASSWORD },
          required: ['password'],
        },
      },
      required: ['user'],
    },
    token: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  },
  required: ['methods'],
};
const SCOPE = {
  anyOf: [
    { type: 'string', enum: ['unscoped'] },
    {
      type: 'object',
      properties: {
        project: REFERENCE,
        system: { type: 'object', properties: { all: { type: 'boolean' } } },
        domain: REFERENCE,
        unscoped: { type: 'object' },
      },
    },
  ],
};

/** The schema. */
export const SIGN_IN_BODY = Type.Unsafe<SignIn>({
  type: 'object',
  properties: {
    auth: { type: 'object', properties: { identity: IDENTITY, scope: SCOPE }, required: ['identity'] },
  },
  required: ['auth'],
});

/** What the schema lets through. */
export interface SignIn {
  readonly auth: {
    readonly identity: {
      readonly methods: readonly string[];
      readonly password?: { readonly user: Reference & { readonly password: string } };
      readonly token?: { readonly id: string };
    };
    readonly scope?: 'unscoped' | Scope;
  };
}

interface Scope {
  readonly project?: Reference;
  readonly system?: { readonly all?: boolean };
  readonly domain?: Reference;
  readonly unscoped?: object;
}

/** Who it says it is, one credential a method. Faults unauthorized (no such method), bad-request. */
export function credentialsOf({ identity }: SignIn['auth']): Credential[] {
  return [...new Set(identity.methods)].map((method): Credential => {
    if (method === 'password') {
      if (identity.password === undefined) throw missing('password', 'identity');
      const { user } = identity.password;
      return { method, user: named(user, 'user'), password: user.password };
    }
    if (method !== 'token') throw fault('unauthorized');
    if (identity.token === undefined) throw missing('token', 'identity');
    return { method, token: identity.token.id };
  });
}

/** What it is for. Faults unauthorized (a scope nobody has), bad-request. */
export function scopeOf({ scope }: SignIn['auth']): WantedScope {
  if (scope === undefined) return { kind: 'default' };
  if (scope === 'unscoped') return { kind: 'unscoped' };
  const [kind, ...more] = Object.keys(scope);
  if (more.length > 0) {
    throw fault('bad-request', { message: 'A token can have one scope: project, domain, system or none.' });
  }
  if (scope.unscoped !== undefined) return { kind: 'unscoped' };
  if (scope.project !== undefined) return { kind: 'project', project: named(scope.project, 'project') };
  if (scope.system?.all === true) return { kind: 'system' };
  if (kind === undefined) throw missing('project', 'scope');
  throw fault('unauthorized');
}

function missing(what: string, where: string) {
  return fault('bad-request', { message: `Expecting to find ${what} in ${where}.` });
}
