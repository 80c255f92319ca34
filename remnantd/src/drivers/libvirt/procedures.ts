// The procedures of libvirt's remote program that we call, and the events we hear, written by hand: name, number, and the
// layout of arguments and result. Fields carry the protocol file's names in camel case, in its order; a test against the
// protocol file of Debian's libvirt source holds every row here.

import type { Codec } from './xdr.ts';
import {
  char,
  fixed,
  int,
  list,
  mapped,
  nothing,
  opaque,
  optional,
  string,
  struct,
  uchar,
  uhyper,
  uint,
  ushort,
} from './xdr.ts';

/** One procedure of the remote program. */
export interface Procedure<Args, Ret> {
  /** As in the protocol file, without `REMOTE_PROC_`. */
  readonly name: string;
  readonly number: number;
  readonly args: Codec<Args>;
  readonly ret: Codec<Ret>;
}

/** Calls a procedure and gives its result. */
export type Call = <Args, Ret>(procedure: Procedure<Args, Ret>, args: Args) => Promise<Ret>;

const text = string(4_194_304);
const domainsMax = 16_384;

/** A UUID as text: lower case, with hyphens. Writing one that is not a UUID is an XdrError. */
const uuid = mapped(
  opaque(16),
  (bytes) =>
    Buffer.from(bytes)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  (value) => Buffer.from(value.replaceAll('-', ''), 'hex'),
);

/** How libvirt names a domain in a call. It looks it up by UUID alone; the name shows in its errors, the id in nothing. */
export interface DomainRef {
  readonly name: string;
  readonly uuid: string;
  readonly id: number;
}
const dom = struct<DomainRef>({ name: text, uuid, id: int });
const domAndFlags = struct({ dom, flags: uint });

/** The error in a reply (virnetprotocol.x, virNetMessageError). */
export const errorCodec = struct({
  code: int,
  domain: int,
  message: optional(text),
  level: int,
  dom: optional(dom),
  str1: optional(text),
  str2: optional(text),
  str3: optional(text),
  int1: int,
  int2: int,
  net: optional(struct({ name: text, uuid })),
});

function procedure<Args, Ret>(number: number, name: string, args: Codec<Args>, ret: Codec<Ret>): Procedure<Args, Ret> {
  return { name, number, args, ret };
}

/** The calls this driver makes, by libvirt's own numbers and names. */
export const PROCEDURES = {
  connectOpen: procedure(1, 'CONNECT_OPEN', struct({ name: optional(text), flags: uint }), nothing),
  connectGetType: procedure(3, 'CONNECT_GET_TYPE', nothing, struct({ type: text })),
  connectGetVersion: procedure(4, 'CONNECT_GET_VERSION', nothing, struct({ hvVer: uhyper })),
  nodeGetInfo: procedure(
    6,
    'NODE_GET_INFO',
    nothing,
    struct({
      model: fixed(char, 32),
      memory: uhyper,
      cpus: int,
      mhz: int,
      nodes: int,
      sockets: int,
      cores: int,
      threads: int,
    }),
  ),
  connectGetCapabilities: procedure(7, 'CONNECT_GET_CAPABILITIES', nothing, struct({ capabilities: text })),
  domainGetInfo: procedure(
    16,
    'DOMAIN_GET_INFO',
    struct({ dom }),
    struct({ state: uchar, maxMem: uhyper, memory: uhyper, nrVirtCpu: ushort, cpuTime: uhyper }),
  ),
  domainLookupByUuid: procedure(24, 'DOMAIN_LOOKUP_BY_UUID', struct({ uuid }), struct({ dom })),
  domainResume: procedure(28, 'DOMAIN_RESUME', struct({ dom }), nothing),
  domainSuspend: procedure(34, 'DOMAIN_SUSPEND', struct({ dom }), nothing),
  connectGetHostname: procedure(59, 'CONNECT_GET_HOSTNAME', nothing, struct({ hostname: text })),
  connectSupportsFeature: procedure(
    60,
    'CONNECT_SUPPORTS_FEATURE',
    struct({ feature: int }),
    struct({ supported: int }),
  ),
  authList: procedure(66, 'AUTH_LIST', nothing, struct({ types: list(int, 20) })),
  domainMemoryStats: procedure(
    159,
    'DOMAIN_MEMORY_STATS',
    struct({ dom, maxStats: uint, flags: uint }),
    struct({ stats: list(struct({ tag: int, val: uhyper }), 1_024) }),
  ),
  domainCreateWithFlags: procedure(196, 'DOMAIN_CREATE_WITH_FLAGS', domAndFlags, struct({ dom })),
  domainInjectNmi: procedure(210, 'DOMAIN_INJECT_NMI', domAndFlags, nothing),
  domainGetState: procedure(212, 'DOMAIN_GET_STATE', domAndFlags, struct({ state: int, reason: int })),
  domainUndefineFlags: procedure(231, 'DOMAIN_UNDEFINE_FLAGS', domAndFlags, nothing),
  domainDestroyFlags: procedure(234, 'DOMAIN_DESTROY_FLAGS', domAndFlags, nothing),
  domainGetMetadata: procedure(
    265,
    'DOMAIN_GET_METADATA',
    struct({ dom, type: int, uri: optional(text), flags: uint }),
    struct({ metadata: text }),
  ),
  connectListAllDomains: procedure(
    273,
    'CONNECT_LIST_ALL_DOMAINS',
    struct({ needResults: int, flags: uint }),
    struct({ domains: list(dom, domainsMax), ret: uint }),
  ),
  eventCallbackRegisterAny: procedure(
    316,
    'CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY',
    struct({ eventID: int, dom: optional(dom) }),
    struct({ callbackID: int }),
  ),
  domainDefineXmlFlags: procedure(350, 'DOMAIN_DEFINE_XML_FLAGS', struct({ xml: text, flags: uint }), struct({ dom })),
} as const;

/** A domain was defined, started, stopped and so on: numbers from `LIFECYCLE`. */
export const lifecycleEvent = {
  name: 'DOMAIN_EVENT_CALLBACK_LIFECYCLE',
  number: 318,
  message: struct({ callbackID: int, msg: struct({ dom, event: int, detail: int }) }),
} as const;

/** A domain's guest rebooted; libvirt sends one for every reset QEMU sees, 2 to 5 a reboot. */
export const rebootEvent = {
  name: 'DOMAIN_EVENT_CALLBACK_REBOOT',
  number: 319,
  message: struct({ callbackID: int, msg: struct({ dom }) }),
} as const;
