// The body of POST /servers as what the use case takes. What this cloud has no service for (volumes, networks) is refused as Nova
// refuses what is not there. Policy is asked, and what is wrong told, in Nova's order.

import type { NewServerRequest } from '../../app/servers/create-server.ts';
import type { InjectedFile } from '../../app/servers/create-spec.ts';
import type { HostAndNode } from '../../app/servers/where-to.ts';
import { fault } from '../../model/faults.ts';
import { isUuidLike } from '../../model/ids.ts';
import type { RuleDefault } from '../../policy/rule-default.ts';
import { behaves } from '../behaviours.ts';
import { booleanOf } from '../schemas.ts';
import { canonicalIpv6 } from './canonical-ipv6.ts';
import type { BlockDevice, LegacyBlockDevice } from './create-devices.ts';
import { imageOf } from './create-devices.ts';
import * as rules from './rules.ts';

/** A body as the schemas let it through. */
export interface CreateBody {
  readonly server: ServerBody;
  readonly 'os:scheduler_hints'?: Hints;
  readonly 'OS-SCH-HNT:scheduler_hints'?: Hints;
}

type Hints = Readonly<Record<string, unknown>>;

interface ServerBody {
  readonly name: string;
  readonly flavorRef: string | number;
  readonly imageRef?: string;
  readonly description?: string | null;
  readonly hostname?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly accessIPv4?: string;
  readonly accessIPv6?: string;
  readonly availability_zone?: string;
  readonly host?: string;
  readonly hypervisor_hostname?: string;
  readonly config_drive?: boolean | string;
  readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
  readonly key_name?: string;
  readonly user_data?: string | null;
  readonly personality?: readonly Partial<InjectedFile>[];
  readonly min_count?: number | string;
  readonly max_count?: number | string;
  readonly return_reservation_id?: boolean | string;
  readonly security_groups?: readonly { readonly name?: string }[];
  readonly trusted_image_certificates?: readonly string[] | null;
  readonly networks?: 'none' | 'auto' | readonly WantedNetwork[];
  readonly block_device_mapping?: readonly LegacyBlockDevice[];
  readonly block_device_mapping_v2?: readonly BlockDevice[];
}

interface WantedNetwork {
  readonly uuid?: string;
  readonly port?: string | null;
  readonly fixed_ip?: string;
}

/** Throws policy-denied unless the caller may. */
type Require = (rule: RuleDefault) => void;

/** What is wanted. Faults bad-request, policy-denied. */
export function wantedOf(body: CreateBody, version: number, require: Require): NewServerRequest {
  const { server: asked } = body;
  const min = Number(asked.min_count ?? 1);
  const max = Number(asked.max_count ?? min);
  if (min > max) throw fault('bad-request', { message: 'min_count must be <= max_count' });
  const files = filesOf(asked);
  require(rules.CREATE);
  refuseCertificates(asked, require);
  const { zone, forced } = zoneOf(asked, require);
  const requested = requestedOf(asked, forced, require);
  if (devicesIn(asked)) require(rules.CREATE_ATTACH_VOLUME);
  const imageRef = imageOf(asked);
  const networks = networksOf(asked, max, require);
  const name = asked.name.trim();
  return {
    name,
    description: behaves(version, 'own-description') ? (asked.description ?? null) : name,
    hostname: asked.hostname ?? null,
    imageRef,
    flavorRef: lastSegment(String(asked.flavorRef)),
    metadata: asked.metadata ?? {},
    tags: asked.tags ?? [],
    accessIpV4: asked.accessIPv4 ?? '',
    accessIpV6: canonicalIpv6(asked.accessIPv6 ?? ''),
    place: { zone, forced, requested, hints: hintsOf(body) },
    networks,
    configDrive: booleanOf(asked.config_drive),
    diskConfig: asked['OS-DCF:diskConfig'] ?? 'MANUAL',
    keyName: asked.key_name ?? null,
    userData: asked.user_data ?? null,
    files,
    securityGroups: securityGroupsOf(asked),
    count: { min, max },
  };
}

function devicesIn({ block_device_mapping: legacy = [], block_device_mapping_v2: devices = [] }: ServerBody): boolean {
  return legacy.length + devices.length > 0;
}

