// The fixtures that answers of a real Nova (OpenStack Nova 26.2.2, Debian 12) were recorded on.

import { readFileSync } from 'node:fs';
import type { PowerState } from '../../src/model/power-state.ts';
import type { TaskState, VmState } from '../../src/model/server-states.ts';

/** A server as Nova showed it (2.93, admin): what its row is made of. */
export interface GoldenServer {
  readonly id: string;
  readonly name: string;
  readonly tenant_id: string;
  readonly user_id: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly image: { readonly id: string };
  readonly flavor: Readonly<Record<'vcpus' | 'ram' | 'disk' | 'ephemeral' | 'swap', number>>;
  readonly addresses: Readonly<Record<string, readonly GoldenAddress[]>>;
  readonly created: string;
  readonly updated: string;
  readonly 'OS-SRV-USG:launched_at': string;
  readonly 'OS-EXT-AZ:availability_zone': string;
  readonly 'OS-EXT-SRV-ATTR:hostname': string;
  readonly 'OS-EXT-SRV-ATTR:host': string | null;
  readonly 'OS-EXT-SRV-ATTR:hypervisor_hostname': string | null;
  readonly 'OS-EXT-SRV-ATTR:instance_name': string;
  readonly 'OS-EXT-SRV-ATTR:reservation_id': string;
  readonly 'OS-EXT-SRV-ATTR:root_device_name': string;
}

/** One of its addresses. */
export interface GoldenAddress {
  readonly version: 4 | 6;
  readonly addr: string;
  readonly 'OS-EXT-IPS:type': 'fixed' | 'floating';
  readonly 'OS-EXT-IPS-MAC:mac_addr': string;
}

/** The fixtures. */
export interface GoldenFixtures {
  readonly ids: Readonly<Record<string, string>>;
  /** Name, vm_state, task_state, power_state, locked. */
  readonly states: readonly (readonly [string, VmState, TaskState | null, PowerState, 0 | 1])[];
  readonly servers: readonly GoldenServer[];
}

/** The text of the file they stand in: every id and time of theirs is in it. */
export function fixturesText(): string {
  return readFileSync(new URL('fixtures.json', import.meta.url), 'utf8');
}

/** What the recorded answers were recorded on. */
export function goldenFixtures(): GoldenFixtures {
  return JSON.parse(fixturesText()) as GoldenFixtures;
}
