// What a configured Keystone changes: who checks tokens, where a 401 points to, and which operations there are.

import type { KeystoneIdentity } from '../adapters/keystone/keystone-identity.ts';
import { openKeystone } from '../adapters/keystone/keystone-identity.ts';
import type { Operation } from '../api/operation.ts';
import type { KeystoneConfig } from '../config/keystone.ts';
import { keystoneRoot } from '../config/keystone.ts';
import { readPasswordFile } from '../lib/password-file.ts';
import type { Clock } from '../ports/clock.ts';
import { loadCa } from './pem-files.ts';
import { StartError } from './start-error.ts';

/** The Keystone of a configuration. Throws StartError when a file it names cannot be used; a Keystone that is down is none. */
export function keystoneOf(
  config: KeystoneConfig,
  clock: Clock,
  onHealth: (problem: string | null) => void,
): KeystoneIdentity {
  checkPassword('keystone', config);
  const ca = keystoneCa(config);
  return openKeystone({
    clock,
    url: keystoneRoot(config),
    user: {
      name: config.user,
      domain: config.user_domain,
      project: config.project,
      projectDomain: config.project_domain,
    },
    password: () => readPasswordFile(config.password_file),
    ca,
    cacheMs: config.cache_time * 1000,
    cacheSize: config.cache_size,
    timeoutMs: config.timeout * 1000,
    parallel: config.parallel,
    serviceRoles: config.service_token_roles,
    onHealth,
  });
}

/** Throws StartError where the password of the section `section` cannot be read: every sign-in would stumble over that. */
export function checkPassword(section: string, { password_file: file }: Pick<KeystoneConfig, 'password_file'>): void {
  try {
    readPasswordFile(file);
  } catch (error) {
    throw new StartError(`${section}.password_file: ${(error as Error).message}`, { cause: error });
  }
}

/** The authorities to trust for Keystone. Throws StartError. */
export function keystoneCa({ ca_file: file }: KeystoneConfig): Buffer | null {
  return loadCa('keystone.ca_file', file);
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