/** The files of a body. Fault bad-request for one without path or contents, over which Nova ends in a 500. */
export function filesOf({ personality = [] }: Pick<ServerBody, 'personality'>): InjectedFile[] {
  return personality.map(({ path, contents }) => {
    if (path !== undefined && contents !== undefined) return { path, contents };
    throw fault('bad-request', { message: 'A personality file has a path and contents' });
  });
}

/** Nobody here checks images by certificates: to take them in silence would be a promise. */
function refuseCertificates({ trusted_image_certificates: certificates }: ServerBody, require: Require): void {
  if (certificates == null) return;
  require(rules.CREATE_TRUSTED_CERTS);
  throw fault('bad-request', { message: 'Image certificate validation is not supported' });
}

/** `zone`, `zone:host`, `zone:host:node` or `zone::node`. */
function zoneOf(
  { availability_zone: text = '' }: ServerBody,
  require: Require,
): { zone: string | null; forced: HostAndNode | null } {
  const [zone = '', host = '', node = '', ...more] = text.split(':');
  if (more.length > 0) {
    throw fault('bad-request', { message: 'Invalid input received: Unable to parse availability_zone' });
  }
  const forced = host === '' && node === '' ? null : { host: host || null, node: node || null };
  if (forced !== null) require(rules.CREATE_FORCED_HOST);
  return { zone: zone || null, forced };
}

function requestedOf(
  { host = '', hypervisor_hostname: node = '' }: ServerBody,
  forced: HostAndNode | null,
  require: Require,
): HostAndNode | null {
  if (host === '' && node === '') return null;
  require(rules.REQUESTED_DESTINATION);
  if (forced !== null) {
    const message =
      'One mechanism with host and/or hypervisor_hostname and another mechanism with zone:host:node are mutually exclusive.';
    throw fault('bad-request', { message });
  }
  return { host: host || null, node: node || null };
}

/** There is no network service: a network or a port asked for by id is one that does not exist. */
function networksOf({ networks = 'auto' }: ServerBody, max: number, require: Require): 'none' | 'auto' {
  if (typeof networks === 'string') {
    if (networks === 'auto') require(rules.CREATE_ATTACH_NETWORK);
    return networks;
  }
  requireNetworksWellFormed(networks);
  const [first] = networks;
  if (first === undefined) return 'auto';
  require(rules.CREATE_ATTACH_NETWORK);
  if (max > 1 && networks.some(({ port, fixed_ip: address }) => port == null && address !== undefined)) {
    const message = 'Invalid request. max_count cannot be greater than 1 if an fixed_ip is specified.';
    throw fault('bad-request', { message });
  }
  const what = first.port == null ? `Network ${first.uuid ?? ''}` : `Port ${first.port}`;
  throw fault('bad-request', { message: `${what} could not be found.` });
}

function requireNetworksWellFormed(networks: readonly WantedNetwork[]): void {
  const ports = new Set<string>();
  for (const { uuid, port, fixed_ip: address } of networks) {
    const wrong = (message: string) => fault('bad-request', { message });
    if (port != null) {
      if (ports.has(port)) {
        throw wrong(`Port ID '${port}' was specified twice: you cannot attach a port multiple times.`);
      }
      if (address !== undefined) {
        throw wrong(
          `Specified Fixed IP '${address}' cannot be used with port '${port}': the two cannot be specified together.`,
        );
      }
      ports.add(port);
    } else if (uuid === undefined) {
      throw wrong("Bad network format: missing 'uuid'");
    } else if (!isUuidLike(uuid)) {
      throw wrong(`Bad networks format: network uuid is not in proper format (${uuid})`);
    }
  }
}

/** Of both names for them, Nova's newer one; what begins with `_nova` is Nova's own. */
function hintsOf(body: CreateBody): Hints {
  const hints = body['os:scheduler_hints'] ?? body['OS-SCH-HNT:scheduler_hints'] ?? {};
  return Object.fromEntries(Object.entries(hints).filter(([name]) => !name.startsWith('_nova')));
}

function securityGroupsOf({ security_groups: groups = [] }: ServerBody): string[] {
  const names = new Set(groups.flatMap(({ name }) => name ?? []));
  return names.size === 0 ? ['default'] : [...names];
}

/** Nova takes a whole URL where an id is meant. */
function lastSegment(ref: string): string {
  return ref.split('/').at(-1) ?? ref;
}
