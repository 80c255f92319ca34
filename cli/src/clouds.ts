// Finds the cloud to talk to: a named one from the first clouds.yaml there is, else OS_* variables, else the only one in the file.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud, CloudAuth } from '@remnant/client';
import { parse } from 'yaml';
import { usage } from './exit.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The cloud called `name` (or OS_CLOUD), or the one the environment or a file with a single cloud describes. */
export function findCloud(name: string | undefined, env: Environment): Cloud {
  const wanted = name ?? filled(env['OS_CLOUD']);
  if (wanted === undefined && filled(env['OS_AUTH_URL']) !== undefined) return fromEnvironment(env);
  const places = [
    ...(filled(env['OS_CLIENT_CONFIG_FILE']) === undefined ? [] : [env['OS_CLIENT_CONFIG_FILE'] ?? '']),
    'clouds.yaml',
    join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? '', '.config'), 'openstack', 'clouds.yaml'),
    '/etc/openstack/clouds.yaml',
  ];
  const path = places.find((place) => existsSync(place));
  if (path === undefined) {
    throw usage(`no cloud: there is no clouds.yaml (looked at ${places.join(', ')}) and OS_AUTH_URL is not set`);
  }
  return fromFile(path, wanted, env);
}

function fromFile(path: string, wanted: string | undefined, env: Environment): Cloud {
  const clouds = cloudsIn(path);
  const names = Object.keys(clouds);
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined) throw usage(`which cloud? ${path} has ${names.join(', ')}: --os-cloud NAME or OS_CLOUD`);
  const cloud = clouds[name];
  if (cloud === undefined) throw usage(`there is no cloud "${name}" in ${path}; it has ${names.join(', ')}`);
  if (typeof cloud.auth?.auth_url !== 'string') throw usage(`cloud "${name}" in ${path} has no auth.auth_url`);
  const region = filled(env['OS_REGION_NAME']);
  return region === undefined ? cloud : { ...cloud, region_name: region };
}

function cloudsIn(path: string): Record<string, Cloud> {
  try {
    const file = parse(readFileSync(path, 'utf8')) as { clouds?: Record<string, Cloud> } | null;
    return file?.clouds ?? {};
  } catch (error) {
    throw usage(`${path} cannot be read: ${(error as Error).message.split('\n')[0]}`);
  }
}

const AUTH_KEYS = [
  'username',
  'user_id',
  'password',
  'token',
  'project_name',
  'project_id',
  'user_domain_name',
  'user_domain_id',
  'project_domain_name',
  'project_domain_id',
  'system_scope',
] as const satisfies readonly (keyof CloudAuth)[];

function fromEnvironment(env: Environment): Cloud {
  const pairs = AUTH_KEYS.map((key) => [key, filled(env[`OS_${key.toUpperCase()}`])] as const);
  const given = Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  const region = filled(env['OS_REGION_NAME']);
  const face = filled(env['OS_INTERFACE']);
  return {
    auth: { ...given, auth_url: env['OS_AUTH_URL'] ?? '' },
    ...(region === undefined ? {} : { region_name: region }),
    ...(face === undefined ? {} : { interface: face }),
  };
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
