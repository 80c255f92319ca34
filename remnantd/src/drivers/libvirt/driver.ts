// The libvirt driver: QEMU guests on this host, through libvirtd's own protocol. Every verb names a guest by UUID alone, so
// each is one call where it can be one; an NMI is sent by exactly one, and never resent.
// Invariant: guests that Remnant did not make are touched only by a verb that names them.

import { mkdir, statfs } from 'node:fs/promises';
import { asId, isUuid, type ServerId } from '../../model/ids.ts';
import type { Driver, DriverListener, Guest, GuestSpec, InjectNmi, Inventory, ReadConsole } from '../driver.ts';
import { DriverFault } from '../driver.ts';
import { ConsoleLogs } from './console-log.ts';
import { ERROR, FLAG, STATE } from './constants.ts';
import { domainXml } from './domain-xml.ts';
import { UnansweredError } from './errors.ts';
import { guestFault, hostFault, nmiFault, notFound, notRunning, saidNo } from './faults.ts';
import { GuestWatch } from './guest-watch.ts';
import { Link } from './link.ts';
import { isOurs } from './ownership.ts';
import { powerState } from './power-states.ts';
import { type DomainRef, PROCEDURES, type Procedure } from './procedures.ts';

/** How to reach libvirt and how to make guests. */
export interface LibvirtOptions {
  /** libvirtd's read-write socket, e.g. /run/libvirt/libvirt-sock. */
  readonly socketPath: string;
  /** Default qemu:///system. */
  readonly uri?: string;
  /** A folder of the driver's own; console logs are in its `console`. */
  readonly stateDir: string;
  /** `kvm`, or `tcg` where the host has none: slow, but the same in all else. */
  readonly accel: 'kvm' | 'tcg';
  /** The QEMU binary; default /usr/bin/qemu-system-x86_64. */
  readonly emulator?: string;
  /** Wall clock in ms, for events. */
  readonly now: () => number;
  /** Pauses between tries to connect, in ms; default 200, doubled up to 2,000. */
  readonly reconnect?: { readonly firstMs: number; readonly mostMs: number };
}

/** Reading calls answer in under a millisecond; those that wait for QEMU may wait for it to be killed. */
const readMs = 30_000;
const actMs = 60_000;
/** The two calls of an NMI; together they are its bound. */
const nmiCheckMs = 3_000;
const nmiSendMs = 7_000;

const undefineFlags =
  FLAG.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
  FLAG.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
  FLAG.VIR_DOMAIN_UNDEFINE_NVRAM |
  FLAG.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;

/** A driver for the libvirtd at `options.socketPath`. */
export function libvirtDriver(options: LibvirtOptions): Driver {
  return new LibvirtDriver(options);
}

class LibvirtDriver implements Driver {
  readonly type = 'libvirt';
  readonly injectNmi: InjectNmi;
  readonly readConsole: ReadConsole;
  readonly #options: LibvirtOptions;
  readonly #logs: ConsoleLogs;
  #link: Link | null = null;

