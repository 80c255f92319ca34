// Reads one node of Ironic's JSON, whatever is missing in it or of another type than it should be: what operators write into
// `properties`, `extra` and `driver_info` is free, and a policy may hide parts. Only a node without a UUID is none.

import { isObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import type { BmcPlace, IronicNode } from './ironic-node.ts';
import { plainWords } from './plain-words.ts';

/** The fields to ask for; all are there in microversion 1.46. */
export const NODE_FIELDS: readonly string[] = [
  'uuid',
  'name',
  'instance_uuid',
  'instance_info',
  'power_state',
  'target_power_state',
  'provision_state',
  'target_provision_state',
  'maintenance',
  'maintenance_reason',
  'last_error',
  'reservation',
  'properties',
  'resource_class',
  'console_enabled',
  'extra',
  'driver',
  'driver_info',
];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** An address or a host's name: nothing that a program would take for an option. */
const HOST = /^[a-zA-Z0-9:][a-zA-Z0-9.:_%-]{0,254}$/;
/** What Ironic puts in the place of what a policy hides. */
const HIDDEN = /^\*\* .*redacted.* \*\*$/i;
const IPMI_PORT = 623;
const MOST_COUNTED = 2 ** 31 - 1;
const NAME_LENGTH = 255;

/** A node; null for what is none. */
export function readNode(value: JsonValue | undefined): IronicNode | null {
  if (!isObject(value)) return null;
  const uuid = uuidOf(value['uuid']);
  if (uuid === null) return null;
  const properties = objectOf(value['properties']);
  return {
    uuid,
    name: textOf(value['name'], NAME_LENGTH),
    instanceUuid: uuidOf(value['instance_uuid']),
    displayName: textOf(objectOf(value['instance_info'])['display_name'], NAME_LENGTH),
    powerState: textOf(value['power_state']),
    targetPowerState: textOf(value['target_power_state']),
    provisionState: textOf(value['provision_state']) ?? '',
    targetProvisionState: textOf(value['target_provision_state']),
    maintenance: value['maintenance'] === true,
    maintenanceReason: textOf(value['maintenance_reason']),
    lastError: textOf(value['last_error']),
    lockedBy: textOf(value['reservation']),
    cpus: countOf(properties['cpus']) ?? 0,
    memoryMb: countOf(properties['memory_mb']) ?? 0,
    localGb: countOf(properties['local_gb']) ?? 0,
    cpuArch: textOf(properties['cpu_arch'], NAME_LENGTH) ?? '',
    resourceClass: textOf(value['resource_class'], NAME_LENGTH),
    consoleEnabled: value['console_enabled'] === true,
    ping: hostOf(objectOf(value['extra'])['remnant_ping']),
    driver: textOf(value['driver'], NAME_LENGTH) ?? '',
    bmc: bmcOf(objectOf(value['driver_info'])),
  };
}

function bmcOf(info: JsonObject): BmcPlace | null {
  const address = hostOf(info['ipmi_address']);
  if (address !== null) {
    const port = countOf(info['ipmi_port']) ?? IPMI_PORT;
    return { kind: 'ipmi', address, port: port >= 1 && port <= 65_535 ? port : IPMI_PORT };
  }
  const url = textOf(info['redfish_address'], NAME_LENGTH);
  return url === null ? null : { kind: 'redfish', address: url, port: 0 };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: JsonValue | undefined, most?: number): string | null {
  if (typeof value !== 'string') return null;
  const text = plainWords(value, most);
  return text === '' || HIDDEN.test(text) ? null : text;
}

function uuidOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : null;
}

function hostOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && HOST.test(value) ? value : null;
}

/** A whole number; operators write it as text too. */
function countOf(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MOST_COUNTED
    ? number
    : null;
}
