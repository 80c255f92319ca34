// Which extra specs of a flavor are known, and what their values may be: Nova's validators (nova/api/validation/extra_specs) as
// one table. A name whose namespace is not in it is anybody's own.

import { STANDARD_CLASSES, STANDARD_TRAITS } from './standard-traits.ts';

/** What a value may be. A text's `form` is tested, `told` is how Nova writes it in its refusal. */
export type SpecValue =
  | { readonly is: 'flag' }
  | { readonly is: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly is: 'text'; readonly oneOf?: readonly string[]; readonly form?: RegExp; readonly told?: string };

const FLAG: SpecValue = { is: 'flag' };
const TEXT: SpecValue = { is: 'text' };
const ANY_INTEGER: SpecValue = { is: 'integer' };
const from = (min: number, max?: number): SpecValue => ({ is: 'integer', min, ...(max === undefined ? {} : { max }) });
const oneOf = (words: string): SpecValue => ({ is: 'text', oneOf: words.split(' ') });
const form = (regex: RegExp, told: string): SpecValue => ({ is: 'text', form: regex, told });

/** CPUs as `0-3,^2`. The forms that Nova writes take exponential time where these take linear; both take the same texts. */
const CPUS = /^\^?\d+(?:-\d+|,\^?\d+)*$/;

const HW: Readonly<Record<string, SpecValue>> = {
  cpu_realtime: FLAG,
  cpu_realtime_mask: form(CPUS, String.raw`(\^)?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*`),
  hide_hypervisor_id: FLAG,
  cpu_policy: oneOf('dedicated shared mixed'),
  cpu_thread_policy: oneOf('prefer isolate require'),
  emulator_threads_policy: oneOf('isolate share'),
  cpu_dedicated_mask: form(CPUS, String.raw`\^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*`),
  mem_page_size: form(
    /^(?:large|small|any|\d+(?:[kKMGT]i?)?(?:b|bit|B)?)$/,
    String.raw`(large|small|any|\d+([kKMGT]i?)?(b|bit|B)?)`,
  ),
  locked_memory: FLAG,
  numa_nodes: from(1),
  pci_numa_affinity_policy: oneOf('required preferred legacy socket'),
  cpu_sockets: from(1),
  cpu_cores: from(1),
  cpu_threads: from(1),
  max_cpu_sockets: from(1),
  max_cpu_cores: from(1),
  max_cpu_threads: from(1),
  boot_menu: FLAG,
  vif_multiqueue_enabled: FLAG,
  mem_encryption: FLAG,
  pmem: form(/^[a-zA-Z0-9_]+(?:,[a-zA-Z0-9_]+)*,?$/, '([a-zA-Z0-9_]+(,)?)+'),
  pmu: FLAG,
  serial_port_count: from(0),
  tpm_model: oneOf('tpm-tis tpm-crb'),
  tpm_version: oneOf('1.2 2.0'),
  watchdog_action: oneOf('none pause poweroff reset disabled'),
  viommu_model: oneOf('intel smmuv3 virtio auto'),
  ephemeral_encryption: FLAG,
  ephemeral_encryption_format: oneOf('plain luks luksv2'),
};

const CAPABILITIES = `
  id uuid service_id host vcpus memory_mb local_gb vcpus_used memory_mb_used local_gb_used hypervisor_type
  hypervisor_version hypervisor_hostname free_ram_mb free_disk_gb current_workload running_vms disk_available_least host_ip
  mapped cpu_allocation_ratio ram_allocation_ratio disk_allocation_ratio total_usable_ram_mb total_usable_disk_gb
  disk_mb_used free_disk_mb vcpus_total num_instances num_io_ops failed_builds aggregates cell_uuid updated
`;
/** Those that something inside may be asked of, after a colon. */
const DEEP_CAPABILITIES =
  'cpu_info|metrics|stats|numa_topology|supported_hv_specs|pci_device_pools|nodename|pci_stats|supported_instances|limits|instances';

