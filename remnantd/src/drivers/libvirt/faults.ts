// Turns what went wrong on libvirt's side into the faults a driver may throw. Nova's class names and texts are those its
// libvirt driver gives, since they end up in a server's action log.

import type { ServerId } from '../../model/ids.ts';
import { DriverFault } from '../driver.ts';
import { ERROR } from './constants.ts';
import { LibvirtError, UnansweredError } from './errors.ts';
import { isOff } from './power-states.ts';

/** True if libvirt said no with this error number. */
export function saidNo(error: unknown, code: number): error is LibvirtError {
  return error instanceof LibvirtError && error.code === code;
}

/** The fault for a server that libvirt does not have. */
export function notFound(id: ServerId, cause?: unknown): DriverFault {
  return new DriverFault('not-found', `Instance ${id} could not be found.`, { novaClass: 'InstanceNotFound', cause });
}

/** The fault for a server that would have to run for what was asked. */
export function notRunning(id: ServerId, cause?: unknown): DriverFault {
  return new DriverFault('not-running', `Instance ${id} is not running.`, { novaClass: 'InstanceNotRunning', cause });
}

/** The fault for any `error` met while something was done to the host. */
export function hostFault(error: unknown): DriverFault {
  if (error instanceof DriverFault) return error;
  if (error instanceof UnansweredError) {
    const more = { asked: error.asked, novaClass: 'libvirtError', cause: error };
    return new DriverFault('connection-lost', error.message, more);
  }
  if (saidNo(error, ERROR.VIR_ERR_NO_SUPPORT)) {
    return new DriverFault('not-supported', error.message, { novaClass: 'libvirtError', cause: error });
  }
  const novaClass = error instanceof LibvirtError ? 'libvirtError' : error instanceof Error ? error.name : 'Error';
  return new DriverFault('failed', error instanceof Error ? error.message : String(error), { novaClass, cause: error });
}

/** The fault for any `error` met while something was done to server `id`. */
export function guestFault(error: unknown, id: ServerId): DriverFault {
  return saidNo(error, ERROR.VIR_ERR_NO_DOMAIN) ? notFound(id, error) : hostFault(error);
}

/** The fault for any `error` met while a guest that runs was looked at: libvirt refuses one that is off as it refuses other things. */
export async function lookFault(error: unknown, id: ServerId, state: () => Promise<number>): Promise<DriverFault> {
  const isRefused = saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID);
  return isRefused && isOff(await state()) ? notRunning(id, error) : guestFault(error, id);
}

/** The fault for any `error` met while an NMI was sent to server `id` (Nova: `Guest.inject_nmi` and its caller). */
export function nmiFault(error: unknown, id: ServerId): DriverFault {
  if (saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID)) return notRunning(id, error);
  if (saidNo(error, ERROR.VIR_ERR_NO_SUPPORT)) {
    const more = { novaClass: 'TriggerCrashDumpNotSupported', cause: error };
    return new DriverFault('not-supported', 'Triggering crash dump is not supported', more);
  }
  return guestFault(error, id);
}

/**
 * Rethrows what went wrong behind a call that had done something: where this one never left, that one may have been carried out all
 * the same.
 */
export function begun(error: unknown): never {
  if (!(error instanceof UnansweredError) || error.asked === 'maybe') throw error;
  throw new UnansweredError('maybe', error.message, error);
}

/** For a domain that went between being listed and being asked about. */
export function nullIfGone(error: unknown): null {
  if (saidNo(error, ERROR.VIR_ERR_NO_DOMAIN)) return null;
  throw error;
}

/** For a domain that is to be off and may be so already. */
export function nullIfOff(error: unknown): null {
  if (saidNo(error, ERROR.VIR_ERR_OPERATION_INVALID)) return null;
  throw error;
}
