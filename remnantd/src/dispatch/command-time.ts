// How much time a command has left, by the clock of whichever process asks. On the clock its bounds were set on that is exact;
// on another it may be granted only while its deadline is surely ahead, and ended only when its bound is surely over.

import type { CommandRow } from '../db/commands.ts';
import type { Clock } from '../ports/clock.ts';
import type { RowDates } from './row-dates.ts';

/** What tells a process the time of commands. */
export interface CommandClock {
  readonly clock: Clock;
  /** Of commands whose bounds another clock set, by their id. */
  readonly dates: RowDates;
}

/** A stretch of this process's monotonic clock, ms. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Deadlines are whole milliseconds of their own clock. */
const ROUNDED_MS = 1;

/** What of a command is to be dated: nothing where its bounds are on this clock. */
export function datedOf({ clock }: Pick<CommandClock, 'clock'>, { id, epoch }: CommandRow): readonly string[] {
  return epoch === clock.epoch ? [] : [id];
}

/** How long `command` may surely still be granted, ms; 0 or less when that is over or not known. */
export function grantableMs({ clock, dates }: CommandClock, command: CommandRow): number {
  if (command.epoch === clock.epoch) return command.deadline - clock.mono();
  return dates.date(command.id).after - ROUNDED_MS + command.allowedMs - clock.mono();
}

/** True if nobody may grant `command` any more; once it is granted, if its answer is overdue. */
export function isOverdue(time: CommandClock, command: CommandRow): boolean {
  const answerMs = command.state === 'granted' ? command.answerBy - command.deadline : 0;
  return time.clock.mono() >= allowed(time, command).to + answerMs;
}

/** From when to when a host could take `command`, at the latest. */
export function allowed({ clock, dates }: CommandClock, { id, epoch, deadline, allowedMs }: CommandRow): Stretch {
  const to = epoch === clock.epoch ? deadline : dates.date(id).by + allowedMs;
  return { from: to - allowedMs, to };
}