const QUOTA_LEVELS = ['cpu', 'memory', 'disk_io', 'vif'].flatMap((key): [string, SpecValue][] => [
  [`quota:${key}_limit`, from(0)],
  [`quota:${key}_reservation`, ANY_INTEGER],
  [`quota:${key}_shares_level`, oneOf('custom high normal low')],
  [`quota:${key}_shares_share`, from(0)],
]);
const QUOTA_RATES = [
  ...['read', 'write', 'total'].flatMap((stat) => [`disk_${stat}_bytes_sec`, `disk_${stat}_iops_sec`]),
  ...['inbound', 'outbound'].flatMap((stat) => ['average', 'peak', 'burst'].map((rate) => `vif_${stat}_${rate}`)),
];

/** Values by the spec's whole name. */
export const KNOWN_SPECS: ReadonlyMap<string, SpecValue> = new Map([
  ['accel:device_profile', TEXT],
  ...CAPABILITIES.trim()
    .split(/\s+/)
    .map((name): [string, SpecValue] => [`capabilities:${name}`, TEXT]),
  ...Object.entries(HW).map(([name, value]): [string, SpecValue] => [`hw:${name}`, value]),
  ['hw_rng:allowed', FLAG],
  ['hw_rng:rate_bytes', from(0)],
  ['hw_rng:rate_period', from(0)],
  ['hw_video:ram_max_mb', from(0)],
  ['hide_hypervisor_id', FLAG],
  ['group_policy', oneOf('isolate none')],
  ['os:secure_boot', oneOf('disabled required')],
  ['os:resolution', oneOf('1024x768 1280x1024 1600x1200 1920x1200 2560x1600 3840x2160')],
  ['os:monitors', from(1, 8)],
  ['os:vram', oneOf('64 128 256 512 1024')],
  ['pci_passthrough:alias', form(/^[^:]+:\d+(?:\s*,\s*[^:]+:\d+)*$/, String.raw`[^:]+:\d+(?:\s*,\s*[^:]+:\d+)*`)],
  ...QUOTA_LEVELS,
  ['quota:cpu_shares', from(0)],
  ['quota:cpu_period', from(0)],
  ['quota:cpu_quota', ANY_INTEGER],
  ...QUOTA_RATES.map((name): [string, SpecValue] => [`quota:${name}`, from(0)]),
  ['vmware:hw_version', TEXT],
  ['vmware:storage_policy', TEXT],
]);

/** The same for names with a part of their own in them; the last group of `name` is held against `named`. */
export const KNOWN_PATTERNS: readonly {
  readonly name: RegExp;
  readonly named?: ReadonlySet<string>;
  readonly value: SpecValue;
}[] = [
  { name: /^aggregate_instance_extra_specs:.+$/, value: TEXT },
  { name: new RegExp(`^capabilities:(?:${DEEP_CAPABILITIES})(?::\\w+)*$`), value: TEXT },
  { name: /^hw:numa_cpus.\d+$/, value: form(CPUS, String.raw`\^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*`) },
  { name: /^hw:numa_mem.\d+$/, value: from(1) },
  { name: /^resources[\w-]{0,64}:CUSTOM_[A-Z0-9_]+$/, value: ANY_INTEGER },
  { name: /^resources[\w-]{0,64}:([A-Z0-9_]+)$/, named: STANDARD_CLASSES, value: ANY_INTEGER },
  { name: /^trait[\w-]{0,64}:CUSTOM_[A-Z0-9_]+$/, value: oneOf('required forbidden') },
  { name: /^trait[\w-]{0,64}:([A-Z0-9_]+)$/, named: STANDARD_TRAITS, value: oneOf('required forbidden') },
];

/** Namespaces in which only what is known may be named. */
export const OWN_NAMESPACE =
  /^(?:accel|aggregate_instance_extra_specs|capabilities|hw|hw_rng|hw_video|os|pci_passthrough|quota|vmware|(?:resources|trait)[\w-]{0,64})$/;
