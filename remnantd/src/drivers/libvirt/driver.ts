// The libvirt driver: QEMU guests on this host, through libvirtd's own protocol. Every verb names a guest by UUID alone, so
// each is one call where it can be one; an NMI is sent by exactly one, and never resent.
// Invariant: guests that Remnant did not make are touched only by a verb that names them.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asId, type CommandId, isUuid, type ServerId } from '../../model/ids.ts';
import type { DriverListener, Guest, GuestAgent, GuestEvent, GuestMaker, Inventory, Order } from '../driver.ts';
import { DriverFault } from '../driver.ts';
import type {
  InjectNmi,
  MakeGuest,
  PauseGuest,
  RebootGuest,
  RescueGuest,
  ResetGuest,
  ResizeGuest,
  SuspendGuest,
} from '../guest-life.ts';
import type { ReadAddresses, ReadConsole, ReadVitals } from '../guest-view.ts';
import { ConsoleLogs } from './console-log.ts';
import { ERROR } from './constants.ts';
import type { DiskFolder } from './disk-folder.ts';
import { dumpMemory } from './dump-memory.ts';
import { UnansweredError } from './errors.ts';
import { begun, guestFault, hostFault, notFound, notRunning, nullIfGone, saidNo } from './faults.ts';
import { followCrash, guestFiles } from './follow-crash.ts';
import { guestAgent } from './guest-agent.ts';
import { GuestDisks } from './guest-disks.ts';
import { GuestPorts } from './guest-ports.ts';
import { ACT_MS, GuestPower } from './guest-power.ts';
import { GuestWatch } from './guest-watch.ts';
import { hostUptime } from './host-uptime.ts';
import type { ReceiveBounds, Receiving } from './incoming-stream.ts';
import { injectNmi } from './inject-nmi.ts';
import { hostInventory } from './inventory.ts';
import { Link } from './link.ts';
import { type DomainMaker, domainMaker } from './make-guest.ts';
import { type MemoryPipes, memoryPipes } from './memory-pipe.ts';
import { isOurs } from './ownership.ts';
import { isOff, isPaused, isRunning, powerState } from './power-states.ts';
import { type DomainRef, PROCEDURES, type Procedure, type ReadStream } from './procedures.ts';
import { readAddresses } from './read-addresses.ts';
import { readVitals } from './read-vitals.ts';
import { rebootGuest } from './reboot.ts';
import { rescueGuest } from './rescue.ts';
import { resizeGuest } from './resize.ts';
import { suspendGuest } from './suspend.ts';

/** How to reach libvirt and how to make guests. */
export interface LibvirtOptions {
  /** libvirtd's read-write socket, e.g. /run/libvirt/libvirt-sock. */
  readonly socketPath: string;
  /** Default qemu:///system. */
  readonly uri?: string;
  /** A folder of the driver's own; console logs are in its `console`, FIFOs in its `ports` and its `memory`, disks in its `disks`. */
  readonly stateDir: string;
  /** The folder the daemon keeps all in; `stateDir` is in it, or the same. */
  readonly stateRoot: string;
  /** The folder for disks instead, which other hosts may have too; default null: the one in `stateDir`. It must be there. */
  readonly disks?: string | null;
  /** `kvm`, or `tcg` where the host has none: slow, but the same in all else. */
  readonly accel: 'kvm' | 'tcg';
  /** The QEMU binary; default /usr/bin/qemu-system-x86_64. */
  readonly emulator?: string;
  /** libvirt's name for the network that guests are put on; default null: on none. */
  readonly network?: string | null;
  /** Whether guests get a screen, of which pictures can be taken; default true. */
  readonly screen?: boolean;
  /** Wall clock in ms, for events. */
  readonly now: () => number;
  /** Pauses between tries to connect, in ms; default 200, doubled up to 2,000. */
  readonly reconnect?: { readonly firstMs: number; readonly mostMs: number };
}

/** Reading calls answer in under a millisecond. */
const readMs = 30_000;

/** A driver for the libvirtd at `options.socketPath`. */
export function libvirtDriver(options: LibvirtOptions): GuestMaker {
  return new LibvirtDriver(options);
}

class LibvirtDriver implements GuestMaker {
  readonly type = 'libvirt';
  readonly hostUptime = () => hostUptime();
  readonly make: MakeGuest;
  readonly pause: PauseGuest;
  readonly injectNmi: InjectNmi;
  readonly readConsole: ReadConsole;
  readonly reset: ResetGuest;
  readonly suspend: SuspendGuest;
  readonly reboot: RebootGuest;
  readonly rescue: RescueGuest;
  readonly resize: ResizeGuest;
  readonly readAddresses: ReadAddresses;
  readonly vitals: ReadVitals;
  readonly followCrash: ReturnType<typeof followCrash>;
  readonly guestAgent: GuestAgent;
  readonly dumpMemory: ReturnType<typeof dumpMemory>;
  readonly #options: LibvirtOptions;
  readonly #logs: ConsoleLogs;
  readonly #ports: GuestPorts;
  readonly #power: GuestPower;
  readonly #maker: DomainMaker;
  readonly #memory: MemoryPipes;
  readonly #folder: DiskFolder;
  #unwatch = () => {};
  #link: Link | null = null;

