// Quotas: what a project may have. -1 is no limit. The resources, their defaults' names and the texts are Nova's
// (nova/quota.py, nova/compute/utils.py check_num_instances_quota).

/** Everything that is limited, in Nova's order. */
export const QUOTA_RESOURCES = [
  'instances',
  'cores',
  'ram',
  'metadata_items',
  'injected_files',
  'injected_file_content_bytes',
  'injected_file_path_bytes',
  'key_pairs',
  'server_groups',
  'server_group_members',
  'fixed_ips',
  'floating_ips',
  'security_groups',
  'security_group_rules',
] as const;
/** Something that is limited. */
export type QuotaResource = (typeof QUOTA_RESOURCES)[number];
/** A number for each resource; as a limit, -1 is none. */
export type QuotaNumbers = Readonly<Record<QuotaResource, number>>;
/** Some of them. */
export type SomeQuotaNumbers = Partial<QuotaNumbers>;

/** What servers take of a quota: how many there are, their CPUs, their memory in MiB. */
export type Taken = Pick<QuotaNumbers, 'instances' | 'cores' | 'ram'>;

/** What one of a request's owners has: the limits, and what they take now. */
export interface Account {
  readonly limits: Taken;
  readonly used: Taken;
}

/** A refusal: what is exceeded, as Nova tells it. */
export interface Exceeded {
  readonly over: readonly (keyof Taken)[];
  readonly requested: readonly string[];
  readonly used: readonly number[];
  readonly allowed: readonly number[];
}

/** What is counted of servers, in the order in which Nova names what is exceeded. */
const COUNTED = ['cores', 'instances', 'ram'] as const satisfies readonly (keyof Taken)[];

/** What of `wanted` more is not left; null when there is room. Asking for nothing of a resource never exceeds it. */
export function exceeded({ limits, used }: Account, wanted: Taken): Exceeded | null {
  const over = COUNTED.filter((one) => wanted[one] > 0 && limits[one] >= 0 && used[one] + wanted[one] > limits[one]);
  if (over.length === 0) return null;
  return {
    over,
    requested: over.map((one) => String(wanted[one])),
    used: over.map((one) => used[one]),
    allowed: over.map((one) => limits[one]),
  };
}

/**
 * How many servers of a size there is room for, at most `max`; when they are fewer than `min`, what is exceeded. `accounts`: the
 * project's, and the user's where that has limits of its own.
 */
export function countWithin(
  accounts: readonly Account[],
  size: { readonly vcpus: number; readonly ram: number },
  { min, max }: { readonly min: number; readonly max: number },
): number | Exceeded {
  const each: Taken = { instances: 1, cores: size.vcpus, ram: size.ram };
  let room = max;
  for (const { limits, used } of accounts) {
    for (const one of COUNTED) {
      if (limits[one] < 0 || each[one] === 0) continue;
      room = Math.min(room, Math.floor((limits[one] - used[one]) / each[one]));
    }
  }
  if (room >= min) return room;
  const all: Taken = { instances: max, cores: max * size.vcpus, ram: max * size.ram };
  for (const account of accounts) {
    const told = exceeded(account, all);
    if (told === null) continue;
    const requested = told.over.map((one, at) =>
      one === 'instances' && min < max ? `${min}-${max}` : (told.requested[at] ?? ''),
    );
    return { ...told, requested };
  }
  throw new Error('less room than wanted, and nothing exceeded');
}
