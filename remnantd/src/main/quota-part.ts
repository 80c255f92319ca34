// The quotas of the configuration, as the rest of the daemon takes them.

import type { Config } from '../config/sections.ts';
import type { QuotaNumbers } from '../model/quota.ts';

/** With what Nova still shows of a network service it no longer has: no limit, as everywhere. */
export function configuredQuotas({ quota }: Config): QuotaNumbers {
  return { ...quota, fixed_ips: -1, floating_ips: -1, security_groups: -1, security_group_rules: -1 };
}
