// Carries out one order through the driver and says how it ended, in our words and in Nova's (nova/compute/manager.py,
// nova/virt/libvirt: the table of crash-dump failures).

import type { Driver, Order as DriverOrder } from '../drivers/driver.ts';
import { ability, DriverFault } from '../drivers/driver.ts';
import { commandLine } from '../model/boot.ts';
import type { CreateSpec, Order, Outcome } from '../model/command.ts';
import type { CommandId, ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import { POWER_STATE } from '../model/power-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Images } from '../ports/images.ts';

/** What running an order needs. */
export interface RunDeps {
  readonly driver: Driver;
  readonly images: Images;
  readonly clock: Clock;
  /** True while the grant is good. */
  readonly inTime: () => boolean;
  /** Notes, durably, in which state the guest was found and that the NMI of a command is about to be asked for. */
  readonly noteNmi: (server: ServerId, command: CommandId, found: PowerState) => Promise<void>;
}

/** Runs it, at most once per call. Never throws: whatever happens is an outcome. */
export async function runOrder(deps: RunDeps, server: ServerId, command: CommandId, order: Order): Promise<Outcome> {
  try {
    requireInTime(deps);
    return await act(deps, server, { command }, order);
  } catch (error) {
    return outcomeOfFault(error);
  }
}

async function act(deps: RunDeps, server: ServerId, order: DriverOrder, what: Order): Promise<Outcome> {
  const { driver } = deps;
  switch (what.kind) {
    case 'create':
      await create(deps, what.spec, order);
      return { result: 'success' };
    case 'destroy':
      await driver.destroy(server, order);
      return { result: 'success' };
    case 'power-on':
      await driver.powerOn(server, order);
      return { result: 'success' };
    case 'power-off':
      await driver.powerOff(server, order);
      return { result: 'success' };
    case 'pause':
      await driver.pause(server, order);
      return { result: 'success' };
    case 'unpause':
      await driver.unpause(server, order);
      return { result: 'success' };
    case 'inject-nmi':
      return injectNmi(deps, server, order);
  }
}

async function create(deps: RunDeps, spec: CreateSpec, order: DriverOrder): Promise<void> {
  const files = await deps.images.files(spec.image);
  if (files === null)
    throw new DriverFault('failed', `image ${spec.image} is not on this host`, { novaClass: 'ImageNotFound' });
  await deps.driver.create(
    {
      id: spec.id,
      name: spec.name,
      displayName: spec.displayName,
      projectId: spec.projectId,
      vcpus: spec.vcpus,
      memoryMb: spec.memoryMb,
      boot: { kernel: files.kernel, initrd: files.initrd, commandLine: commandLine(spec.boot), properties: spec.boot },
      metadata: spec.metadata,
    },
    order,
  );
}

async function injectNmi(deps: RunDeps, server: ServerId, order: DriverOrder): Promise<Outcome> {
  const nmi = ability(deps.driver, 'injectNmi');
  const { powerState } = await deps.driver.guest(server);
  try {
    await deps.noteNmi(server, order.command, powerState);
  } catch (error) {
    // Without the note nobody could tell what came of it: it is not sent.
    const message = `the NMI was not sent: it could not be noted (${error instanceof Error ? error.message : String(error)})`;
    throw new DriverFault('failed', message, { novaClass: 'OSError', cause: error });
  }
  // Looked at last thing before asking: neither the hypervisor nor the disk may have made it late.
  requireInTime(deps);
  const late = Symbol('late');
  let cancel = () => {};
  const bound = new Promise<typeof late>((resolve) => {
    cancel = deps.clock.after(nmi.boundMs, () => resolve(late));
  });
  const sent = nmi.send(server, order);
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

function requireInTime(deps: RunDeps): void {
  if (!deps.inTime())
    throw new DriverFault('failed', 'the grant came too late to be acted on', { novaClass: 'MessagingTimeout' });
}

/** The outcome a thrown error stands for. */
function outcomeOfFault(error: unknown): Outcome {
  if (!(error instanceof DriverFault)) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'an unknown error';
    return { result: 'unknown', reason: `the agent failed: ${reason}` };
  }
  if (error.asked === 'maybe') return { result: 'unknown', reason: error.message };
  const reason = error.message;
  switch (error.code) {
    case 'not-implemented':
      return { result: 'error', reason, details: error.novaClass, faultCode: 500 };
    case 'not-supported':
    case 'not-running':
      return { result: 'error', reason, details: reason, faultCode: 400 };
    case 'not-found':
      return { result: 'error', reason, details: reason, faultCode: null };
    case 'connection-lost':
    case 'failed':
      return { result: 'error', reason, details: error.novaClass, faultCode: 500 };
  }
}
