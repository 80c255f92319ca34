// clouds.yaml, as OpenStack's clients read it: a cloud an account, named like its user. Readable by its owner only: it is
// the one place where the passwords of a new cloud stand.

import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isScalar, parse, parseDocument, stringify } from 'yaml';
import type { NewAccount } from '../app/identity/first-cloud.ts';
import { isObject } from '../lib/json.ts';
import { DEFAULT_DOMAIN } from '../model/identity.ts';

/**
 * Adds clouds for `accounts` to the file at `path`, keeping all that is there; an empty file is as good as none.
 * Throws an Error naming the file when what is there is no clouds.yaml: it is left alone.
 */
export function addClouds(path: string, accounts: readonly NewAccount[], url: string, region: string): void {
  if (accounts.length === 0) return;
  const file = readClouds(path);
  const clouds: Record<string, unknown> = { ...file.clouds };
  for (const account of accounts) {
    clouds[account.user] = {
      auth_type: 'password',
      auth: {
        auth_url: authUrl(url),
        username: account.user,
        password: account.password,
        project_name: account.project,
        user_domain_name: DEFAULT_DOMAIN.name,
        project_domain_name: DEFAULT_DOMAIN.name,
      },
      region_name: region,
      identity_api_version: '3',
    };
  }
  replace(path, stringify({ ...file, clouds }));
}

/**
 * Puts right where the clouds of `users` in the file at `path` sign in: the port may be another since, or TLS be there. Every
 * other byte stays. A cloud counts as a user's when it has its name and signs in as it, at an identity/v3. Gives true if the
 * file was changed; one that is no clouds.yaml is left alone.
 */
export function correctAuthUrls(path: string, users: readonly string[], url: string): boolean {
  if (!existsSync(path)) return false;
  const before = readFileSync(path, 'utf8');
  const file = parseDocument(before);
  if (file.errors.length > 0) return false;
  const places = users.flatMap((user) => {
    const at = file.getIn(['clouds', user, 'auth', 'auth_url'], true);
    if (file.getIn(['clouds', user, 'auth', 'username']) !== user || !isScalar(at)) return [];
    const isStale = typeof at.value === 'string' && OURS.test(at.value) && at.value !== authUrl(url);
    return isStale && at.range != null ? [at.range] : [];
  });
  if (places.length === 0) return false;
  // From the end, so that the places before it stay where they are.
  const after = places
    .toSorted(([a], [b]) => b - a)
    .reduce((text, [from, to]) => `${text.slice(0, from)}${JSON.stringify(authUrl(url))}${text.slice(to)}`, before);
  replace(path, after);
  return true;
}

const OURS = /^https?:\/\/[^/]+\/identity\/v3\/?$/;

function authUrl(url: string): string {
  return `${url}/identity/v3`;
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}

function readClouds(path: string): { readonly clouds?: object } {
  if (!existsSync(path)) return {};
  let file: unknown;
  try {
    file = parse(readFileSync(path, 'utf8')) ?? {};
  } catch (error) {
    throw new Error(`${path}: not YAML: ${(error as Error).message}`, { cause: error });
  }
  const clouds = isObject(file) ? (file['clouds'] ?? {}) : null;
  if (!isObject(file) || !isObject(clouds)) throw new Error(`${path}: not a clouds.yaml: it has no mapping "clouds"`);
  return { ...file, clouds };
}
