// The procedures of libvirt's remote and QEMU programs that we call, and the events we hear, written by hand: name, number,
// and the layout of arguments and result. Fields carry the protocol files' names in camel case, in their order; a test
// against the protocol files of Debian's libvirt source holds every row here.

import { PROGRAM } from './constants.ts';
import type { Codec } from './xdr.ts';
import {
  char,
  fixed,
  hyper,
  int,
  list,
  mapped,
  nothing,
  opaque,
  opaqueUpTo,
  optional,
  string,
  struct,
  uchar,
  uhyper,
  uint,
  ushort,
} from './xdr.ts';

/** One procedure of a program. */
export interface Procedure<Args, Ret> {
  /** A number of `PROGRAM`; procedures are numbered in each program anew. */
  readonly program: number;
  /** As in the protocol file, without `REMOTE_PROC_` or `QEMU_PROC_`. */
  readonly name: string;
  readonly number: number;
  readonly args: Codec<Args>;
  readonly ret: Codec<Ret>;
  /** What comes behind its result. One that is only called has nothing there: nobody would take it. */
  readonly stream?: never;
}

/** A procedure behind whose result bytes come, which are received. */
export interface ReadStream<Args, Ret> extends Omit<Procedure<Args, Ret>, 'stream'> {
  readonly stream: 'read';
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
  return { program: PROGRAM.REMOTE_PROGRAM, name, number, args, ret };
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
  domainGetXmlDesc: procedure(14, 'DOMAIN_GET_XML_DESC', domAndFlags, struct({ xml: text })),
  domainGetInfo: procedure(
    16,
    'DOMAIN_GET_INFO',
    struct({ dom }),
    struct({ state: uchar, maxMem: uhyper, memory: uhyper, nrVirtCpu: ushort, cpuTime: uhyper }),
  ),
  domainGetVcpus: procedure(
    20,
    'DOMAIN_GET_VCPUS',
    struct({ dom, maxinfo: int, maplen: int }),
    struct({
      info: list(struct({ number: uint, state: int, cpuTime: uhyper, cpu: int }), 16_384),
      cpumaps: opaqueUpTo(8_388_608),
    }),
  ),
  domainBlockStats: procedure(
    64,
    'DOMAIN_BLOCK_STATS',
    struct({ dom, path: text }),
    struct({ rdReq: hyper, rdBytes: hyper, wrReq: hyper, wrBytes: hyper, errs: hyper }),
  ),
  domainInterfaceStats: procedure(
    65,
    'DOMAIN_INTERFACE_STATS',
    struct({ dom, device: text }),
    struct({
      rxBytes: hyper,
      rxPackets: hyper,
      rxErrs: hyper,
      rxDrop: hyper,
      txBytes: hyper,
      txPackets: hyper,
      txErrs: hyper,
      txDrop: hyper,
    }),
  ),
  domainLookupByUuid: procedure(24, 'DOMAIN_LOOKUP_BY_UUID', struct({ uuid }), struct({ dom })),
  domainReset: procedure(245, 'DOMAIN_RESET', domAndFlags, nothing),
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
  domainGetJobInfo: procedure(
    163,
    'DOMAIN_GET_JOB_INFO',
    struct({ dom }),
    struct({
      type: int,
      timeElapsed: uhyper,
      timeRemaining: uhyper,
      dataTotal: uhyper,
      dataProcessed: uhyper,
      dataRemaining: uhyper,
      memTotal: uhyper,
      memProcessed: uhyper,
      memRemaining: uhyper,
      fileTotal: uhyper,
      fileProcessed: uhyper,
      fileRemaining: uhyper,
    }),
  ),
  domainManagedSave: procedure(182, 'DOMAIN_MANAGED_SAVE', domAndFlags, nothing),
  domainHasManagedSaveImage: procedure(183, 'DOMAIN_HAS_MANAGED_SAVE_IMAGE', domAndFlags, struct({ result: int })),
  domainCreateWithFlags: procedure(196, 'DOMAIN_CREATE_WITH_FLAGS', domAndFlags, struct({ dom })),
  domainInjectNmi: procedure(210, 'DOMAIN_INJECT_NMI', domAndFlags, nothing),
  domainGetState: procedure(212, 'DOMAIN_GET_STATE', domAndFlags, struct({ state: int, reason: int })),
  domainUndefineFlags: procedure(231, 'DOMAIN_UNDEFINE_FLAGS', domAndFlags, nothing),
  domainDestroyFlags: procedure(234, 'DOMAIN_DESTROY_FLAGS', domAndFlags, nothing),
  domainShutdownFlags: procedure(258, 'DOMAIN_SHUTDOWN_FLAGS', domAndFlags, nothing),
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
  domainCoreDumpWithFormat: procedure(
    334,
    'DOMAIN_CORE_DUMP_WITH_FORMAT',
    struct({ dom, to: text, dumpformat: uint, flags: uint }),
    nothing,
  ),
  domainDefineXmlFlags: procedure(350, 'DOMAIN_DEFINE_XML_FLAGS', struct({ xml: text, flags: uint }), struct({ dom })),
  domainInterfaceAddresses: procedure(
    353,
    'DOMAIN_INTERFACE_ADDRESSES',
    struct({ dom, source: uint, flags: uint }),
    struct({
      ifaces: list(
        struct({
          name: text,
          hwaddr: optional(text),
          addrs: list(struct({ type: int, addr: text, prefix: uint }), 2_048),
        }),
        2_048,
      ),
    }),
  ),
} as const;

