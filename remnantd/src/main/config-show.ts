// `remnantd config show`: the configuration in force, defaults filled in, without what is secret.

import { stringify } from 'yaml';
import type { AgentConfig } from '../config/agent-sections.ts';
import type { Config } from '../config/sections.ts';

const SECRET_KEY = /passw|secret|token$|credential/i;
const HIDDEN = '***';

/** As YAML. */
export function configText(config: Config | AgentConfig): string {
  return stringify(JSON.parse(JSON.stringify(config, hide)));
}

function hide(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return SECRET_KEY.test(key) ? HIDDEN : value.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, `$1:${HIDDEN}@`);
}
