// Reads and checks the configuration. Whatever is wrong is told at once, each problem with the key it is about.

import { readFileSync } from 'node:fs';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { fileErrorText } from '../lib/file-error.ts';
import { isObject } from '../lib/json.ts';
import type { AgentConfig } from './agent-sections.ts';
import { AGENT_SCHEMA } from './agent-sections.ts';
import { problemLines } from './problem-words.ts';
import { agentProblems, hostProblems, placeProblems } from './role-problems.ts';
import type { Config } from './sections.ts';
import { CONFIG_SCHEMA } from './sections.ts';

/** A schema of sections. */
type ObjectSchema = TSchema & { readonly properties: Readonly<Record<string, TSchema>> };

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
  return checkConfig(readYaml(path), path);
}

/** The configuration of an agent in the YAML file at `path`. Throws ConfigError. */
export function loadAgentConfig(path: string): AgentConfig {
  return checkAgentConfig(readYaml(path), path);
}

/** `value` as a configuration, defaults filled in. Throws ConfigError, each line beginning with `source`. */
export function checkConfig(value: unknown, source: string): Config {
  return checked<Config>(CONFIG_SCHEMA, contradictions, value, source);
}

/** `value` as the configuration of an agent, the same way. */
export function checkAgentConfig(value: unknown, source: string): AgentConfig {
  return checked<AgentConfig>(AGENT_SCHEMA, agentProblems, value, source);
}

function readYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read: ${fileErrorText(error)}`, { cause: error });
  }
  try {
    return parse(text) ?? {};
  } catch (error) {
    throw new ConfigError(`${path}: not YAML: ${(error as Error).message}`, { cause: error });
  }
}

function checked<T>(schema: ObjectSchema, between: (filled: T) => string[], value: unknown, source: string): T {
  const filled = Value.Default(schema, withInnerDefaults(schema, structuredClone(value)));
  const problems = Value.Check(schema, filled) ? between(filled as T) : problemLines(schema, filled);
  if (problems.length === 0) return filled as T;
  throw new ConfigError(problems.map((line) => `${source}: ${line}`).join('\n'), { sound: soundOf(schema, filled) });
}

/** What is wrong between values that are right by themselves. */
function contradictions(config: Config): string[] {
  const { hosts, liveness, limits, commands } = config;
  const problems = [...hostProblems(hosts), ...placeProblems(config)];
  if (liveness.unknown_after <= liveness.beat) {
    problems.push(`liveness.unknown_after: must be more than liveness.beat (${liveness.beat} s)`);
  }
  if (limits.idle <= commands.nmi_wait) {
    problems.push(`limits.idle: must be more than commands.nmi_wait (${commands.nmi_wait} s)`);
  }
  for (const [at, { ironic }] of hosts.entries()) {
    const longest = ironic === null ? 0 : ironic.nmi_timeout + LONGER_THAN_NMI;
    if (limits.idle <= longest) {
      problems.push(
        `limits.idle: must be more than ${longest} s, for hosts[${at}].ironic.nmi_timeout and ${LONGER_THAN_NMI} s`,
      );
    }
  }
  return problems;
}

/** What an NMI through an Ironic may take beside its own time: to be taken, for a locked node, for a look at the BMC. Seconds. */
const LONGER_THAN_NMI = 90;

function soundOf(schema: ObjectSchema, filled: unknown): Partial<Config> {
  if (!isObject(filled)) return {};
  const schemas = schema.properties;
  return Object.fromEntries(
    Object.entries(filled).filter(([name, value]) => schemas[name] !== undefined && Value.Check(schemas[name], value)),
  );
}

/** `value` with the defaults inside sections that may be null: a union gets none while anything in it is wrong. */
function withInnerDefaults(schema: ObjectSchema, value: unknown): unknown {
  if (!isObject(value)) return value;
  const sections: Readonly<Record<string, TSchema & { readonly anyOf?: readonly TSchema[] }>> = schema.properties;
  return Object.fromEntries(
    Object.entries(value).map(([name, section]) => {
      const object = sections[name]?.anyOf?.find((one) => 'properties' in one);
      return [name, object !== undefined && isObject(section) ? Value.Default(object, section) : section];
    }),
  );
}