/** The calls behind whose result bytes come (`@readstream` in the protocol file). */
export const READ_STREAMS = {
  domainScreenshot: {
    program: PROGRAM.REMOTE_PROGRAM,
    name: 'DOMAIN_SCREENSHOT',
    number: 211,
    args: struct({ dom, screen: uint, flags: uint }),
    ret: struct({ mime: optional(text) }),
    stream: 'read',
  },
} as const;

/** The calls of the QEMU program. */
export const QEMU_PROCEDURES = {
  domainAgentCommand: {
    program: PROGRAM.QEMU_PROGRAM,
    name: 'DOMAIN_AGENT_COMMAND',
    number: 3,
    args: struct({ dom, cmd: text, timeout: int, flags: uint }),
    ret: struct({ result: optional(text) }),
  },
  monitorEventRegister: {
    program: PROGRAM.QEMU_PROGRAM,
    name: 'CONNECT_DOMAIN_MONITOR_EVENT_REGISTER',
    number: 4,
    args: struct({ dom: optional(dom), event: optional(text), flags: uint }),
    ret: struct({ callbackID: int }),
  },
} as const;

/** A domain was defined, started, stopped and so on: numbers from `LIFECYCLE`. */
export const lifecycleEvent = {
  program: PROGRAM.REMOTE_PROGRAM,
  name: 'DOMAIN_EVENT_CALLBACK_LIFECYCLE',
  number: 318,
  message: struct({ callbackID: int, msg: struct({ dom, event: int, detail: int }) }),
} as const;

/** A domain's guest rebooted; libvirt sends one for every reset QEMU sees, 2 to 5 a reboot. */
export const rebootEvent = {
  program: PROGRAM.REMOTE_PROGRAM,
  name: 'DOMAIN_EVENT_CALLBACK_REBOOT',
  number: 319,
  message: struct({ callbackID: int, msg: struct({ dom }) }),
} as const;

/** QEMU said something on its monitor: `event` is QMP's name, `details` its data as JSON, the time is QEMU's own. */
export const monitorEvent = {
  program: PROGRAM.QEMU_PROGRAM,
  name: 'DOMAIN_MONITOR_EVENT',
  number: 6,
  message: struct({ callbackID: int, dom, event: text, seconds: hyper, micros: uint, details: optional(text) }),
} as const;
