// Makes guests and removes them, with all that is theirs: log, ports, disks, definition.
// Invariant: a guest that could not be made leaves nothing, or the fault says what it left. A disk that was there before stays.

import type { FoundDisk } from '../../model/command.ts';
import type { CommandId, ServerId } from '../../model/ids.ts';
import { DriverFault, type GuestSpec } from '../driver.ts';
import type { ConsoleLogs } from './console-log.ts';
import { ERROR, FLAG } from './constants.ts';
import { define } from './definition.ts';
import { domainXml } from './domain-xml.ts';
import { hostFault, nullIfGone, saidNo } from './faults.ts';
import type { GuestDisks } from './guest-disks.ts';
import type { GuestPorts } from './guest-ports.ts';
import { ACT_MS, type BoundedCall, type GuestPower } from './guest-power.ts';
import { type DomainRef, PROCEDURES } from './procedures.ts';

/** What making guests needs of its driver. */
export interface DomainMakerDeps {
  readonly call: BoundedCall;
  readonly power: GuestPower;
  readonly logs: ConsoleLogs;
  readonly ports: GuestPorts;
  readonly disks: GuestDisks;
  readonly host: {
    readonly accel: 'kvm' | 'tcg';
    readonly emulator: string;
    /** libvirt's name for the network that guests are put on; null: on none. */
    readonly network: string | null;
    /** Whether guests get a screen. */
    readonly screen: boolean;
  };
}

const undefineFlags =
  FLAG.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
  FLAG.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
  FLAG.VIR_DOMAIN_UNDEFINE_NVRAM |
  FLAG.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;

/** The ability `make` and the verb `destroy`, for a guest that `dom` names. They reject with whatever went wrong. */
export interface DomainMaker {
  create(spec: GuestSpec, dom: DomainRef): Promise<void>;
  findDisk(id: ServerId): Promise<FoundDisk | null>;
  requireFreeDisk(id: ServerId): Promise<void>;
  createOnDisk(spec: GuestSpec, dom: DomainRef): Promise<void>;
  /** Also of a guest that is there in part, or not at all. */
  remove(id: ServerId, dom: DomainRef, stale?: readonly CommandId[]): Promise<void>;
}

/** A maker of guests on `deps.host`. */
export function domainMaker({ call, power, logs, ports, disks, host }: DomainMakerDeps): DomainMaker {
  const remove = async (id: ServerId, dom: DomainRef, stale?: readonly CommandId[]): Promise<void> => {
    try {
      await power.cut(dom);
      await call(PROCEDURES.domainUndefineFlags, { dom, flags: undefineFlags }, ACT_MS);
    } catch (error) {
      if (!saidNo(error, ERROR.VIR_ERR_NO_DOMAIN)) throw error;
    }
    await logs.remove(id);
    await ports.remove(id);
    await disks.remove(id, stale);
  };

  const makeFiles = async (spec: GuestSpec): Promise<void> => {
    if (!hasFiles(spec)) return;
    const { id, disk, configDrive, making } = spec;
    await disks.begin(id, spec);
    if (disk !== undefined) await disks.make(id, 'root', disk, making);
    if (configDrive !== undefined) await disks.makeConfigDrive(id, configDrive, making);
    await disks.requireSign(id, making);
  };

  /** What its owner put on its config drive is nowhere else: one that is there stays. */
  const completeFiles = async ({ id, configDrive }: GuestSpec): Promise<void> => {
    if (configDrive === undefined || (await disks.hasConfigDrive(id))) return;
    await disks.makeConfigDrive(id, configDrive);
  };

  const boot = async (spec: GuestSpec, hasDisk: boolean): Promise<void> => {
    const { id, configDrive } = spec;
    await logs.prepare(id);
    await ports.prepare(id);
    const xml = domainXml(spec, {
      accel: host.accel,
      emulator: host.emulator,
      consoleLog: logs.path(id),
      portPath: (port) => ports.path(id, port),
      rootDisk: hasDisk ? disks.path(id, 'root') : null,
      configDrive: configDrive === undefined ? null : disks.configDrivePath(id),
      network: spec.network === true ? host.network : null,
      screen: host.screen,
    });
    const dom = await define(xml, call);
    await call(PROCEDURES.domainCreateWithFlags, { dom, flags: 0 }, ACT_MS);
  };

  /** Defining a domain with a UUID that is taken would change that one. */
  const requireNew = async (id: ServerId, ref: DomainRef): Promise<void> => {
    const taken = await call(PROCEDURES.domainLookupByUuid, ref).catch(nullIfGone);
    if (taken !== null) throw new DriverFault('failed', `Instance ${id} already exists on this host.`);
  };

  return {
    remove,
    findDisk: (id) => disks.find(id),
    requireFreeDisk: (id) => disks.requireFree(id),
    async create(spec, ref) {
      await requireNew(spec.id, ref);
      if (spec.boot === null && spec.disk === undefined) {
        throw new DriverFault('failed', `Instance ${spec.id} has nothing to boot from.`);
      }
      if (hasFiles(spec)) await disks.requireFolder();
      try {
        await makeFiles(spec);
        await boot(spec, spec.disk !== undefined);
      } catch (error) {
        // What another host made meanwhile is not this one's to take back.
        await leaveNothing(() => remove(spec.id, ref, spec.making === undefined ? undefined : [spec.making]), error);
        throw error;
      }
    },
    async createOnDisk(spec, ref) {
      await requireNew(spec.id, ref);
      try {
        await disks.take(spec.id, spec.making);
        // What it was rescued with where it was before.
        await disks.endRescue(spec.id);
        await completeFiles(spec);
        // QEMU's own lock keeps it from a disk that another one runs on.
        await boot(spec, true);
      } catch (error) {
        await leaveNothing(() => remove(spec.id, ref, []), error);
        throw error;
      }
    },
  };
}

function hasFiles({ disk, configDrive }: GuestSpec): boolean {
  return disk !== undefined || configDrive !== undefined;
}

/** After a create that failed with `cause`: takes back what it did. What cannot be taken back is said in the fault. */
async function leaveNothing(remove: () => Promise<void>, cause: unknown): Promise<void> {
  try {
    await remove();
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
