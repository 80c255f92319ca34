// What of the identity is fixed: the roles with what they imply, and the one domain.

import { beforeAll, expect, test } from 'vitest';
import { asCaller, byPassword, inProject, tokenOf } from '../harness/sign-in.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const ACCOUNTS = [{ user: 'admin', project: 'admin', role: 'admin' }];
const remnant = useRemnant({ builtinIdentity: true, config: { identity: { accounts: ACCOUNTS } } });
let admin: ReturnType<typeof asCaller>;

beforeAll(async () => {
  const password = remnant().newAccounts[0]?.password ?? '';
  admin = asCaller(remnant(), await tokenOf(remnant(), byPassword('admin', password), inProject('admin')));
});

test('roles are a fixed set, each with its name as its id', async () => {
  const roles = (await admin('GET', '/roles')).body['roles'] ?? [];
  expect(roles.map((role) => [role['id'], role['name']])).toEqual([
    ['admin', 'admin'],
    ['member', 'member'],
    ['reader', 'reader'],
  ]);
  expect((await admin('GET', '/roles?name=reader')).body['roles']).toEqual([roles[2]]);
  expect((await admin('GET', '/roles/reader')).body['role']).toEqual(roles[2]);
  expect((await admin('GET', '/roles/king')).message).toBe('Could not find role: king.');
  expect((await admin('POST', '/roles', { role: { name: 'king' } })).status).toBe(404);
  const inferences = (await admin('GET', '/role_inferences')).body['role_inferences'] ?? [];
  const pairs = inferences.map(({ prior_role: prior, implies }) => [
    prior?.['name'],
    implies?.map((role) => role['name']),
  ]);
  expect(pairs).toEqual([
    ['admin', ['member']],
    ['member', ['reader']],
  ]);
});

test('there is one domain', async () => {
  const { body } = await admin('GET', '/domains');
  expect(body['domains']?.map((domain) => [domain['id'], domain['name'], domain['enabled']])).toEqual([
    ['default', 'Default', true],
  ]);
  expect((await admin('GET', '/domains/default')).body['domain']).toEqual(body['domains']?.[0]);
  expect((await admin('GET', '/domains?name=Other')).body['domains']).toEqual([]);
  expect((await admin('GET', '/domains/other')).message).toBe('Could not find domain: other.');
});
