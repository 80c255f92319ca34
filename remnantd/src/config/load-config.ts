// Reads and checks the configuration. Whatever is wrong is told at once, each problem with the key it is about.

import { readFileSync } from 'node:fs';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { fileErrorText } from '../lib/file-error.ts';
import { isObject } from '../lib/json.ts';
import { problemLines } from './problem-words.ts';
import type { Config } from './sections.ts';
import { CONFIG_SCHEMA } from './sections.ts';

/** A configuration that cannot be used; the message lists every problem, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The keys at the top whose own values are right, defaults filled in. */
  readonly sound: Partial<Config>;

  constructor(message: string, options: ErrorOptions & { readonly sound?: Partial<Config> } = {}) {
    super(message, options);
    this.sound = options.sound ?? {};
  }
}

/** The configuration in the YAML file at `path`. Throws ConfigError. */
export function loadConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read: ${fileErrorText(error)}`, { cause: error });
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
  const problems = Value.Check(CONFIG_SCHEMA, filled) ? contradictions(filled) : problemLines(filled);
  if (problems.length === 0) return filled as Config;
  throw new ConfigError(problems.map((line) => `${source}: ${line}`).join('\n'), { sound: soundOf(filled) });
}

/** What is wrong between values that are right by themselves. */
function contradictions({ hosts, liveness, limits, commands }: Config): string[] {
  const names = hosts.map((host) => host.name);
  const twice = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  const problems = Array.from(twice, (name) => `hosts: "${name}" is there twice`);
  if (liveness.unknown_after <= liveness.beat) {
    problems.push(`liveness.unknown_after: must be more than liveness.beat (${liveness.beat} s)`);
  }
  if (limits.idle <= commands.nmi_wait) {
    problems.push(`limits.idle: must be more than commands.nmi_wait (${commands.nmi_wait} s)`);
  }
  return problems;
}

function soundOf(filled: unknown): Partial<Config> {
  if (!isObject(filled)) return {};
  const schemas: Readonly<Record<string, TSchema>> = CONFIG_SCHEMA.properties;
  return Object.fromEntries(
    Object.entries(filled).filter(([name, value]) => schemas[name] !== undefined && Value.Check(schemas[name], value)),
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
