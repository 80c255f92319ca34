// What `config check` says: everything that keeps a configuration from being used, its keys, its certificate and its policy, as
// far as each can be known while another is wrong.

import { OPERATIONS } from '../api/operations.ts';
import { ConfigError, loadConfig } from '../config/load-config.ts';
import type { Config } from '../config/sections.ts';
import { PolicyFileError } from '../policy/load-policy.ts';
import { loadPolicyFiles } from './keep-policy.ts';
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
  const problems: string[] = [];
  const collect = (error: unknown) => {
    const known = [ConfigError, StartError, PolicyFileError].some((kind) => error instanceof kind);
    if (!known) throw error;
    problems.push(...(error as Error).message.split('\n'));
  };
  let config: Partial<Config>;
  try {
    config = loadConfig(path);
  } catch (error) {
    collect(error);
    config = (error as ConfigError).sound;
  }
  const { tls, policy, state_dir } = config;
  try {
    if (tls != null) loadTls(tls);
  } catch (error) {
    collect(error);
  }
  if (policy === undefined || state_dir === undefined) return { problems, warnings: [] };
  try {
    const { warnings } = await loadPolicyFiles({
      defaults: allRules(OPERATIONS),
      places: policyPlaces({ policy, state_dir }),
    });
    return { problems, warnings };
  } catch (error) {
    collect(error);
    return { problems, warnings: [] };
  }
}
