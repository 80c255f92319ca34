// The Keystone adapter on a Keystone of the tests' own, over real HTTP, on a clock that can be moved on.

import { onTestFinished } from 'vitest';
import type { KeystoneOptions } from '../../src/adapters/keystone/keystone-identity.ts';
import { openKeystone } from '../../src/adapters/keystone/keystone-identity.ts';
import type { TestCertificate } from './certificate.ts';
import { FakeKeystone } from './fake-keystone.ts';
import { testClock } from './test-clock.ts';
import { waitFor } from './wait-for.ts';

/** A minute, ms. */
export const MINUTE = 60_000;
/** What an identity throws that cannot tell. */
export const UNAVAILABLE = { name: 'IdentityUnavailable' };

/** A Keystone and the adapter on it, which has had its first word from it; `before` sees the Keystone first. */
export async function openKeystoneRig(
  options: Partial<KeystoneOptions> = {},
  before?: (keystone: FakeKeystone) => void,
  tls: TestCertificate | null = null,
) {
  const clock = testClock();
  const keystone = await FakeKeystone.start(() => clock.wall(), tls);
  before?.(keystone);
  const told: (string | null)[] = [];
  const identity = openKeystone({
    clock,
    url: keystone.url,
    user: { name: 'remnant', domain: 'Default', project: 'service', projectDomain: 'Default' },
    password: () => 'secret',
    ca: null,
    cacheMs: 5 * MINUTE,
    cacheSize: 1000,
    timeoutMs: 5_000,
    parallel: 4,
    serviceRoles: ['service'],
    onHealth: (problem) => told.push(problem),
    ...options,
  });
  const waited = () => identity.healthy()?.includes('has not answered yet') !== true;
  await waitFor('its first word from Keystone', waited);
  const close = async () => {
    identity.close();
    await keystone.stop();
    clock.stop();
  };
  return { clock, keystone, identity, told, close };
}

/** The same, gone when the test is over. */
export async function useKeystone(...how: Parameters<typeof openKeystoneRig>) {
  const rig = await openKeystoneRig(...how);
  onTestFinished(rig.close);
  return rig;
}

/** A member's token. */
export const ANN = { user: 'ann', project: 'web', roles: ['Member', 'reader'] };
/** A service's token. */
export const NOVA = { user: 'nova', project: 'service', roles: ['service'] };
