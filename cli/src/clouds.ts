// Finds the cloud to talk to: a named one of clouds.yaml, else what --os-* and OS_* describe, else the only one in the file.
// A --os-* option goes over whatever was found; OS_* variables do not mix with a named cloud, but for the region.

import type { Cloud, CloudAuth } from '@remnant/client';
import type { CloudFile, Environment, Mapping } from './cloud-files.ts';
import { filled, isMapping, readClouds } from './cloud-files.ts';
import { usage } from './exit.ts';

/** The keys of `auth`, which OS_* variables and --os-* options have too: `user_id`, OS_USER_ID, --os-user-id. */
export const AUTH_KEYS = [
  'auth_url',
  'username',
  'user_id',
  'password',
  'token',
  'application_credential_id',
  'application_credential_secret',
  'project_name',
  'project_id',
  'user_domain_name',
  'user_domain_id',
  'project_domain_name',
  'project_domain_id',
  'system_scope',
  'endpoint',
] as const satisfies readonly (keyof CloudAuth)[];

/** What stands beside `auth`, the same way. */
export const CLOUD_KEYS = ['auth_type', 'region_name', 'interface', 'cacert'] as const;

/** What was said on the command line: `cloud`, and any of the keys above. */
export type Overrides = Readonly<Record<string, string | undefined>>;

/** A cloud, and what it takes to talk to it. */
export interface FoundCloud {
  readonly cloud: Cloud;
  /** A file with the certificates to trust besides the usual ones. */
  readonly cacert: string | undefined;
  /** False if certificates are not to be checked. */
  readonly verify: boolean;
  /** Where it was found, for messages. */
  readonly origin: string;
}

/** Names that are said in another way, too. */
const ALIASES: Readonly<Record<string, string>> = {
  OS_TENANT_NAME: 'project_name',
  OS_TENANT_ID: 'project_id',
};

/** The cloud that is meant. Ends the command with a usage error when there is none, or several. */
export function findCloud(overrides: Overrides, env: Environment): FoundCloud {
  const name = filled(overrides['cloud']) ?? filled(env['OS_CLOUD']);
  const variables = fromVariables(env);
  const said = (key: string) => filled(overrides[key]) ?? filled(variables[key]);
  if (name === undefined && (said('auth_url') !== undefined || said('endpoint') !== undefined)) {
    return complete({ ...variables, ...given(overrides) }, {}, true, '--os-* and OS_*');
  }
  const file = readClouds(env);
  if (!('clouds' in file)) {
    const wanted = name === undefined ? 'no cloud' : `cloud "${name}"`;
    throw usage(
      `${wanted}: there is no clouds.yaml (looked at ${file.join(', ')})${name === undefined ? ', and no OS_AUTH_URL' : ''}`,
    );
  }
  const [found, entry] = choose(file, name);
  const origin = `cloud "${found}" in ${file.path}`;
  const region = filled(env['OS_REGION_NAME']);
  const flat = { ...flatten(entry, origin), ...(region === undefined ? {} : { region_name: region }) };
  const ruled = given(overrides);
  // A token or a password that was typed is what is meant, whatever the file would sign in with.
  const typed =
    ruled['token'] === undefined
      ? ruled['password'] === undefined
        ? {}
        : { auth_type: 'password' }
      : { auth_type: 'token' };
  return complete({ ...flat, ...typed, ...ruled }, entry, verifyOf(entry), origin);
}

function choose(file: CloudFile, name: string | undefined): readonly [string, Mapping] {
  const names = Object.keys(file.clouds);
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  if (wanted === undefined)
    throw usage(`which cloud? ${file.path} has ${names.join(', ')}: --os-cloud NAME or OS_CLOUD`);
  const entry = file.clouds[wanted];
  if (entry === undefined) throw usage(`there is no cloud "${wanted}" in ${file.path}; it has ${names.join(', ')}`);
  return [wanted, entry];
}

function fromVariables(env: Environment): Record<string, string> {
  const aliases = Object.entries(ALIASES).map(([variable, key]) => [key, filled(env[variable])] as const);
  const own = [...AUTH_KEYS, ...CLOUD_KEYS].map((key) => [key, filled(env[`OS_${key.toUpperCase()}`])] as const);
  const overrides = Object.entries(env).flatMap(([variable, value]) => {
    const service = /^OS_(\w+)_ENDPOINT_OVERRIDE$/.exec(variable)?.[1];
    return service === undefined ? [] : [[`${service.toLowerCase()}_endpoint_override`, filled(value)] as const];
  });
  return given(Object.fromEntries([...aliases, ...own.filter(([, value]) => value !== undefined), ...overrides]));
}

/** The entry's texts, `auth` and what is beside it in one. */
function flatten(entry: Mapping, origin: string): Record<string, string> {
  const auth = entry['auth'] ?? {};
  if (!isMapping(auth)) throw usage(`${origin}: auth is no mapping`);
  const beside = [
    ...CLOUD_KEYS,
    'endpoint_type',
    ...Object.keys(entry).filter((key) => key.endsWith('_endpoint_override')),
  ];
  const pairs = [
    ...AUTH_KEYS.map((key) => [`auth.${key}`, key, auth[key]] as const),
    ...beside.map((key) => [key, key === 'endpoint_type' ? 'interface' : key, entry[key]] as const),
  ];
  const texts = pairs.flatMap(([where, key, value]) => {
    if (value === undefined || value === '') return [];
    if (typeof value !== 'string') throw usage(`${origin}: ${where} is no text`);
    return [[key, value] as const];
  });
  return Object.fromEntries(texts);
}

function verifyOf(entry: Mapping): boolean {
  const text = entry['verify'];
  return typeof text !== 'string' || !/^(false|no|off|0)$/i.test(text);
}

function complete(flat: Readonly<Record<string, string>>, entry: Mapping, verify: boolean, origin: string): FoundCloud {
  const auth: CloudAuth = Object.fromEntries(AUTH_KEYS.flatMap((key) => pairOf(flat, key)));
  const alone = auth.auth_url === undefined && auth.endpoint !== undefined && auth.token !== undefined;
  const type = flat['auth_type'] === 'token_endpoint' || alone ? 'admin_token' : flat['auth_type'];
  if (auth.auth_url === undefined && type !== 'admin_token') {
    const profile = entry['profile'] ?? entry['cloud'];
    const why = typeof profile === 'string' ? `; what the profile "${profile}" says is not known here` : '';
    throw usage(`${origin}: auth.auth_url is missing${why}`);
  }
  const services = Object.entries(flat).flatMap(([key, url]) => {
    const service = /^(\w+)_endpoint_override$/.exec(key)?.[1];
    return service === undefined ? [] : [[service.replaceAll('_', '-'), url] as const];
  });
  const cloud: Cloud = {
    auth,
    ...(type === undefined ? {} : { auth_type: type }),
    ...Object.fromEntries(pairOf(flat, 'region_name')),
    ...Object.fromEntries(pairOf(flat, 'interface')),
    ...(services.length === 0 ? {} : { endpoint_override: Object.fromEntries(services) }),
  };
  return { cloud, cacert: flat['cacert'], verify, origin };
}

function pairOf(flat: Readonly<Record<string, string>>, key: string): [string, string][] {
  const value = filled(flat[key]);
  return value === undefined ? [] : [[key, value]];
}

function given(texts: Overrides): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}
