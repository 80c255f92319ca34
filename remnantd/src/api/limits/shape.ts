// The absolute limits of a project by Nova's names, one row each (nova/api/openstack/compute/views/limits.py).

import type { QuotaState } from '../../access/quota-access.ts';
import type { VersionSpan } from '../../model/microversion.ts';
import type { QuotaResource } from '../../model/quota.ts';
import { INTEGER, shownAs } from '../reply-schema.ts';
import type { Field } from '../shape.ts';
import { shape } from '../shape.ts';

type LimitField = Field<QuotaState, null, 'full', never>;

const most = (name: string, of: QuotaResource, doc: string, span: VersionSpan = {}): LimitField => ({
  name,
  ...span,
  type: INTEGER,
  doc: `${doc}; -1 for no limit`,
  from: ({ limits }) => limits[of],
});
const used = (name: string, of: QuotaResource, doc: string, span: VersionSpan = {}): LimitField => ({
  name,
  ...span,
  type: INTEGER,
  doc,
  from: ({ used: now }) => now[of],
});
/** Nova's answers on behalf of other services ended with these. */
const PROXIED = { until: '2.35' } as const;
const IMAGE_META = { until: '2.38' } as const;
const PERSONALITY = { until: '2.56' } as const;

/** A project's limits, and what it has. */
export const LIMITS_SHAPE = shape<QuotaState, null, 'full', never>([
  most('maxTotalInstances', 'instances', 'Servers it may have'),
  most('maxTotalCores', 'cores', 'CPUs they may have together'),
  most('maxTotalRAMSize', 'ram', 'Memory they may have together, MiB'),
  most('maxServerMeta', 'metadata_items', 'Metadata of one server'),
  most('maxImageMeta', 'metadata_items', 'Metadata of one image', IMAGE_META),
  most('maxPersonality', 'injected_files', 'Files put into one server', PERSONALITY),
  most('maxPersonalitySize', 'injected_file_content_bytes', 'Bytes of one such file', PERSONALITY),
  most('maxTotalKeypairs', 'key_pairs', 'Key pairs of one user'),
  most('maxServerGroups', 'server_groups', 'Server groups'),
  most('maxServerGroupMembers', 'server_group_members', "One user's servers in one group"),
  most('maxTotalFloatingIps', 'floating_ips', 'Floating addresses', PROXIED),
  most('maxSecurityGroups', 'security_groups', 'Security groups', PROXIED),
  most('maxSecurityGroupRules', 'security_group_rules', 'Rules of one of them', PROXIED),
  used('totalRAMUsed', 'ram', 'Memory of its servers, MiB'),
  used('totalCoresUsed', 'cores', 'CPUs of its servers'),
  used('totalInstancesUsed', 'instances', 'Servers it has'),
  used('totalFloatingIpsUsed', 'floating_ips', 'Always 0: there is no network service', PROXIED),
  used('totalSecurityGroupsUsed', 'security_groups', 'Always 0: there is no network service', PROXIED),
  used('totalServerGroupsUsed', 'server_groups', 'Server groups it has'),
]);

/** The same, for the OpenAPI document. */
export const LIMITS_REPLY = shownAs('AbsoluteLimits', LIMITS_SHAPE, 'full');
