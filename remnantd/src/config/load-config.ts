// Reads and checks the configuration. Whatever is wrong is told at once, each problem with the key it is about.

import { readFileSync } from 'node:fs';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
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
  const filled = Value.Default(CONFIG_SCHEMA, structuredClone(value));
  if (Value.Check(CONFIG_SCHEMA, filled)) {
    const twice = filled.hosts.map((host) => host.name).find((name, i, all) => all.indexOf(name) !== i);
    if (twice !== undefined) throw new ConfigError(`${source}: hosts: "${twice}" is there twice`);
    const { beat, unknown_after: unknownAfter } = filled.liveness;
    if (unknownAfter <= beat) {
      throw new ConfigError(`${source}: liveness.unknown_after: must be more than liveness.beat (${beat} s)`);
    }
    return filled;
  }
  const lines = new Set<string>();
  for (const problem of Value.Errors(CONFIG_SCHEMA, filled)) {
    const key = problem.instancePath.slice(1).replaceAll('/', '.');
    if (problem.keyword === 'boolean') lines.add(`${source}: ${key}: no such key`);
    else if (problem.keyword !== 'additionalProperties')
      lines.add(`${source}: ${key || 'the file'}: ${problem.message}`);
  }
  throw new ConfigError([...lines].join('\n'));
}
