// What the Keystone adapter asks, remembers and refuses.

import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../test/harness/certificate.ts';
import { ANN, MINUTE, NOVA, openKeystoneRig, UNAVAILABLE, useKeystone } from '../../../test/harness/keystone-rig.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { identityContract } from '../../ports/identity.contract.ts';

identityContract('the Keystone adapter', async () => {
  const { clock, keystone, identity, close } = await openKeystoneRig();
  return {
    identity,
    ann: { id: 'ann-id' },
    web: { id: 'web-id' },
    issue: (scope) =>
      Promise.resolve(
        keystone.issue(
          scope === 'project'
            ? ANN
            : { user: 'ann', ...(scope === 'system' ? { system: true, roles: ['reader'] } : {}) },
        ),
      ),
    revoke: (token) => {
      keystone.revoke(token);
      clock.advance(5 * MINUTE);
      return Promise.resolve();
    },
    expired: () => {
      const token = keystone.issue({ ...ANN, livesMs: MINUTE });
      clock.advance(MINUTE);
      return Promise.resolve(token);
    },
    close,
  };
});

describe('what is remembered', () => {
  it('is asked once, however often a token comes', async () => {
    const { keystone, identity } = await useKeystone();
    const token = keystone.issue(ANN);
    for (let i = 0; i < 5; i += 1) expect(await identity.authenticate(token)).toMatchObject({ userName: 'ann' });
    expect(keystone.questions()).toBe(1);
    expect(keystone.signIns()).toBe(1);
  });

  it('is asked once when a token comes many times at once', async () => {
    const { keystone, identity } = await useKeystone();
    const [good, bad] = [keystone.issue(ANN), 'junk'];
    const callers = await Promise.all([good, bad, good, bad, good, bad].map((token) => identity.authenticate(token)));
    expect(callers.map((caller) => caller?.userName ?? null)).toEqual(['ann', null, 'ann', null, 'ann', null]);
    expect([keystone.questions(good), keystone.questions(bad)]).toEqual([1, 1]);
  });

  it('holds for the cache time and no longer: a revocation is seen then', async () => {
    const { clock, keystone, identity } = await useKeystone();
    const token = keystone.issue(ANN);
    await identity.authenticate(token);
    keystone.revoke(token);
    clock.advance(5 * MINUTE - 1_000);
    expect(await identity.authenticate(token)).not.toBeNull();
    clock.advance(1_000);
    expect(await identity.authenticate(token)).toBeNull();
  });

  it('ends with the token', async () => {
    const { clock, keystone, identity } = await useKeystone();
    const token = keystone.issue({ ...ANN, livesMs: MINUTE });
    expect(await identity.authenticate(token)).not.toBeNull();
    clock.advance(MINUTE);
    expect(await identity.authenticate(token)).toBeNull();
  });

  it('is nothing when the cache time is 0', async () => {
    const { keystone, identity } = await useKeystone({ cacheMs: 0 });
    const token = keystone.issue(ANN);
    expect(await identity.authenticate(token)).not.toBeNull();
    keystone.revoke(token);
    expect(await identity.authenticate(token)).toBeNull();
    expect(keystone.questions(token)).toBe(2);
  });

  it('is bounded: the token that was used longest ago is asked about again', async () => {
    const { keystone, identity } = await useKeystone({ cacheSize: 2 });
    const [a, b, c] = [keystone.issue(ANN), keystone.issue(ANN), keystone.issue(ANN)];
    for (const token of [a, b, a, c, a, b]) await identity.authenticate(token);
    expect([a, b, c].map((token) => keystone.questions(token))).toEqual([1, 2, 1]);
  });

  it('holds for junk too, for a short time, and junk pushes nobody out', async () => {
    const { clock, keystone, identity } = await useKeystone({ cacheSize: 2 });
    const good = keystone.issue(ANN);
    await identity.authenticate(good);
    for (const junk of ['j1', 'j2', 'j3', 'j3', 'j3']) expect(await identity.authenticate(junk)).toBeNull();
    await identity.authenticate(good);
    expect([keystone.questions(good), keystone.questions('j3')]).toEqual([1, 1]);
    clock.advance(5_000);
    await identity.authenticate('j3');
    expect(keystone.questions('j3')).toBe(2);
  });

  it('asks for no catalogue, and never about what can be no token', async () => {
    const { keystone, identity } = await useKeystone();
    await identity.authenticate(keystone.issue(ANN));
    expect(keystone.asked.find((one) => one.method === 'GET')?.url).toBe('/v3/auth/tokens?nocatalog');
    await identity.authenticate('a\r\nx-auth-token: b');
    expect(keystone.questions()).toBe(1);
  });
});

