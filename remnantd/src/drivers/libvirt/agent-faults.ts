// Turns what libvirt says of a guest's agent into faults. libvirt has one number for "nobody is there" and "it does not answer",
// and one for everything that the agent itself refuses; the rest is in its words.

import { GuestAgentFault } from '../driver.ts';
import { ERROR } from './constants.ts';
import { LibvirtError, UnansweredError } from './errors.ts';
import { saidNo } from './faults.ts';

/** The agent answered, and refused this one thing: a file that is not there, say. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** What `error`, met while a guest's agent was asked, stands for; what is about something else is given back. */
export function agentFault(error: unknown): unknown {
  if (error instanceof UnansweredError && error.asked === 'maybe') {
    return new GuestAgentFault('silent', 'libvirt gave no answer of the guest agent in time', error);
  }
  if (!(error instanceof LibvirtError)) return error;
  const { message } = error;
  if (saidNo(error, ERROR.VIR_ERR_ARGUMENT_UNSUPPORTED)) return new GuestAgentFault('absent', message, error);
  if (saidNo(error, ERROR.VIR_ERR_AGENT_UNRESPONSIVE)) {
    return new GuestAgentFault(message.includes('not connected') ? 'absent' : 'silent', message, error);
  }
  if (saidNo(error, ERROR.VIR_ERR_AGENT_UNSYNCED) || /agent command.* timed out/i.test(message)) {
    return new GuestAgentFault('silent', message, error);
  }
  // Its number differs from one libvirt to the next; its words do not.
  if (!/agent command/i.test(message)) return error;
  // As qemu-ga words it since its first versions: "has been disabled"; and one that has never heard of the call.
  if (/has been disabled|not allowed|has not been found/i.test(message)) {
    return new GuestAgentFault('blocked', message, error);
  }
  return new CommandRefused(message, { cause: error });
}
