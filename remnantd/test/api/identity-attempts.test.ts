// Repeated wrong passwords: refused unlooked at for a while, for that user and that address alone.

import { expect, test } from 'vitest';
import { asCaller, byPassword, inProject, isGood, signIn, tokenOf } from '../harness/sign-in.ts';
import { useRemnant } from '../harness/use-remnant.ts';

const remnant = useRemnant({
  builtinIdentity: true,
  config: { identity: { free_failures: 3, longest_wait: 8, accounts: [account('admin', 'admin'), account('demo')] } },
});

function account(user: string, role = 'member') {
  return { user, project: user, role };
}

const passwordOf = (user: string) =>
  remnant().newAccounts.find((one) => one.user === user)?.password ?? `no account ${user}`;

async function wrong(user: string, from?: string): Promise<[number, string | undefined]> {
  const { status, headers } = await signIn(remnant(), byPassword(user, 'wrong'), undefined, from);
  return [status, headers['retry-after']];
}

test('known and unknown users are slowed down alike', async () => {
  for (const user of ['demo', 'nobody']) {
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await wrong(user, '192.0.2.1'));
    expect(answers).toEqual([
      [401, undefined],
      [401, undefined],
      [401, undefined],
      [429, '1'],
    ]);
    for (const wait of ['2', '4', '8', '8']) {
      remnant().clock.advance(8_000);
      expect(await wrong(user, '192.0.2.1')).toEqual([401, undefined]);
      expect(await wrong(user, '192.0.2.1')).toEqual([429, wait]);
    }
  }
});

test('the answer is in the form of the identity, and says nothing of the user', async () => {
  for (let i = 0; i < 3; i += 1) await wrong('ghost', '192.0.2.2');
  const answer = await signIn(remnant(), byPassword('ghost', 'wrong'), undefined, '192.0.2.2');
  expect(answer.body).toEqual({
    error: {
      code: 429,
      message: 'Too many failed attempts to sign in: try again in 1 s.',
      title: 'Too Many Requests',
    },
  });
});

test('the right password is refused while it lasts, then forgets the failures', async () => {
  const right = () => signIn(remnant(), byPassword('demo', passwordOf('demo')), undefined, '192.0.2.3');
  for (let i = 0; i < 3; i += 1) await wrong('demo', '192.0.2.3');
  expect((await right()).status).toBe(429);
  remnant().clock.advance(1_000);
  expect((await right()).status).toBe(201);
  for (let i = 0; i < 3; i += 1) expect((await wrong('demo', '192.0.2.3'))[0]).toBe(401);
});

test('who is elsewhere is not locked out', async () => {
  for (let i = 0; i < 3; i += 1) await wrong('admin', '192.0.2.4');
  expect((await wrong('admin', '192.0.2.4'))[0]).toBe(429);
  const elsewhere = await signIn(remnant(), byPassword('admin', passwordOf('admin')), inProject('admin'), '192.0.2.5');
  expect(elsewhere.status).toBe(201);
});

test('the name and the id of a user are one', async () => {
  const token = await signIn(remnant(), byPassword('demo', passwordOf('demo')));
  const id = token.body['token']?.['user']?.['id'];
  for (let i = 0; i < 3; i += 1) await wrong('demo', '192.0.2.6');
  const byId = { methods: ['password'], password: { user: { id, password: 'wrong' } } };
  expect((await signIn(remnant(), byId, undefined, '192.0.2.6')).status).toBe(429);
});

test('guesses that come all at once are let in one after the other', async () => {
  const tries = Array.from({ length: 20 }, () => wrong('crowd', '192.0.2.7'));
  const statuses = (await Promise.all(tries)).map(([status]) => status);
  const looked = statuses.filter((status) => status === 401).length;
  expect(looked).toBeGreaterThanOrEqual(3);
  // Two are hashed at a time: one more may be on its way when the third fails.
  expect(looked).toBeLessThanOrEqual(4);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20 - looked);
});

const MANY = 'guesses at many names at once do not pile up: who finds the queue full is told to come back';
// Scores of passwords are hashed, which is dear on purpose.
test(MANY, { timeout: 240_000 }, async () => {
  const tries = Array.from({ length: 90 }, (_, i) => signIn(remnant(), byPassword(`nobody ${i}`, 'wrong')));
  const answers = await Promise.all(tries);
  const busy = answers.filter(({ status }) => status === 503);
  expect(busy.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(90 - busy.length);
  for (const { headers, body } of busy) {
    expect(headers['retry-after']).toBe('1');
    const message = 'Too many requests at a time. Try again later.';
    expect(body).toEqual({ error: { code: 503, message, title: 'Service Unavailable' } });
  }
  const after = await signIn(remnant(), byPassword('demo', passwordOf('demo')));
  expect(after.status).toBe(201);
});

test('right sign-ins that come all at once are all let in', async () => {
  const tries = Array.from({ length: 12 }, () => tokenOf(remnant(), byPassword('demo', passwordOf('demo'))));
  const tokens = await Promise.all(tries);
  expect(new Set(tokens).size).toBe(12);
});

test('guessing the password before through a change of it is slowed down too', async () => {
  const token = await tokenOf(remnant(), byPassword('demo', passwordOf('demo')));
  const shown = await remnant().ask({
    path: '/identity/v3/auth/tokens',
    token,
    headers: { 'x-subject-token': token },
  });
  const id = shown.body['token']?.['user']?.['id'] ?? '';
  const change = () =>
    asCaller(remnant(), token)('POST', `/users/${id}/password`, {
      user: { original_password: 'wrong', password: 'new' },
    });
  for (let i = 0; i < 3; i += 1) expect((await change()).status).toBe(401);
  expect((await change()).status).toBe(429);
  expect(await isGood(remnant(), token)).toBe(true);
});