  constructor(options: LibvirtOptions) {
    this.#options = options;
    this.#logs = new ConsoleLogs(options.stateDir);
    this.injectNmi = {
      asking: 'exactly-asked',
      latchedWhilePaused: true,
      boundMs: nmiCheckMs + nmiSendMs,
      send: (id) => this.#sendNmi(id),
    };
    this.readConsole = { read: (id, lines) => this.#console(id, lines) };
  }

  async start(listener: DriverListener): Promise<void> {
    const { socketPath, uri = 'qemu:///system', reconnect = { firstMs: 200, mostMs: 2_000 }, now } = this.#options;
    const watch = new GuestWatch({ listener, now, call: (procedure, args) => this.#call(procedure, args, actMs) });
    await mkdir(this.#options.stateDir, { recursive: true, mode: 0o700 });
    this.#link = new Link({ socketPath, uri, reconnect }, watch);
    this.#link.start();
  }

  async stop(): Promise<void> {
    await this.#link?.stop();
    this.#link = null;
  }

  async inventory(): Promise<Inventory> {
    try {
      const [type, version, host, node, { capabilities }, disk] = await Promise.all([
        this.#call(PROCEDURES.connectGetType, undefined),
        this.#call(PROCEDURES.connectGetVersion, undefined, actMs),
        this.#call(PROCEDURES.connectGetHostname, undefined),
        this.#call(PROCEDURES.nodeGetInfo, undefined),
        this.#call(PROCEDURES.connectGetCapabilities, undefined, actMs),
        statfs(this.#options.stateDir),
      ]);
      const arch = /<host>[^]*?<arch>([^<]+)<\/arch>/.exec(capabilities)?.[1];
      if (arch === undefined) throw new DriverFault('failed', "libvirt's capabilities name no host architecture");
      return {
        hypervisorType: type.type,
        hypervisorVersion: Number(version.hvVer),
        hypervisorHostname: host.hostname,
        arch,
        vcpus: node.cpus,
        memoryMb: Number(node.memory / 1024n),
        diskGb: Math.floor((disk.blocks * disk.bsize) / 1024 ** 3),
      };
    } catch (error) {
      throw hostFault(error);
    }
  }

  async guests(): Promise<Guest[]> {
    try {
      const { domains } = await this.#call(PROCEDURES.connectListAllDomains, { needResults: 1, flags: 0 });
      const guests = await Promise.all(domains.map((dom) => this.#describe(dom).catch(nullIfGone)));
      return guests.filter((guest) => guest !== null);
    } catch (error) {
      throw hostFault(error);
    }
  }

  async guest(id: ServerId): Promise<Guest> {
    return this.#of(id, async ({ uuid }) => {
      const { dom } = await this.#call(PROCEDURES.domainLookupByUuid, { uuid });
      return this.#describe(dom);
    });
  }

  async create(spec: GuestSpec): Promise<void> {
    await this.#of(spec.id, async (ref) => {
      // Defining a domain with a UUID that is taken would change that one.
      const taken = await this.#call(PROCEDURES.domainLookupByUuid, ref).catch(nullIfGone);
      if (taken !== null) throw new DriverFault('failed', `Instance ${spec.id} already exists on this host.`);
      const { accel, emulator = '/usr/bin/qemu-system-x86_64' } = this.#options;
      const xml = domainXml(spec, { accel, emulator, consoleLog: this.#logs.path(spec.id) });
      try {
        await this.#logs.prepare(spec.id);
        const { dom } = await this.#call(PROCEDURES.domainDefineXmlFlags, { xml, flags: 0 }, actMs);
        await this.#call(PROCEDURES.domainCreateWithFlags, { dom, flags: 0 }, actMs);
      } catch (error) {
        await this.#leaveNothing(spec.id, error);
        throw error;
      }
    });
  }

  async destroy(id: ServerId): Promise<void> {
    await this.#of(id, (ref) => this.#remove(id, ref));
  }

  async powerOn(id: ServerId): Promise<void> {
    await this.#act(id, isRunning, (dom) => this.#call(PROCEDURES.domainCreateWithFlags, { dom, flags: 0 }, actMs));
  }

  async powerOff(id: ServerId): Promise<void> {
    await this.#act(id, isOff, (dom) => this.#call(PROCEDURES.domainDestroyFlags, { dom, flags: 0 }, actMs));
  }

  async pause(id: ServerId): Promise<void> {
    await this.#act(id, isPaused, (dom) => this.#call(PROCEDURES.domainSuspend, { dom }, actMs));
  }

  async unpause(id: ServerId): Promise<void> {
    await this.#act(id, isRunning, (dom) => this.#call(PROCEDURES.domainResume, { dom }, actMs));
  }

  async #sendNmi(id: ServerId): Promise<void> {
    if (!isUuid(id)) throw notFound(id);
    const dom = refTo(id);
    try {
      // A daemon that hangs keeps what it was sent and carries it out when it goes on, even with its client long gone.
      // So it must answer for this very guest first: an NMI is not left with one that does not.
      await this.#call(PROCEDURES.domainGetState, { dom, flags: 0 }, nmiCheckMs).catch(notAsked);
      await this.#call(PROCEDURES.domainInjectNmi, { dom, flags: 0 }, nmiSendMs);
    } catch (error) {
      throw nmiFault(error, id);
    }
  }

  async #console(id: ServerId, lines: number | null): Promise<string> {
    return this.#of(id, async () => {
      // The file comes first: a console can be read while libvirtd is away.
      const text = await this.#logs.read(id, lines);
      if (text !== null) return text;
      await this.guest(id);
      throw new DriverFault('failed', `Instance ${id} has no console log: Remnant did not make it.`);
    });
  }

  async #call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, timeoutMs = readMs): Promise<Ret> {
    if (this.#link === null) throw new DriverFault('connection-lost', 'the libvirt driver is not started');
    return this.#link.call(procedure, args, timeoutMs);
  }

  /** Does `work` on a guest; what goes wrong becomes a fault. An id that is no UUID is one that nobody has. */
  async #of<T>(id: ServerId, work: (ref: DomainRef) => Promise<T>): Promise<T> {
    if (!isUuid(id)) throw notFound(id);
    try {
      return await work(refTo(id));
    } catch (error) {
      throw guestFault(error, id);
    }
  }

