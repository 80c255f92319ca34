// A node as this driver knows it: what it asks of Ironic's JSON, and no more.

/** A machine that Ironic has. Texts of Ironic's are one printable line each; memory in MiB, disk in GiB. */
export interface IronicNode {
  /** In small letters. */
  readonly uuid: string;
  readonly name: string | null;
  /** The instance on it, in Nova's words; in small letters. */
  readonly instanceUuid: string | null;
  /** What its owner calls the instance. */
  readonly displayName: string | null;
  /** As Ironic has it: `power on`, `power off`, `rebooting`, `error`; null: it does not know. */
  readonly powerState: string | null;
  /** What it is being brought to; null: nothing. */
  readonly targetPowerState: string | null;
  /** E.g. `active`; empty: Ironic did not say. */
  readonly provisionState: string;
  readonly targetProvisionState: string | null;
  readonly maintenance: boolean;
  readonly maintenanceReason: string | null;
  /** What last went wrong with it; null also where Ironic does not let this user see it. */
  readonly lastError: string | null;
  /** The conductor that has it locked now. */
  readonly lockedBy: string | null;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly localGb: number;
  /** E.g. `x86_64`; empty where it is not known. */
  readonly cpuArch: string;
  readonly resourceClass: string | null;
  readonly consoleEnabled: boolean;
  /** Where the machine answers pings: `extra.remnant_ping`, an address or a name, nothing else. */
  readonly ping: string | null;
  /** Ironic's driver for it, e.g. `ipmi`. */
  readonly driver: string;
  /** Its BMC, where Ironic shows it. */
  readonly bmc: BmcPlace | null;
}

/** Where a BMC is. */
export interface BmcPlace {
  readonly kind: 'ipmi' | 'redfish';
  /** An address or a host's name (IPMI), or a URL as Ironic has it (Redfish). */
  readonly address: string;
  /** UDP for IPMI, which is all it is known for; 0 for Redfish. */
  readonly port: number;
}

/** What people know a node by. */
export function nodeLabel({ name, uuid }: Pick<IronicNode, 'name' | 'uuid'>): string {
  return name === null ? uuid : `${name} (${uuid})`;
}

/** The provision states in which what was deployed to a node is on it: it may be in distress, and is somebody's. */
const DEPLOYED: ReadonlySet<string> = new Set([
  'active',
  'rescuing',
  'rescue wait',
  'rescue',
  'rescue failed',
  'unrescuing',
  'unrescue failed',
  'servicing',
  'service wait',
  'service hold',
  'service failed',
]);

/** True if something is deployed on a node. */
export function isDeployed({ provisionState }: Pick<IronicNode, 'provisionState'>): boolean {
  return DEPLOYED.has(provisionState);
}
