// What `config check` says: everything that keeps a configuration from being used, its keys, its files and its policy, as far as each
// can be known while another is wrong; and what is allowed but hardly meant.

import { OPERATIONS } from '../api/operations.ts';
import type { AgentConfig } from '../config/agent-sections.ts';
import type { BusConfig } from '../config/bus.ts';
import type { GlanceConfig } from '../config/glance.ts';
import type { KeystoneConfig } from '../config/keystone.ts';
import type { LaneConfig } from '../config/lane.ts';
import { ConfigError, loadAgentConfig, loadConfig } from '../config/load-config.ts';
import { placeWarnings } from '../config/role-problems.ts';
import type { Config } from '../config/sections.ts';
import { PolicyFileError } from '../policy/load-policy.ts';
import { checkBusFiles } from './bus-part.ts';
import { checkGlancePassword, glanceCa } from './images-part.ts';
import { checkIronicPasswords, ironicCa } from './ironic-part.ts';
import { loadPolicyFiles } from './keep-policy.ts';
import { checkPassword, keystoneCa } from './keystone-part.ts';
import { loadCa } from './pem-files.ts';
import { policyPlaces } from './policy-files.ts';
import { allRules } from './rules.ts';
import { StartError } from './start-error.ts';
import { loadTls } from './tls-files.ts';

/** What was found, a line each. */
export interface ConfigFindings {
  readonly problems: readonly string[];
  /** What is allowed but hardly meant. */
  readonly warnings: readonly string[];
}

/** Checks the configuration file at `path`. Throws only for a fault of our own. */
export async function checkConfigFile(path: string): Promise<ConfigFindings> {
  const problems = new Problems();
  const warnings: string[] = [];
  let config: Partial<Config>;
  try {
    config = loadConfig(path);
    warnings.push(...placeWarnings(config as Config).map((line) => `${path}: ${line}`));
  } catch (error) {
    problems.add(error);
    config = (error as ConfigError).sound;
  }
  const { tls, keystone, images, bus, lane, policy, state_dir } = config;
  if (tls != null) await problems.of(() => loadTls(tls));
  if (keystone != null) await keystoneFiles(problems, keystone);
  if (images?.glance != null) await glanceFiles(problems, images.glance);
  for (const host of config.hosts ?? []) await ironicFiles(problems, host);
  if (bus !== undefined) await busFiles(problems, bus);
  if (lane !== undefined) await laneFiles(problems, lane);
  if (policy === undefined || state_dir === undefined) return { problems: problems.lines, warnings };
  await problems.of(async () => {
    const places = policyPlaces({ policy, state_dir });
    warnings.push(...(await loadPolicyFiles({ defaults: allRules(OPERATIONS), places })).warnings);
  });
  return { problems: problems.lines, warnings };
}

/** Checks the configuration file of an agent at `path`, the same way. */
export async function checkAgentFile(path: string): Promise<ConfigFindings> {
  const problems = new Problems();
  await problems.of(async () => {
    const { bus, lane, images, hosts } = loadAgentConfig(path);
    for (const host of hosts) await ironicFiles(problems, host);
    if (images.glance !== null) await glanceFiles(problems, images.glance);
    await busFiles(problems, bus);
    await laneFiles(problems, { ...lane, cert: null, key: null });
  });
  return { problems: problems.lines, warnings: [] };
}

/** What was found to be wrong. */
class Problems {
  readonly lines: string[] = [];

  /** Runs `check`, and keeps the lines of what it throws, unless that is a fault of our own. */
  async of(check: () => unknown): Promise<void> {
    try {
      await check();
    } catch (error) {
      this.add(error);
    }
  }

  add(error: unknown): void {
    const known = [ConfigError, StartError, PolicyFileError].some((kind) => error instanceof kind);
    if (!known) throw error;
    this.lines.push(...(error as Error).message.split('\n'));
  }
}

async function keystoneFiles(problems: Problems, keystone: KeystoneConfig): Promise<void> {
  await problems.of(() => checkPassword('keystone', keystone));
  await problems.of(() => keystoneCa(keystone));
}

async function glanceFiles(problems: Problems, glance: GlanceConfig): Promise<void> {
  await problems.of(() => checkGlancePassword(glance));
  await problems.of(() => glanceCa(glance));
}

async function ironicFiles(problems: Problems, host: AgentConfig['hosts'][number]): Promise<void> {
  await problems.of(() => checkIronicPasswords(host));
  await problems.of(() => ironicCa(host));
}

async function busFiles(problems: Problems, bus: BusConfig): Promise<void> {
  if (bus.url !== null) await problems.of(() => checkBusFiles(bus));
}

async function laneFiles(
  problems: Problems,
  { ca, cert, key }: Pick<LaneConfig, 'ca' | 'cert' | 'key'>,
): Promise<void> {
  if (ca !== null) await problems.of(() => loadCa('lane.ca', ca));
  if (cert !== null && key !== null) await problems.of(() => loadTls({ cert, key }, 'lane'));
}
