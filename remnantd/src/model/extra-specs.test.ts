// What Nova says of extra specs: known names with values they may have or not, unknown names in known namespaces, and that
// no value takes long to judge.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { extraSpecProblem } from './extra-specs.ts';
import { STANDARD_CLASSES, STANDARD_TRAITS } from './standard-traits.ts';

it.each([
  ['hw:cpu_policy', 'dedicated'],
  ['hw:cpu_realtime', 'Yes'],
  ['hw:cpu_realtime_mask', '^0-1'],
  ['hw:cpu_dedicated_mask', '0-3,^2,5-6-7'],
  ['hw:numa_cpus.0', '0,1'],
  ['hw:numa_mem.12', '512'],
  ['hw:mem_page_size', '2MiB'],
  ['hw:pmem', '4GB,8GB,'],
  ['os:monitors', ' 8 '],
  ['quota:cpu_quota', '-1'],
  ['quota:disk_total_iops_sec', '1_000'],
  ['quota:vif_inbound_peak', '0'],
  ['pci_passthrough:alias', 'gpu:1, nic:2'],
  ['resources:VCPU', '2'],
  ['resources1:CUSTOM_GPU', '1'],
  ['trait:HW_CPU_X86_AVX', 'required'],
  ['trait_group-1:CUSTOM_A', 'forbidden'],
  ['capabilities:vcpus', '>= 4'],
  ['capabilities:cpu_info:features', 's== avx'],
  ['capabilities:cpu_info', 'x'],
  ['aggregate_instance_extra_specs:ssd', 'true'],
  ['accel:device_profile', 'any'],
  ['hide_hypervisor_id', 'off'],
  // Nobody's namespace, and no namespace at all.
  ['mine:whatever', 'x'],
  ['powervm:uncapped', 'x'],
  ['plain', ''],
])('%s may be %j', (name, value) => {
  expect(extraSpecProblem(name, value)).toBeNull();
});

it.each<readonly [name: string, value: string, why: string]>([
  ['hw:cpu_policy', 'any', "'any' is not one of: dedicated, shared, mixed."],
  ['hw:cpu_realtime', 'perhaps', "'perhaps' is not a valid boolean-like value."],
  ['hw:numa_nodes', 'two', "'two' is not a valid integer value."],
  ['hw:numa_nodes', '0', "'0' is less than the min value of '1'."],
  ['os:monitors', '+0_9', "'9' is greater than the max value of '8'."],
  ['hw:numa_mem.0', '0', "'0' is less than the min value of '1'."],
  ['trait:CUSTOM_A', 'yes', "'yes' is not one of: required, forbidden."],
  ['resources:VCPU', '', "'' is not a valid integer value."],
  ['hw:cpu_dedicated_mask', 'x', String.raw`'x' is not of the format '\^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*'.`],
  ['hw:pmem', 'a,,b', "'a,,b' is not of the format '([a-zA-Z0-9_]+(,)?)+'."],
  ...['hw:cpu', 'hw:numa_cpus.x', 'trait:HW_NONE', 'resources:none', 'capabilities:nothing', 'hw_rng:x', 'os:'].map(
    (name) => [name, 'x', `extra spec '${name}' does not appear to be a valid extra spec.`] as const,
  ),
])('%s may not be %j', (name, value, why) => {
  expect(extraSpecProblem(name, value)).toBe(`Validation failed; ${why}`);
});

it('knows the standard traits and classes', () => {
  expect([STANDARD_TRAITS.size, STANDARD_CLASSES.size]).toEqual([345, 21]);
  for (const trait of STANDARD_TRAITS) expect(extraSpecProblem(`trait:${trait}`, 'required')).toBeNull();
  for (const name of STANDARD_CLASSES) expect(extraSpecProblem(`resources:${name}`, '1')).toBeNull();
});

it('judges CPU masks as Nova does, however they are written', () => {
  const novas = /^(?:(\^)?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*)$/;
  const text = fc.array(fc.constantFrom('0', '12', '-', ',', '^'), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (mask) => {
      expect(extraSpecProblem('hw:cpu_realtime_mask', mask) === null).toBe(novas.test(mask));
    }),
  );
});

it.each(['hw:cpu_realtime_mask', 'hw:pmem', 'pci_passthrough:alias', 'quota:cpu_period'])(
  '%s takes no time over a long value',
  (name) => {
    for (const part of ['1', ',1-1', 'a', ' ,', 'a:1,', '_0']) {
      const started = performance.now();
      extraSpecProblem(name, `1${part.repeat(255)}!`.slice(0, 255));
      expect(performance.now() - started).toBeLessThan(100);
    }
  },
);
