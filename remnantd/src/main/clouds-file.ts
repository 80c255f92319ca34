// clouds.yaml, as OpenStack's clients read it: a cloud an account, named like its user. Readable by its owner only: it is
// the one place where the passwords of a new cloud stand.

import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { NewAccount } from '../app/identity/first-cloud.ts';
import { DEFAULT_DOMAIN } from '../model/identity.ts';

interface CloudsFile {
  clouds: Record<string, unknown>;
}

/** Adds clouds for `accounts` to the file at `path`, keeping those that are there. */
export function addClouds(path: string, accounts: readonly NewAccount[], url: string, region: string): void {
  if (accounts.length === 0) return;
  const file: CloudsFile = existsSync(path) ? (parse(readFileSync(path, 'utf8')) as CloudsFile) : { clouds: {} };
  for (const account of accounts) {
    file.clouds[account.user] = {
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
  writeFileSync(`${path}.new`, stringify(file), { mode: 0o600 });
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}
