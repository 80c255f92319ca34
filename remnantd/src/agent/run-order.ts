// Carries out one order through the driver and says how it ended, in our words and in Nova's (nova/compute/manager.py,
// nova/virt/libvirt: the table of crash-dump failures).

import type { BootSource, Driver, Order as DriverOrder, GuestSize, GuestSpec, RootDisk } from '../drivers/driver.ts';
import { ability, DriverFault } from '../drivers/driver.ts';
import type { BootProperties } from '../model/boot.ts';
import { commandLine } from '../model/boot.ts';
import type { CreateSpec, DiskWish, FoundDisk, Order, Outcome, RescueSource } from '../model/command.ts';
import { tasksOf } from '../model/command-tasks.ts';
import { configDriveFiles } from '../model/config-drive.ts';
import type { CommandId, ImageId, ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import { POWER_STATE } from '../model/power-state.ts';
import type { TaskState } from '../model/server-states.ts';
import type { Clock } from '../ports/clock.ts';
import type { Images } from '../ports/images.ts';
import { ImagesUnavailable } from '../ports/images.ts';

/** What running an order needs. */
export interface RunDeps {
  readonly driver: Driver;
  readonly images: Images;
  readonly clock: Clock;
  /** True while the grant is good: what begins, begins by then. */
  readonly inTime: () => boolean;
  /** True until the deadline: what began in time, and has done nothing yet, may be tried again. */
  readonly beforeDeadline: () => boolean;
  /** Resolves when the command is in the ledger: an NMI is got ready while it is written. Rejects when it cannot be. */
  readonly begun: Promise<void>;
  /** The power state a guest is shown in that was found in this one. */
  readonly shown: (server: ServerId, found: PowerState) => PowerState;
  /** The power state of the guest that an NMI is for, as a look finds it that may be under way already. Throws DriverFault. */
  readonly look: (server: ServerId) => Promise<PowerState>;
  /** Notes, durably, in which state the guest was found and that the NMI of a command is about to be asked for. */
  readonly noteNmi: (server: ServerId, command: CommandId, found: PowerState) => Promise<void>;
  /** Tells how far the host is with a command, for people to see. */
  readonly noteTask: (server: ServerId, command: CommandId, task: TaskState) => void;
  /** Notes, durably, in which state a guest was found after an order on it failed. */
  readonly noteFound: (server: ServerId, found: PowerState) => Promise<void>;
  /** Tells those who run the host of a fault that says more than its owner may read. */
  readonly noteFault: (fault: DriverFault) => void;
  /** Notes what can be seen of a guest, within a second; never rejects. */
  readonly noteVitals: (server: ServerId, command: CommandId) => Promise<void>;
  /** Does what follows a panic. Throws DriverFault. */
  readonly afterPanic: (server: ServerId, command: CommandId, order: AfterPanicOrder) => Promise<Outcome>;
  /** Has the guest's memory written and kept; calls back when it is ready to ask for that in its turn. Throws DriverFault. */
  readonly dumpMemory: (server: ServerId, order: DriverOrder, stillGood: () => void) => Promise<void>;
}

/** An order that came to nothing before the driver was asked: the guest is what it was. */
class NotBegun extends DriverFault {}

/** What follows a panic. */
export type AfterPanicOrder = Extract<Order, { kind: 'after-panic' }>;

/** Runs it, at most once per call. Never throws: whatever happens is an outcome. */
export async function runOrder(deps: RunDeps, server: ServerId, command: CommandId, order: Order): Promise<Outcome> {
  try {
    requireInTime(deps);
    return await act(deps, server, { command }, order);
  } catch (error) {
    if (error instanceof DriverFault && error.forOwner !== error.message) deps.noteFault(error);
    const outcome = outcomeOfFault(error);
    if (outcome.result === 'error' && outcome.untouched !== true && tasksOf(order).length > 0) {
      await noteWhatIsLeft(deps, server);
    }
    return outcome;
  }
}

/** It is told before the outcome: what becomes of the server follows from both. */
async function noteWhatIsLeft(deps: RunDeps, server: ServerId): Promise<void> {
  try {
    const { powerState } = await deps.driver.guest(server);
    await deps.noteFound(server, deps.shown(server, powerState));
  } catch {
    // A guest that cannot be looked at any more is gone, or is told of when its host can be reached again.
  }
}

async function act(deps: RunDeps, server: ServerId, order: DriverOrder, what: Order): Promise<Outcome> {
  const { driver } = deps;
  switch (what.kind) {
    case 'create':
      await create(deps, what.spec, order);
      return { result: 'success' };
    case 'destroy':
      await driver.destroy(server, order, what.stale);
      return { result: 'success' };
    case 'power-on':
      await driver.powerOn(server, order);
      return { result: 'success' };
    case 'power-off':
      await powerOff(driver, server, order);
      return { result: 'success' };
    case 'pause':
      await ability(driver, 'pause').pause(server, order);
      return { result: 'success' };
    case 'unpause':
      await ability(driver, 'pause').unpause(server, order);
      return { result: 'success' };
    case 'suspend':
      await ability(driver, 'suspend').suspend(server, order);
      return { result: 'success' };
    case 'resume':
      await ability(driver, 'suspend').resume(server, order);
      return { result: 'success' };
    case 'reboot':
      await reboot(deps, server, order, what.how);
      return { result: 'success' };
    case 'rescue':
      await rescue(deps, server, order, what.from);
      return { result: 'success' };
    case 'unrescue':
      await ability(driver, 'rescue').unrescue(server, order);
      return { result: 'success' };
    case 'resize':
      await resize(deps, server, order, what.size);
      return { result: 'success' };
    case 'revert-resize':
      await ability(driver, 'resize').resize(server, what.size, order);
      if (what.stopped) await driver.powerOff(server, order);
      else await driver.powerOn(server, order);
      return { result: 'success' };
    case 'rebuild':
      return rebuild(deps, server, order, what);
    case 'inject-nmi':
      return injectNmi(deps, server, order, what.evidence === true);
    case 'after-panic':
      return deps.afterPanic(server, order.command, what);
    case 'dump-memory':
      // It may take long to get ready: a grant that ran out meanwhile asks for nothing.
      await deps.dumpMemory(server, order, () => requireInTime(deps));
      return { result: 'success' };
  }
}

async function create(deps: RunDeps, spec: CreateSpec, order: DriverOrder): Promise<void> {
  deps.noteTask(spec.id, order.command, 'block_device_mapping');
  const make = ability(deps.driver, 'make');
  const { boot, disk } = await bootOf(deps, spec.image, spec.boot, spec.diskGb ?? 0);
  deps.noteTask(spec.id, order.command, 'spawning');
  await make.create(guestOf(spec, boot, disk, order), order);
}

function guestOf(spec: CreateSpec, boot: BootSource | null, disk: RootDisk | null, order: DriverOrder): GuestSpec {
  return {
    id: spec.id,
    name: spec.name,
    displayName: spec.displayName,
    projectId: spec.projectId,
    vcpus: spec.vcpus,
    memoryMb: spec.memoryMb,
    boot,
    metadata: spec.metadata,
    network: spec.network === true,
    making: order.command,
    ...(disk === null ? {} : { disk }),
    ...(spec.configDrive === undefined ? {} : { configDrive: configDriveFiles(spec, spec.configDrive) }),
  };
}

/** What a guest of this image boots from. Throws DriverFault where this host has not got the image. */
async function bootOf(
  deps: RunDeps,
  image: ImageId,
  properties: BootProperties,
  sizeGb: number,
): Promise<{ boot: BootSource | null; disk: RootDisk | null }> {
  const files = await deps.images.files(image).catch((error: unknown) => {
    if (!(error instanceof ImagesUnavailable)) throw error;
    throw new NotBegun('failed', error.message, { novaClass: 'GlanceConnectionFailed', cause: error });
  });
  if (files === null)
    throw new NotBegun('failed', `image ${image} is not on this host`, { novaClass: 'ImageNotFound' });
  return {
    boot: files.boot === null ? null : { ...files.boot, commandLine: commandLine(properties), properties },
    disk: files.disk === null ? null : { image: files.disk.path, format: files.disk.format, sizeGb },
  };
}

/** How long a guest has to go down by itself before its power is cut, ms. */
export const GO_DOWN_MS = 20_000;

/** It is asked first, where it can be: what it has not written to its disk yet is its owner's. */
async function powerOff(driver: Driver, server: ServerId, order: DriverOrder): Promise<void> {
  if (driver.reboot?.down === undefined) await driver.powerOff(server, order);
  else await driver.reboot.down(server, GO_DOWN_MS, order);
}

async function reboot(deps: RunDeps, server: ServerId, order: DriverOrder, how: 'soft' | 'hard'): Promise<void> {
  const verb = ability(deps.driver, 'reboot');
  const hard = how === 'hard' ? '_hard' : '';
  deps.noteTask(server, order.command, `reboot_pending${hard}`);
  deps.noteTask(server, order.command, `reboot_started${hard}`);
  if (how === 'soft') await verb.soft(server, GO_DOWN_MS, order);
  else await verb.hard(server, order);
}

async function rescue(deps: RunDeps, server: ServerId, order: DriverOrder, from: RescueSource): Promise<void> {
  const verb = ability(deps.driver, 'rescue');
  await verb.rescue(server, await bootOf(deps, from.image, from.boot, 0), order);
}

async function resize(deps: RunDeps, server: ServerId, order: DriverOrder, size: GuestSize): Promise<void> {
  const verb = ability(deps.driver, 'resize');
  deps.noteTask(server, order.command, 'resize_migrating');
  deps.noteTask(server, order.command, 'resize_migrated');
  deps.noteTask(server, order.command, 'resize_finish');
  await verb.resize(server, size, order);
}

async function rebuild(
  deps: RunDeps,
  server: ServerId,
  order: DriverOrder,
  { spec, stopped, disk: wish, replaces }: Extract<Order, { kind: 'rebuild' }>,
): Promise<Outcome> {
  const make = ability(deps.driver, 'make');
  deps.noteTask(server, order.command, 'rebuild_block_device_mapping');
  const kept = wish === undefined ? null : await diskToKeep(make, server, wish);
  if (wish?.expected !== undefined && wish.expected !== (kept !== null)) return WRONG_STORAGE;
  // Before anything is removed: without its image the server stays what it is. One that boots from a disk that is there needs none.
  const { boot, disk } =
    kept !== null && spec.boot['kernel_id'] === undefined
      ? { boot: null, disk: null }
      : await bootOf(deps, spec.image, spec.boot, spec.diskGb ?? 0);
  deps.noteTask(server, order.command, 'rebuild_spawning');
  const guest = { ...guestOf(spec, boot, disk, order), ...(replaces === undefined ? {} : { replaces }) };
  if (wish !== undefined) {
    // What is here of it by an earlier move goes, but for its files; who still runs on those is not dead, and loses nothing.
    await deps.driver.destroy(server, order, []);
    await make.requireFreeDisk(server);
  }
  if (kept === null) {
    await deps.driver.destroy(server, order, replaces);
    await make.create(guest, order);
  } else {
    await make.createOnDisk(guest, order);
  }
  if (stopped) await deps.driver.powerOff(server, order);
  return kept === null ? { result: 'success' } : { result: 'success', kept };
}

/** The server's disk, where it lies on storage that this host shares with its last one; null for none, or an old one of it. */
async function diskToKeep(
  make: NonNullable<Driver['make']>,
  server: ServerId,
  { stale }: DiskWish,
): Promise<FoundDisk | null> {
  const found = await make.findDisk(server).catch((error: unknown) => {
    if (!(error instanceof DriverFault) || error.asked === 'maybe') throw error;
    // Whether there is one is not known: to make one in its place would be to lose it.
    throw new NotBegun(error.code, error.message, error);
  });
  return found?.making != null && stale.includes(found.making) ? null : found;
}

/** Nova's words (compute/manager.py: `_do_rebuild_instance`); there, too, the server is in ERROR then. */
const NOT_AS_SAID = 'Invalid state of instance files on shared storage';
const WRONG_STORAGE: Outcome = { result: 'error', reason: NOT_AS_SAID, details: NOT_AS_SAID, faultCode: 500 };

async function injectNmi(deps: RunDeps, server: ServerId, order: DriverOrder, evidence: boolean): Promise<Outcome> {
  const nmi = ability(deps.driver, 'injectNmi');
  if (evidence) await deps.noteVitals(server, order.command);
  // One that crashed and was paused by us will not resume by itself: it holds no NMI that could be waited for.
  const powerState = deps.shown(server, await deps.look(server));
  try {
    await Promise.all([deps.begun, deps.noteNmi(server, order.command, powerState)]);
  } catch (error) {
    // Without the ledger it could be sent twice, and without the note nobody could tell what came of it: it is not sent.
    const message = `the NMI was not sent: it could not be noted (${error instanceof Error ? error.message : String(error)})`;
    throw new DriverFault('failed', message, { novaClass: 'OSError', cause: error });
  }
  const late = Symbol('late');
  let cancel = () => {};
  const bound = new Promise<typeof late>((resolve) => {
    cancel = deps.clock.after(nmi.boundMs, () => resolve(late));
  });
  // Looked at last thing before asking: neither the hypervisor nor the disk may have made it late.
  const sent = nmi.send(server, order, stillGood(deps));
  const first = await Promise.race([sent, bound]).finally(() => cancel());
  if (first === late) {
    // Its answer, should one come, has nobody left to hear it.
    sent.catch(() => {});
    return {
      result: 'unknown',
      reason: `the ${deps.driver.type} driver did not answer within ${nmi.boundMs / 1000} s; the NMI may have been sent`,
    };
  }
  const latched = nmi.latchedWhilePaused && powerState === POWER_STATE.paused;
  return { result: 'success', meaning: latched ? 'latched' : nmi.asking };
}

/** The first time it must be in time to begin; after that, to be tried again. */
function stillGood(deps: RunDeps): () => void {
  let begun = false;
  return () => {
    if (begun) requireGood(deps.beforeDeadline());
    else requireInTime(deps);
    begun = true;
  };
}

function requireInTime(deps: RunDeps): void {
  requireGood(deps.inTime());
}

function requireGood(good: boolean): void {
  if (!good) throw new NotBegun('failed', 'the grant came too late to be acted on', { novaClass: 'MessagingTimeout' });
}

/** The outcome a thrown error stands for. */
function outcomeOfFault(error: unknown): Outcome {
  if (!(error instanceof DriverFault)) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'an unknown error';
    return { result: 'unknown', reason: `the agent failed: ${reason}` };
  }
  if (error.asked === 'maybe') return { result: 'unknown', reason: error.forOwner };
  const reason = error.forOwner;
  const untouched = error instanceof NotBegun ? ({ untouched: true } as const) : {};
  switch (error.code) {
    case 'not-implemented':
      return { result: 'error', reason, details: error.novaClass, faultCode: 500, untouched: true };
    case 'not-supported':
    case 'not-running':
      return { result: 'error', reason, details: reason, faultCode: 400, ...untouched };
    case 'not-found':
      return { result: 'error', reason, details: reason, faultCode: null, ...untouched };
    case 'connection-lost':
    case 'failed':
      return { result: 'error', reason, details: error.novaClass, faultCode: 500, ...untouched };
  }
}
