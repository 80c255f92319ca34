// Which task_states a server shows while its host carries out an order, in the order in which they come (Nova:
// compute/manager.py). What a host says of its progress is believed only within its own order's row.

import type { CommandKind, Order } from './command.ts';
import type { TaskState } from './server-states.ts';

const TASKS: Readonly<Record<Exclude<CommandKind, 'reboot'>, readonly TaskState[]>> = {
  create: ['scheduling', 'networking', 'block_device_mapping', 'spawning'],
  destroy: ['deleting'],
  'power-on': ['powering-on'],
  'power-off': ['powering-off'],
  pause: ['pausing'],
  unpause: ['unpausing'],
  suspend: ['suspending'],
  resume: ['resuming'],
  rescue: ['rescuing'],
  unrescue: ['unrescuing'],
  resize: ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'],
  'revert-resize': ['resize_reverting'],
  rebuild: ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning'],
  // What these do shows elsewhere: the server itself stays what it is.
  'inject-nmi': [],
  'dump-memory': [],
  'after-panic': [],
};

const REBOOT = {
  soft: ['rebooting', 'reboot_pending', 'reboot_started'],
  hard: ['rebooting_hard', 'reboot_pending_hard', 'reboot_started_hard'],
} as const satisfies Record<string, readonly TaskState[]>;

/** The task_states of `order`, first to last; none for one that shows as none. */
export function tasksOf(order: Order): readonly TaskState[] {
  return order.kind === 'reboot' ? REBOOT[order.how] : TASKS[order.kind];
}
