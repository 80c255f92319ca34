// The Keystone adapter when things go wrong: its own token refused, Keystone away, slow, stumbling or babbling, too much at once.

import { describe, expect, it } from 'vitest';
import { ANN, MINUTE, UNAVAILABLE, useKeystone } from '../../../test/harness/keystone-rig.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';

describe('the token of our own', () => {
  it('is renewed before it expires', async () => {
    const { clock, keystone, identity } = await useKeystone({}, (fake) => (fake.livesMs = 10 * MINUTE));
    await identity.authenticate('j1');
    clock.advance(7 * MINUTE);
    await identity.authenticate('j2');
    expect(keystone.signIns()).toBe(1);
    clock.advance(MINUTE);
    await identity.authenticate('j3');
    expect(keystone.signIns()).toBe(2);
  });

  it('is renewed when Keystone refuses it, once for all who ask', async () => {
    const { keystone, identity } = await useKeystone();
    await identity.authenticate('j1');
    keystone.revokeOwn();
    const tokens = [keystone.issue(ANN), keystone.issue(ANN), keystone.issue(ANN)];
    const callers = await Promise.all(tokens.map((token) => identity.authenticate(token)));
    expect(callers.every((caller) => caller?.userName === 'ann')).toBe(true);
    expect(keystone.signIns()).toBe(2);
  });

  it('that is refused again and again makes nobody unknown', async () => {
    const { keystone, identity } = await useKeystone();
    keystone.instead = (asked, response) => {
      if (asked.method === 'GET') response.writeHead(401).end();
      return asked.method === 'GET';
    };
    await expect(identity.authenticate(keystone.issue(ANN))).rejects.toMatchObject(UNAVAILABLE);
    expect(keystone.questions()).toBe(2);
  });

  it('that cannot be had is asked for at most every few seconds, with the password of then', async () => {
    let password = 'wrong';
    const { clock, keystone, identity, told } = await useKeystone({ password: () => password });
    const token = keystone.issue(ANN);
    for (let i = 0; i < 5; i += 1) await expect(identity.authenticate(token)).rejects.toMatchObject(UNAVAILABLE);
    expect(keystone.signIns()).toBe(1);
    expect(identity.healthy()).toContain('refuses the service user "remnant"');
    password = 'secret';
    clock.advance(5_000);
    expect(await identity.authenticate(token)).toMatchObject({ userName: 'ann' });
    expect(told.at(-1)).toBeNull();
    expect(JSON.stringify(told)).not.toMatch(/wrong|secret/);
  });

  it('without the role service is told to the operator', async () => {
    const { keystone, identity } = await useKeystone({}, (fake) => (fake.serviceRoles = ['member']));
    await expect(identity.authenticate(keystone.issue(ANN))).rejects.toMatchObject(UNAVAILABLE);
    expect(identity.healthy()).toContain('it needs the role "service"');
  });
});

