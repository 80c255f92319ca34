// What an agent makes of commands that were begun when it died. For most, the guest tells whether they were done; an NMI
// leaves no trace that can be looked up, so it stays unknown (R3).

import type { Driver } from '../drivers/driver.ts';
import { DriverFault } from '../drivers/driver.ts';
import type { CommandKind, Outcome } from '../model/command.ts';
import { POWER_STATE } from '../model/power-state.ts';
import type { LedgerEntry } from './ledger.ts';

const DOING: Record<CommandKind, string> = {
  create: 'the server was being made',
  destroy: 'the server was being removed',
  'power-on': 'the server was being started',
  'power-off': 'the server was being stopped',
  pause: 'the server was being paused',
  unpause: 'the server was being unpaused',
  'inject-nmi': 'the NMI was being sent',
};

/** The outcome of a command that was begun and not ended, as far as it can be told now. */
export async function takeUp(driver: Driver, entry: LedgerEntry): Promise<Outcome> {
  const unknown: Outcome = { result: 'unknown', reason: `the agent restarted while ${DOING[entry.kind]}` };
  if (entry.kind === 'inject-nmi') return unknown;
  try {
    const guest = await driver.guest(entry.server);
    return isDone(entry.kind, guest.powerState) ? { result: 'success' } : unknown;
  } catch (error) {
    const gone = error instanceof DriverFault && error.code === 'not-found';
    return gone && entry.kind === 'destroy' ? { result: 'success' } : unknown;
  }
}

function isDone(kind: Exclude<CommandKind, 'inject-nmi'>, powerState: number): boolean {
  switch (kind) {
    case 'create':
    case 'power-on':
    case 'unpause':
      return powerState === POWER_STATE.running;
    case 'power-off':
      return powerState === POWER_STATE.shutdown;
    case 'pause':
      return powerState === POWER_STATE.paused;
    case 'destroy':
      return false;
  }
}