  /** One call that changes a guest's state. libvirt refuses when it is in that state already: `settled` says so. */
  async #act(
    id: ServerId,
    settled: (state: number) => boolean,
    ask: (dom: DomainRef) => Promise<unknown>,
  ): Promise<void> {
    await this.#of(id, async (dom) => {
      try {
        await ask(dom);
      } catch (error) {
        if (!saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID)) throw error;
        const { state } = await this.#call(PROCEDURES.domainGetState, { dom, flags: 0 });
        if (settled(state)) return;
        throw isOff(state) ? notRunning(id, error) : error;
      }
    });
  }

  /** Stops a guest and removes its definition and its log, as far as they are there. */
  async #remove(id: ServerId, dom: DomainRef): Promise<void> {
    try {
      await this.#call(PROCEDURES.domainDestroyFlags, { dom, flags: 0 }, actMs).catch(nullIfOff);
      await this.#call(PROCEDURES.domainUndefineFlags, { dom, flags: undefineFlags }, actMs);
    } catch (error) {
      if (!saidNo(error, ERROR.VIR_ERR_NO_DOMAIN)) throw error;
    }
    await this.#logs.remove(id);
  }

  /** After a create that failed with `cause`: takes back what it did. What cannot be taken back is said in the fault. */
  async #leaveNothing(id: ServerId, cause: unknown): Promise<void> {
    try {
      await this.#remove(id, refTo(id));
    } catch (error) {
      const first = hostFault(cause);
      const more = { asked: first.asked, novaClass: first.novaClass, cause };
      throw new DriverFault(
        first.code,
        `${first.message} (and what was made is left: ${hostFault(error).message})`,
        more,
      );
    }
  }

  async #describe(dom: DomainRef): Promise<Guest> {
    const [info, ours] = await Promise.all([
      this.#call(PROCEDURES.domainGetInfo, { dom }),
      isOurs(dom, (procedure, args) => this.#call(procedure, args)),
    ]);
    return {
      id: asId<ServerId>(dom.uuid),
      name: dom.name,
      powerState: powerState(info.state),
      vcpus: info.nrVirtCpu,
      memoryMb: Number(info.maxMem / 1024n),
      ours,
    };
  }
}

function refTo(id: ServerId): DomainRef {
  return { name: id, uuid: id, id: -1 };
}

function isRunning(state: number): boolean {
  return state === STATE.VIR_DOMAIN_RUNNING || state === STATE.VIR_DOMAIN_BLOCKED;
}

function isPaused(state: number): boolean {
  return state === STATE.VIR_DOMAIN_PAUSED;
}

function isOff(state: number): boolean {
  return state === STATE.VIR_DOMAIN_SHUTOFF;
}

/** For a call that asked for nothing: one that was not answered did nothing either. */
function notAsked(error: unknown): never {
  if (error instanceof UnansweredError) throw new UnansweredError('no', error.message, error);
  throw error;
}

/** For a domain that went between being listed and being asked about. */
function nullIfGone(error: unknown): null {
  if (saidNo(error, ERROR.VIR_ERR_NO_DOMAIN)) return null;
  throw error;
}

function nullIfOff(error: unknown): null {
  if (saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID)) return null;
  throw error;
}