  constructor(options: LibvirtOptions) {
    this.#options = options;
    this.#logs = new ConsoleLogs(options.stateDir);
    this.#ports = new GuestPorts(options.stateDir, options.stateRoot);
    const call = this.#call.bind(this);
    const guarded = this.#of.bind(this);
    const disks = new GuestDisks(options.stateDir, options.stateRoot, options.disks);
    this.#folder = disks.folder;
    const power = new GuestPower({ call, logs: this.#logs, ports: this.#ports });
    const { accel, emulator = '/usr/bin/qemu-system-x86_64', network = null, screen = true } = options;
    const host = { accel, emulator, network, screen };
    this.#power = power;
    this.#maker = domainMaker({ call, power, logs: this.#logs, ports: this.#ports, disks, host });
    this.make = {
      create: (spec) => this.#of(spec.id, (ref) => this.#maker.create(spec, ref)),
      findDisk: (id) => this.#of(id, () => this.#maker.findDisk(id)),
      requireFreeDisk: (id) => this.#of(id, () => this.#maker.requireFreeDisk(id)),
      createOnDisk: (spec) => this.#of(spec.id, (ref) => this.#maker.createOnDisk(spec, ref)),
    };
    this.pause = {
      pause: (id) => this.#act(id, isPaused, (dom) => call(PROCEDURES.domainSuspend, { dom }, ACT_MS)),
      unpause: (id) => this.#act(id, isRunning, (dom) => call(PROCEDURES.domainResume, { dom }, ACT_MS)),
    };
    this.injectNmi = injectNmi(call, guarded);
    this.vitals = readVitals({ call, guarded, receive: this.#receive.bind(this) });
    this.reset = { reset: (id) => this.#reset(id) };
    this.suspend = suspendGuest({ call, guarded, power });
    this.reboot = rebootGuest({ guarded, power });
    this.rescue = rescueGuest({ call, guarded, power, disks });
    this.resize = resizeGuest({ call, guarded, power, disks });
    this.readAddresses = readAddresses({ call, guarded });
    this.readConsole = { read: (id, lines) => this.#console(id, lines) };
    this.#memory = memoryPipes(join(options.stateDir, 'memory'));
    this.dumpMemory = dumpMemory({ call, pipes: this.#memory });
    this.guestAgent = guestAgent({ call, guarded });
    this.followCrash = followCrash({
      logs: this.#logs,
      ports: this.#ports,
      xml: async (id) => (await this.#call(PROCEDURES.domainGetXmlDesc, { dom: refTo(id), flags: 0 })).xml,
      guarded: (id, work) => this.#of(id, work),
    });
  }

  async start(listener: DriverListener): Promise<void> {
    const { socketPath, uri = 'qemu:///system', reconnect = { firstMs: 200, mostMs: 2_000 }, now } = this.#options;
    const watch = new GuestWatch({
      listener: {
        connection: (connection) => listener.connection(connection),
        guestEvent: (event) => {
          this.#noteStop(event);
          listener.guestEvent(event);
        },
      },
      now,
      call: (procedure, args) => this.#call(procedure, args, ACT_MS),
      files: guestFiles(this.#logs, this.#ports),
    });
    await mkdir(this.#options.stateDir, { recursive: true, mode: 0o700 });
    await this.#memory.sweep();
    this.#unwatch = this.#folder.watch(() => listener.changed?.('room'));
    this.#link = new Link({ socketPath, uri, reconnect }, watch);
    this.#link.start();
  }

  async stop(): Promise<void> {
    this.#unwatch();
    this.dumpMemory.stop();
    await this.#link?.stop();
    this.#link = null;
    await this.followCrash.stop();
  }

  async inventory(): Promise<Inventory> {
    try {
      return await hostInventory((procedure, args) => this.#call(procedure, args, ACT_MS), this.#folder);
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

  async destroy(id: ServerId, _order: Order, stale?: readonly CommandId[]): Promise<void> {
    await this.#of(id, (ref) => this.#maker.remove(id, ref, stale));
  }

  async powerOn(id: ServerId): Promise<void> {
    await this.#act(id, isRunning, (dom) => this.#power.start(id, dom));
  }

  async powerOff(id: ServerId): Promise<void> {
    await this.#act(id, isOff, (dom) => this.#call(PROCEDURES.domainDestroyFlags, { dom, flags: 0 }, ACT_MS));
  }

  async #reset(id: ServerId): Promise<void> {
    await this.#of(id, async (dom) => {
      try {
        await this.#call(PROCEDURES.domainReset, { dom, flags: 0 }, ACT_MS);
        const { state } = await this.#call(PROCEDURES.domainGetState, { dom, flags: 0 }).catch(begun);
        // libvirt leaves one that had crashed, or was paused, paused at its first instruction.
        if (!isRunning(state)) await this.#call(PROCEDURES.domainResume, { dom }, ACT_MS).catch(begun);
      } catch (error) {
        throw saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID) ? notRunning(id, error) : error;
      }
    });
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
    if (this.#link === null) throw notStarted();
    return this.#link.call(procedure, args, timeoutMs);
  }

  #receive<Args, Ret>(procedure: ReadStream<Args, Ret>, args: Args, bounds: ReceiveBounds): Receiving<Ret> {
    if (this.#link !== null) return this.#link.receive(procedure, args, bounds);
    return { whole: Promise.reject(notStarted()), over: Promise.resolve() };
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

  #noteStop({ guest, kind }: GuestEvent): void {
    if (kind !== 'stopped' || !isUuid(guest)) return;
    this.#ports.stopped(guest);
    this.#power.noteStop(guest);
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

function notStarted(): UnansweredError {
  return new UnansweredError('no', 'the libvirt driver is not started');
}

function refTo(id: ServerId): DomainRef {
  return { name: id, uuid: id, id: -1 };
}
