// What a configured Keystone changes: who checks tokens, where a 401 points to, and which operations there are.

import { readFileSync } from 'node:fs';
import type { KeystoneIdentity } from '../adapters/keystone/keystone-identity.ts';
import { openKeystone } from '../adapters/keystone/keystone-identity.ts';
import { readPasswordFile } from '../adapters/keystone/password-file.ts';
import type { Operation } from '../api/operation.ts';
import type { KeystoneConfig } from '../config/keystone.ts';
import { keystoneRoot } from '../config/keystone.ts';
import type { Clock } from '../ports/clock.ts';
import { startingWith } from './start-error.ts';

/** The Keystone of a configuration. Throws StartError when a file it names cannot be used; a Keystone that is down is none. */
export async function keystoneOf(
  config: KeystoneConfig,
  clock: Clock,
  onHealth: (problem: string | null) => void,
): Promise<KeystoneIdentity> {
  const { ca_file: caFile, password_file: passwordFile } = config;
  const password = () => readPasswordFile(passwordFile);
  // Now, so that a start says what every sign-in would stumble over.
  await startingWith('keystone.password_file', password);
  const ca = caFile === null ? null : await startingWith('keystone.ca_file', () => readFileSync(caFile));
  return openKeystone({
    clock,
    url: keystoneRoot(config),
    user: {
      name: config.user,
      domain: config.user_domain,
      project: config.project,
      projectDomain: config.project_domain,
    },
    password,
    ca,
    cacheMs: config.cache_time * 1000,
    cacheSize: config.cache_size,
    timeoutMs: config.timeout * 1000,
    parallel: config.parallel,
    serviceRoles: config.service_token_roles,
    onHealth,
  });
}

/** Where a 401 sends who has no token; null: to the built-in identity. */
export function wwwAuthenticateUri(config: KeystoneConfig | null): string | null {
  return config === null ? null : (config.www_authenticate_uri ?? config.auth_url);
}

/** The operations of `all` that exist beside this identity: with a Keystone, those of the built-in one do not. */
export function operationsBeside(config: KeystoneConfig | null, all: readonly Operation[]): readonly Operation[] {
  if (config === null) return all;
  return all.filter(({ root, path }) => root !== 'identity' && !(root === 'versions' && path === '/identity'));
}
