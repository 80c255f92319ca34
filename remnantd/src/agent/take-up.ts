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
  suspend: 'the server was being suspended',
  resume: 'the server was being resumed',
  reboot: 'the server was being rebooted',
  rescue: 'the server was being rescued',
  unrescue: 'the server was being unrescued',
  resize: 'the server was being resized',
  'revert-resize': 'the server was being resized',
  rebuild: 'the server was being rebuilt',
  'inject-nmi': 'the NMI was being sent',
  'after-panic': 'what follows a panic was being done',
  'dump-memory': "the guest's memory was being written",
};

/** Of these there is more to look at than the guest: whoever did it says what became of it. */
type OwnEnd = Extract<CommandKind, 'dump-memory' | 'after-panic'>;
/** Who did what. */
export type WhoDid = Readonly<Record<OwnEnd, { takeUp(entry: LedgerEntry): Promise<Outcome> }>>;

/** The outcome of a command that was begun and not ended, as far as it can be told now. */
export async function takeUp(driver: Driver, entry: LedgerEntry, who: WhoDid): Promise<Outcome> {
  const unknown: Outcome = { result: 'unknown', reason: `the agent restarted while ${DOING[entry.kind]}` };
  if (entry.kind === 'inject-nmi') return unknown;
  if (entry.kind === 'dump-memory' || entry.kind === 'after-panic') return who[entry.kind].takeUp(entry);
  try {
    const guest = await driver.guest(entry.server);
    return isDone(entry.kind, guest.powerState) ? { result: 'success' } : unknown;
  } catch (error) {
    const gone = error instanceof DriverFault && error.code === 'not-found';
    return gone && entry.kind === 'destroy' ? { result: 'success' } : unknown;
  }
}

function isDone(kind: Exclude<CommandKind, OwnEnd | 'inject-nmi'>, powerState: number): boolean {
  switch (kind) {
    case 'create':
    case 'power-on':
    case 'unpause':
    case 'resume':
      return powerState === POWER_STATE.running;
    case 'power-off':
    case 'suspend':
      return powerState === POWER_STATE.shutdown;
    case 'pause':
      return powerState === POWER_STATE.paused;
    case 'destroy':
    // One that runs may be the guest as it was before.
    case 'reboot':
    case 'rescue':
    case 'unrescue':
    case 'resize':
    case 'revert-resize':
    case 'rebuild':
      return false;
  }
}
