// What is remembered of a token is never more than what it is worth now, whoever changed that, and however.

import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runElsewhere } from '../../../test/harness/other-connection.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { testDatabase } from '../../../test/harness/test-database.ts';
import { insertProject, insertUser } from '../../db/identity.ts';
import { assignRole } from '../../db/role-assignments.ts';
import { openStore } from '../../db/store.ts';
import { insertToken } from '../../db/tokens.ts';
import { asId } from '../../model/ids.ts';
import { KnownTokens } from './known-tokens.ts';
import { inspectToken, tokenHash } from './tokens.ts';

const SECRET = 'a secret';
const TTL_MS = 60_000;

async function bench() {
  const database = await testDatabase(tempDir());
  const store = await openStore(database.url);
  const clock = testClock();
  onTestFinished(async () => {
    await store.close();
    await database.drop();
  });
  const issuedAt = clock.wall();
  const plain = { description: '', enabled: true };
  await store.transaction(async (tx) => {
    await insertProject(tx, { ...plain, id: asId('web-id'), name: 'web' });
    await insertUser(tx, {
      ...plain,
      id: asId('ann-id'),
      name: 'ann',
      passwordHash: 'a hash',
      email: null,
      defaultProjectId: null,
    });
    await assignRole(tx, asId('ann-id'), asId('web-id'), 'member');
    await insertToken(tx, {
      hash: tokenHash(SECRET),
      userId: asId('ann-id'),
      scope: { kind: 'project', project: asId('web-id') },
      methods: ['password'],
      auditIds: ['one'],
      issuedAt,
      expiresAt: issuedAt + TTL_MS,
    });
  });
  const known = new KnownTokens({ store, clock });
  /** The roles of the token, or null: as it is told, after it was seen to be what a look without memory finds. */
  const shown = async () => {
    const facts = await known.inspect(SECRET);
    expect(facts).toEqual(await inspectToken({ store, clock }, SECRET));
    return facts?.roles ?? null;
  };
  return { url: database.url, store, clock, known, shown };
}

describe('a token that was shown before', () => {
  let rig: Awaited<ReturnType<typeof bench>>;

  beforeEach(async () => {
    rig = await bench();
    expect(await rig.shown()).toEqual(['member', 'reader']);
  });

  it('costs one statement', async () => {
    const before = rig.store.queries();
    expect(await rig.known.inspect(SECRET)).not.toBeNull();
    expect(rig.store.queries() - before).toBe(1);
  });

  it('is still remembered when somebody else signs in', async () => {
    await runElsewhere(rig.url, [
      `insert into projects (id, name) values ('new', 'new')`,
      `insert into users (id, name, password_hash) values ('bob', 'bob', '')`,
      `insert into tokens (hash, user_id, methods, audit_id, issued_at, expires_at) values ('h', 'bob', '[]', 'two', 1, 2)`,
    ]);
    const before = rig.store.queries();
    expect(await rig.known.inspect(SECRET)).not.toBeNull();
    expect(rig.store.queries() - before).toBe(1);
  });

  it('is worth nothing once it has expired', async () => {
    rig.clock.advance(TTL_MS / 2);
    expect(await rig.shown()).not.toBeNull();
    rig.clock.advance(TTL_MS / 2);
    expect(await rig.shown()).toBeNull();
  });

  // As a program of before, or somebody at the console of the database, would do it.
  it.each([
    ['it is revoked', `delete from tokens`, null],
    ['it ends earlier', `update tokens set expires_at = 0`, null],
    ['its user is disabled', `update users set enabled = 0`, null],
    ['its user is gone', `delete from users`, null],
    ['its project is disabled', `update projects set enabled = 0`, null],
    ['its project is gone', `delete from projects`, null],
    ['its last role is gone', `delete from role_assignments`, null],
    ['its role is another', `update role_assignments set role = 'reader'`, ['reader']],
    [
      'it has one more role',
      `insert into role_assignments (user_id, scope, role) values ('ann-id', 'web-id', 'admin')`,
      ['admin', 'member', 'reader'],
    ],
  ])('is worth what it is worth now, when %s', async (_what, statement, roles) => {
    await runElsewhere(rig.url, [statement]);
    expect((await rig.shown())?.toSorted() ?? null).toEqual(roles);
  });

  it('is worth something again when what it lost is given back', async () => {
    await runElsewhere(rig.url, [`update users set enabled = 0`]);
    expect(await rig.shown()).toBeNull();
    await runElsewhere(rig.url, [`update users set enabled = 1`]);
    expect(await rig.shown()).toEqual(['member', 'reader']);
  });
});
