// clouds.yaml and secure.yaml, where openstacksdk looks for them: the first of each that is there. What is wrong with one
// is told with the file and the key, never with a value: they hold passwords.

import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { usage } from './exit.ts';

/** The environment, as process.env has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A mapping of such a file; every value is a text, a list or a mapping, as it was written. */
export type Mapping = { readonly [key: string]: unknown };

/** The clouds there are, and where they were read. */
export interface CloudFile {
  readonly path: string;
  readonly clouds: Readonly<Record<string, Mapping>>;
}

/** The clouds of the first clouds.yaml with those of secure.yaml laid over them; the places looked at when there is none. */
export function readClouds(env: Environment): CloudFile | readonly string[] {
  const places = placesOf('clouds', env['OS_CLIENT_CONFIG_FILE'], 'OS_CLIENT_CONFIG_FILE', env);
  const path = places.find((place) => existsSync(place));
  if (path === undefined) return places.filter((place) => place.endsWith('.yaml'));
  const clouds = cloudsIn(path);
  if (Object.keys(clouds).length === 0) throw usage(`${path} has no clouds in it`);
  const secure = placesOf('secure', env['OS_CLIENT_SECURE_FILE'], 'OS_CLIENT_SECURE_FILE', env).find((place) =>
    existsSync(place),
  );
  if (secure === undefined) return { path, clouds };
  const secrets = cloudsIn(secure);
  // A cloud that is only in secure.yaml is one of another file.
  const whole = Object.entries(clouds).map(([name, cloud]) => [name, over(cloud, secrets[name] ?? {}) as Mapping]);
  return { path, clouds: Object.fromEntries(whole) as CloudFile['clouds'] };
}

/** A text that is there and not empty. */
export function filled(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

/** True for a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placesOf(name: string, own: string | undefined, variable: string, env: Environment): readonly string[] {
  const given = filled(own);
  if (given !== undefined) {
    if (!existsSync(given)) throw usage(`${variable} names ${given}, and there is no such file`);
    return [given];
  }
  const config = filled(env['XDG_CONFIG_HOME']) ?? join(filled(env['HOME']) ?? homedir(), '.config');
  return ['', join(config, 'openstack'), '/etc/openstack'].flatMap((folder) =>
    ['yaml', 'yml', 'json'].map((ending) => join(folder, `${name}.${ending}`)),
  );
}

function cloudsIn(path: string): Readonly<Record<string, Mapping>> {
  const file = parsed(path);
  const clouds = isMapping(file) ? file['clouds'] : file;
  if (clouds === undefined || clouds === null || clouds === '') return {};
  if (!isMapping(clouds)) throw usage(`${path}: "clouds" is no mapping of names to clouds`);
  for (const [name, cloud] of Object.entries(clouds)) {
    if (!isMapping(cloud)) throw usage(`${path}: clouds.${name} is no mapping`);
  }
  return clouds as Readonly<Record<string, Mapping>>;
}

function parsed(path: string): unknown {
  try {
    // Nothing is taken for a number: a password may be 0123.
    return parse(readFileSync(path, 'utf8'), { schema: 'failsafe' }) as unknown;
  } catch (error) {
    // Further lines would show the place, and what is written there; Node's own end with the path.
    throw usage(`${path} cannot be read: ${(error as Error).message.split('\n')[0]?.replace(/:$|, \w+ '.*$/, '')}`);
  }
}

/** `one` with what `other` says laid over it, mappings key by key. */
function over(one: unknown, other: unknown): unknown {
  if (!isMapping(one) || !isMapping(other)) return other;
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(keys.map((key) => [key, key in other ? over(one[key], other[key]) : one[key]]));
}
