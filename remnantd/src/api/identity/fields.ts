// What bodies and queries of the identity share: names, the one domain, filters.

import type { Named } from '../../app/identity/issue-token.ts';
import { fault } from '../../model/faults.ts';
import { DEFAULT_DOMAIN } from '../../model/identity.ts';
import type { Query } from '../query.ts';
import { last } from '../query.ts';
import { NO_NUL } from '../schemas.ts';

/** An id or a name, loosely. */
export const WORD = { type: 'string', maxLength: 255, pattern: NO_NUL } as const;
/** Text or null. */
export const TEXT_OR_NULL = { type: ['string', 'null'], pattern: NO_NUL } as const;
/** A password. Nothing more is asked of it here: a refusal by the schema would show it. */
export const PASSWORD = { type: 'string' } as const;
/** Options of Keystone's that this identity does not have: none may be set. */
export const NO_OPTIONS = { type: 'object', maxProperties: 0 } as const;
/** A name of at most `maxLength`, not blank, that can be shown on one line of a terminal or a log. */
export const nameOf = (maxLength: number) =>
  ({ type: 'string', minLength: 1, maxLength, pattern: '[\\S]+', format: 'plain-text' }) as const;

/** A user or project as a sign-in names it. */
export interface Reference {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: { readonly id?: string; readonly name?: string };
}

/** By id, or by a name in a domain; null when the domain is not the one there is. Fault bad-request for neither. */
export function named(what: Reference, kind: 'user' | 'project'): Named {
  const { domain } = what;
  // An id says it all: as in Keystone, the domain beside it is not looked at.
  if (what.id !== undefined) return { id: what.id };
  if (what.name === undefined) throw fault('bad-request', { message: `Expecting to find id or name in ${kind}.` });
  if (domain?.id === undefined && domain?.name === undefined) {
    throw fault('bad-request', { message: `Expecting to find domain in ${kind}.` });
  }
  return isDefaultDomain(domain) ? { name: what.name } : null;
}

function isDefaultDomain({ id, name }: { readonly id?: string; readonly name?: string }): boolean {
  // Domain names are compared as Keystone's usual database does, without case.
  return id === undefined ? name?.toLowerCase() === DEFAULT_DOMAIN.name.toLowerCase() : id === DEFAULT_DOMAIN.id;
}

/** Fault identity-not-found for another domain than the one there is. */
export function requireDefaultDomain(id: string | null | undefined): void {
  if (id === undefined || id === null || id === DEFAULT_DOMAIN.id) return;
  throw fault('identity-not-found', { what: `domain: ${id}` });
}

/** True if a list filtered by `domain_id` can have anything in it. */
export function isInDomain(query: Query): boolean {
  const domain = last(query, 'domain_id');
  return domain === null || domain === DEFAULT_DOMAIN.id;
}

const NO = new Set(['0', 'f', 'false', 'n', 'no', 'off']);

/** A flag of a query: there, and not said to be off; null when it is not there. */
export function flagOf(query: Query, name: string): boolean | null {
  const text = last(query, name);
  return text === null ? null : !NO.has(text.trim().toLowerCase());
}
