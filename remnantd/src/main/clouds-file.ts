// clouds.yaml, as OpenStack's clients read it: a cloud an account, named like its user. Readable by its owner only: it is
// the one place where the passwords of a new cloud stand.

import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
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
        auth_url: `${url}/identity/v3`,
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
  writeFileSync(`${path}.new`, stringify({ ...file, clouds }), { mode: 0o600 });
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
