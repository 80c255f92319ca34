// A node of the Ironic for tests: what a test sets on it, and what Ironic's JSON of it is. Fields and their order are those of a
// real Ironic 21.4 (test/golden/ironic), as far as a client of this project can meet them.

import { randomUUID } from 'node:crypto';

/** How a node's BMC takes what Ironic asks of it. */
export type FakeBmc = 'works' | 'refuses-diag' | 'unreachable' | 'wrong-password' | 'fails';

/** A node. A test may change any of it at any time. */
export interface FakeNode {
  readonly uuid: string;
  name: string | null;
  driver: string;
  instanceUuid: string | null;
  instanceInfo: Record<string, unknown>;
  powerState: string | null;
  targetPowerState: string | null;
  provisionState: string;
  targetProvisionState: string | null;
  maintenance: boolean;
  maintenanceReason: string | null;
  lastError: string | null;
  /** The conductor that has it locked; null: nobody. */
  reservation: string | null;
  conductorGroup: string;
  properties: Record<string, unknown>;
  extra: Record<string, unknown>;
  driverInfo: Record<string, unknown>;
  resourceClass: string | null;
  /** Where its console is, e.g. `{ type: 'socat', url: 'tcp://127.0.0.1:8023' }`; null: it has none. */
  console: Record<string, unknown> | null;
  bmc: FakeBmc;
  /** How long Ironic tries before it says that the BMC failed, ms. */
  bmcFailsAfterMs: number;
  /** The machine takes no notice of a request to shut down: Ironic gives up, with an error. */
  ignoresShutdown: boolean;
  /** When it was locked or power was asked for, in ISO. */
  readonly createdAt: string;
}

const AT = '2026-11-21T01:51:38.329910+00:00';

/** A node that runs a server, on a BMC of IPMI that works, with `more` changed. */
export function newFakeNode(more: Partial<FakeNode> = {}): FakeNode {
  return {
    uuid: randomUUID(),
    name: null,
    driver: 'ipmi',
    instanceUuid: null,
    instanceInfo: {},
    powerState: 'power on',
    targetPowerState: null,
    provisionState: 'active',
    targetProvisionState: null,
    maintenance: false,
    maintenanceReason: null,
    lastError: null,
    reservation: null,
    conductorGroup: '',
    properties: { cpus: 1, memory_mb: 256, local_gb: 1, cpu_arch: 'x86_64' },
    extra: {},
    driverInfo: {
      ipmi_address: '127.0.0.1',
      ipmi_port: '6230',
      ipmi_username: 'admin',
      ipmi_password: '******',
      ipmi_terminal_port: null,
    },
    resourceClass: 'baremetal',
    console: null,
    bmc: 'works',
    bmcFailsAfterMs: 0,
    ignoresShutdown: false,
    createdAt: AT,
    ...more,
  };
}

/** All of a node's JSON, for a client that came to `url`. */
export function nodeJson(node: FakeNode, url: string): Record<string, unknown> {
  const redfish = node.driver === 'redfish';
  /** The interfaces that only fake hardware has. */
  const only = (what: string) => (node.driver === 'fake-hardware' ? 'fake' : what);
  const manages =
    node.driver === 'ipmi' ? 'ipmitool' : redfish ? 'redfish' : node.driver === 'fake-hardware' ? 'fake' : 'noop';
  const below = (what: string) => links(url, `nodes/${node.uuid}/${what}`);
  return {
    uuid: node.uuid,
    created_at: node.createdAt,
    updated_at: node.createdAt,
    automated_clean: null,
    bios_interface: only('no-bios'),
    boot_interface: only('pxe'),
    boot_mode: null,
    clean_step: {},
    conductor_group: node.conductorGroup,
    console_enabled: node.console !== null,
    console_interface: node.console === null ? only('no-console') : 'ipmitool-socat',
    deploy_interface: only('direct'),
    deploy_step: {},
    description: null,
    driver: node.driver,
    driver_info: node.driverInfo,
    driver_internal_info: {},
    extra: node.extra,
    fault: null,
    inspection_finished_at: null,
    inspection_started_at: null,
    inspect_interface: only('no-inspect'),
    instance_info: node.instanceInfo,
    instance_uuid: node.instanceUuid,
    last_error: node.lastError,
    lessee: null,
    maintenance: node.maintenance,
    maintenance_reason: node.maintenanceReason,
    management_interface: manages,
    name: node.name,
    network_data: {},
    network_interface: 'noop',
    owner: null,
    power_interface: manages,
    power_state: node.powerState,
    properties: node.properties,
    protected: false,
    protected_reason: null,
    provision_state: node.provisionState,
    provision_updated_at: node.createdAt,
    raid_config: {},
    raid_interface: only('no-raid'),
    rescue_interface: only('no-rescue'),
    reservation: node.reservation,
    resource_class: node.resourceClass,
    retired: false,
    retired_reason: null,
    secure_boot: null,
    shard: null,
    storage_interface: 'noop',
    target_power_state: node.targetPowerState,
    target_provision_state: node.targetProvisionState,
    target_raid_config: {},
    traits: [],
    vendor_interface: node.driver === 'ipmi' ? 'ipmitool' : only('no-vendor'),
    links: links(url, `nodes/${node.uuid}`),
    conductor: 'localhost',
    allocation_uuid: null,
    chassis_uuid: null,
    ports: below('ports'),
    states: below('states'),
    portgroups: below('portgroups'),
    volume: below('volume'),
  };
}

/** The part of a node's JSON that has these fields; `links` is always there, as with Ironic. */
export function fieldsOf(all: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    [...fields.filter((field) => field !== 'links'), 'links'].map((field) => [field, all[field]]),
  );
}

/** What `/states` says of a node. */
export function statesJson(node: FakeNode): Record<string, unknown> {
  return {
    console_enabled: node.console !== null,
    last_error: node.lastError,
    power_state: node.powerState,
    provision_state: node.provisionState,
    target_power_state: node.targetPowerState,
    target_provision_state: node.targetProvisionState,
    provision_updated_at: node.createdAt,
    raid_config: {},
    target_raid_config: {},
    boot_mode: null,
    secure_boot: null,
  };
}

function links(url: string, path: string): readonly Record<string, string>[] {
  return [
    { href: `${url}/v1/${path}`, rel: 'self' },
    { href: `${url}/${path}`, rel: 'bookmark' },
  ];
}
