// Keystone's description of a token, as a real one writes it, and what is none.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonValue } from '../../lib/json.ts';
import { readToken } from './read-token.ts';

/** As Keystone 22 answered. */
const TOKEN = {
  methods: ['password'],
  user: { domain: { id: 'default', name: 'Default' }, id: 'e8c4', name: 'ann', password_expires_at: null },
  audit_ids: ['rnukFzNHTrCK8g2wHkSX8Q'],
  expires_at: '2026-11-21T08:08:47.000000Z',
  issued_at: '2026-11-21T07:08:47.000000Z',
  project: { domain: { id: 'd1', name: 'Other' }, id: 'ce8c', name: 'web' },
  is_domain: false,
  roles: [
    { id: '4c0a', name: 'Member' },
    { id: 'ca03', name: 'reader' },
  ],
};
const callerOf = (change: object) => readToken({ token: { ...TOKEN, ...change } }).caller;

it('reads one', () => {
  expect(readToken({ token: TOKEN })).toEqual({
    caller: {
      userId: 'e8c4',
      userName: 'ann',
      projectId: 'ce8c',
      projectName: 'web',
      roles: ['member', 'reader'],
      systemScope: null,
      domainScope: null,
    },
    issuedAt: Date.UTC(2026, 10, 21, 7, 8, 47),
    expiresAt: Date.UTC(2026, 10, 21, 8, 8, 47),
    restricted: false,
  });
});

it('reads each scope', () => {
  const none = { project: undefined, roles: undefined };
  expect(callerOf(none)).toMatchObject({ projectId: null, roles: [], systemScope: null, domainScope: null });
  expect(callerOf({ ...none, system: { all: true } })).toMatchObject({
    projectId: null,
    systemScope: 'all',
    domainScope: null,
  });
  expect(callerOf({ ...none, system: {} })).toMatchObject({ systemScope: null });
  const ofDomain = { projectId: null, systemScope: null, domainScope: 'd2' };
  expect(callerOf({ ...none, domain: { id: 'd2', name: 'D' } })).toMatchObject(ofDomain);
});

it('takes no word for who is an admin but the roles', () => {
  expect(callerOf({ is_admin_project: true, is_admin: true })).not.toHaveProperty('isAdmin');
});

it.each([
  [{ user: undefined }, 'token.user is not an object'],
  [{ user: { name: 'ann' } }, 'token.user.id is not a text'],
  [{ user: { id: '', name: 'ann' } }, 'token.user.id is not a text'],
  [{ project: null }, 'token.project is not an object'],
  [{ project: { name: 'web' } }, 'token.project.id is not a text'],
  [{ domain: 'd2' }, 'token.domain is not an object'],
  [{ domain: { name: 'D' } }, 'token.domain.id is not a text'],
  [{ roles: { name: 'admin' } }, 'token.roles is not a list'],
  [{ roles: ['admin'] }, 'a role is not an object'],
  [{ expires_at: 'soon' }, 'token.expires_at is not a time'],
  [{ expires_at: undefined }, 'token.expires_at is not a text'],
])('refuses %j', (change, problem) => {
  expect(() => callerOf(change)).toThrow(problem);
});

it('gives nothing but a token or an error, whatever it is given', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(() => readToken(value as JsonValue)).toThrow(/is not a/);
      expect(() => readToken({ token: value as JsonValue })).toThrow(/is not a/);
    }),
  );
});
