// Reads and checks the configuration. Whatever is wrong is told at once, each problem with the key it is about.

import { readFileSync } from 'node:fs';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { isObject } from '../lib/json.ts';
import { problemLines } from './problem-words.ts';
import type { Config } from './sections.ts';
import { CONFIG_SCHEMA } from './sections.ts';

/** A configuration that cannot be used; the message lists every problem, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The configuration in the YAML file at `path`. Throws ConfigError. */
export function loadConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read: ${(error as Error).message}`, { cause: error });
  }
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (error) {
    throw new ConfigError(`${path}: not YAML: ${(error as Error).message}`, { cause: error });
  }
  return checkConfig(value, path);
}

/** `value` as a configuration, defaults filled in. Throws ConfigError, each line beginning with `source`. */
export function checkConfig(value: unknown, source: string): Config {
  const filled = Value.Default(CONFIG_SCHEMA, withInnerDefaults(structuredClone(value)));
  if (Value.Check(CONFIG_SCHEMA, filled)) {
    const twice = filled.hosts.map((host) => host.name).find((name, i, all) => all.indexOf(name) !== i);
    if (twice !== undefined) throw new ConfigError(`${source}: hosts: "${twice}" is there twice`);
    const { beat, unknown_after: unknownAfter } = filled.liveness;
    if (unknownAfter <= beat) {
      throw new ConfigError(`${source}: liveness.unknown_after: must be more than liveness.beat (${beat} s)`);
    }
    if (filled.limits.idle <= filled.commands.nmi_wait) {
      throw new ConfigError(
        `${source}: limits.idle: must be more than commands.nmi_wait (${filled.commands.nmi_wait} s)`,
      );
    }
    return filled;
  }
  throw new ConfigError(
    problemLines(filled)
      .map((line) => `${source}: ${line}`)
      .join('\n'),
  );
}

/** `value` with the defaults inside sections that may be null: a union gets none while anything in it is wrong. */
function withInnerDefaults(value: unknown): unknown {
  if (!isObject(value)) return value;
  const sections: Readonly<Record<string, TSchema & { readonly anyOf?: readonly TSchema[] }>> =
    CONFIG_SCHEMA.properties;
  return Object.fromEntries(
    Object.entries(value).map(([name, section]) => {
      const object = sections[name]?.anyOf?.find((one) => 'properties' in one);
      return [name, object !== undefined && isObject(section) ? Value.Default(object, section) : section];
    }),
  );
}