describe('service tokens', () => {
  it('let an expired token through, and only with one of the roles wanted', async () => {
    const { clock, keystone, identity } = await useKeystone();
    const token = keystone.issue({ ...ANN, livesMs: MINUTE });
    clock.advance(MINUTE);
    const [service, plain] = [keystone.issue(NOVA), keystone.issue(ANN)];
    expect(await identity.authenticate(token, service)).toMatchObject({ userName: 'ann', projectName: 'web' });
    expect(await identity.authenticate(token, plain)).toBeNull();
    expect(await identity.authenticate(token)).toBeNull();
    expect(await identity.authenticate(token, service)).not.toBeNull();
    expect(keystone.asked.filter((one) => one.url.includes('allow_expired=1'))).toHaveLength(1);
  });

  it('are no help to a revoked token, nor to junk', async () => {
    const { keystone, identity } = await useKeystone();
    const [service, gone] = [keystone.issue(NOVA), keystone.issue(ANN)];
    keystone.revoke(gone);
    expect(await identity.authenticate(gone, service)).toBeNull();
    expect(await identity.authenticate('junk', service)).toBeNull();
  });

  it('that are bad spoil a good token, and so do expired ones', async () => {
    const { clock, keystone, identity } = await useKeystone();
    const [token, service] = [keystone.issue(ANN), keystone.issue({ ...NOVA, livesMs: MINUTE })];
    expect(await identity.authenticate(token, 'junk')).toBeNull();
    expect(await identity.authenticate(token, service)).not.toBeNull();
    clock.advance(MINUTE);
    expect(await identity.authenticate(token, service)).toBeNull();
    expect(await identity.authenticate(token)).not.toBeNull();
  });
});

it('takes no token that may be used for some requests only', async () => {
  const { keystone, identity } = await useKeystone();
  const rules = [{ service: 'compute', method: 'GET', path: '/v2.1/servers' }];
  expect(await identity.authenticate(keystone.issue({ ...ANN, accessRules: rules }))).toBeNull();
  // Nor if Keystone shows it unasked.
  keystone.instead = (asked, response) => {
    const user = { id: 'u', name: 'u', domain: { id: 'default' } };
    const times = { issued_at: '2026-01-01T00:00:00Z', expires_at: '2040-01-01T00:00:00Z' };
    const token = { user, ...times, roles: [], application_credential: { id: 'c', access_rules: rules } };
    if (asked.method === 'GET') response.writeHead(200).end(JSON.stringify({ token }));
    return asked.method === 'GET';
  };
  expect(await identity.authenticate('restricted')).toBeNull();
});

it('knows a token for a domain from one for nothing', async () => {
  const { keystone, identity } = await useKeystone();
  const token = keystone.issue({ user: 'ann', domain: 'Default', roles: ['ADMIN'] });
  expect(await identity.authenticate(token)).toMatchObject({
    projectId: null,
    systemScope: null,
    domainScope: 'Default-id',
    roles: ['admin'],
  });
});

it('trusts over HTTPS only whom it is told to trust', async () => {
  const dir = tempDir();
  const [its, other] = [makeCertificate(dir, 'keystone'), makeCertificate(dir, 'other')];
  const trusting = await useKeystone({ ca: its.cert }, undefined, its);
  expect(trusting.keystone.url).toMatch(/^https:/);
  expect(await trusting.identity.authenticate(trusting.keystone.issue(ANN))).toMatchObject({ userName: 'ann' });
  for (const ca of [other.cert, null]) {
    const { keystone, identity } = await useKeystone({ ca }, undefined, its);
    await expect(identity.authenticate(keystone.issue(ANN))).rejects.toMatchObject(UNAVAILABLE);
    expect(identity.healthy()).toContain('self-signed certificate');
    expect(keystone.asked).toEqual([]);
  }
});