describe('a Keystone that does not answer', () => {
  it('is no hindrance to those who are known; for others it is unavailable until it is back', async () => {
    const { keystone, identity, told } = await useKeystone();
    const [known, other] = [keystone.issue(ANN), keystone.issue(ANN)];
    await identity.authenticate(known);
    await keystone.stop();
    expect(await identity.authenticate(known)).not.toBeNull();
    await expect(identity.authenticate(other)).rejects.toMatchObject(UNAVAILABLE);
    await expect(identity.authenticate('junk')).rejects.toMatchObject(UNAVAILABLE);
    expect(identity.healthy()).toContain('cannot be reached');
    await keystone.start();
    expect(await identity.authenticate(other)).toMatchObject({ userName: 'ann' });
    expect(identity.healthy()).toBeNull();

    expect(told).toEqual([null, expect.stringContaining('cannot be reached'), null]);
  });

  it('is no hindrance to start', async () => {
    const { keystone, identity } = await useKeystone({ url: 'http://localhost:1' });
    expect(identity.healthy()).toContain('cannot be reached');
    await expect(identity.authenticate(keystone.issue(ANN))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('is looked after without any request, and its return noticed', async () => {
    const { clock, keystone, identity } = await useKeystone();
    await keystone.stop();
    await expect(identity.authenticate('junk')).rejects.toMatchObject(UNAVAILABLE);
    await keystone.start();
    clock.advance(5_000);
    await waitFor('the probe', () => identity.healthy() === null);
  });

  it('is waited for no longer than the bound', async () => {
    const { clock, keystone, identity } = await useKeystone();
    keystone.instead = () => true;
    const asked = identity.authenticate('t1');
    const told = expect(asked).rejects.toMatchObject(UNAVAILABLE);
    await waitFor('the question', () => keystone.questions() === 1);
    clock.advance(5_000);
    await told;
    expect(keystone.questions()).toBe(1);
    expect(identity.healthy()).toContain('no answer within 5 s');
  });

  it('is asked again when it stumbles, a bounded number of times', async () => {
    const { keystone, identity } = await useKeystone();
    const token = keystone.issue(ANN);
    let failures = 2;
    keystone.instead = (asked, response) => {
      if (asked.method === 'POST' || failures === 0) return false;
      failures -= 1;
      if (failures === 1) response.destroy();
      else response.writeHead(503).end('down');
      return true;
    };
    expect(await identity.authenticate(token)).toMatchObject({ userName: 'ann' });
    expect(keystone.questions()).toBe(3);
    failures = 100;
    await expect(identity.authenticate('t2')).rejects.toMatchObject(UNAVAILABLE);
    expect(keystone.questions('t2')).toBe(3);
  });

  it.each([
    ['HTML', 200, '<html>'],
    ['no token', 200, '{}'],
    ['no user', 200, '{"token": {"expires_at": "2040-01-01T00:00:00Z", "issued_at": "2026-01-01T00:00:00Z"}}'],
    ['a redirection', 302, ''],
    ['too many requests', 429, ''],
    ['more than any answer is', 200, `{"token": "${'x'.repeat(1_100_000)}"}`],
  ])('is unavailable, not ignorant, when it answers with %s', async (_, status, body) => {
    const { keystone, identity } = await useKeystone();
    keystone.instead = (asked, response) => {
      if (asked.method === 'GET') response.writeHead(status).end(body);
      return asked.method === 'GET';
    };
    await expect(identity.authenticate(keystone.issue(ANN))).rejects.toMatchObject(UNAVAILABLE);
  });

  it('says nothing of tokens and passwords in what goes wrong', async () => {
    const { keystone, identity, told } = await useKeystone();
    const token = keystone.issue(ANN);
    keystone.instead = (asked, response) => {
      if (asked.method === 'GET') response.writeHead(200).end(`${token} is what I was asked`);
      return asked.method === 'GET';
    };
    const error = await identity.authenticate(token).then(
      () => expect.unreachable('that was no answer'),
      (problem: Error) => problem,
    );
    expect(error.message).toContain('it is not JSON');
    expect(JSON.stringify([told, error.message, error.stack])).not.toContain(token);
  });
});

it('asks no more questions at once than it may', async () => {
  const { keystone, identity } = await useKeystone({ parallel: 3 });
  const held: (() => void)[] = [];
  keystone.instead = (_, response) => held.push(() => response.writeHead(404).end()) > 0;
  const asked = Array.from({ length: 3 + 3 * 32 }, (_, i) => identity.authenticate(`t${i}`));
  await waitFor('the questions', () => held.length === 3);
  // The line is full: one more is turned away at once.
  await expect(identity.authenticate('one-more')).rejects.toMatchObject(UNAVAILABLE);
  keystone.instead = () => false;
  for (const answer of held) answer();
  expect(await Promise.all(asked)).toEqual(asked.map(() => null));
  expect(keystone.mostOpen).toBe(3);
});
