// The life of a server as one table: which action is allowed in which state, what it is called while it runs, and where
// it leads. `refusal()` and the documentation derive from it. Source: Nova's compute API (facts of 26.2.2).

/** Nova's vm_state: what the server should be. */
export const VM_STATES = [
  'active',
  'building',
  'paused',
  'suspended',
  'stopped',
  'rescued',
  'resized',
  'soft-delete',
  'deleted',
  'error',
  'shelved',
  'shelved_offloaded',
] as const;
/** A vm_state. */
export type VmState = (typeof VM_STATES)[number];

/** Nova's task_state: what is being done with the server right now. */
export const TASK_STATES = [
  'scheduling',
  'block_device_mapping',
  'networking',
  'spawning',
  'rebooting',
  'reboot_pending',
  'reboot_started',
  'rebooting_hard',
  'reboot_pending_hard',
  'reboot_started_hard',
  'updating_password',
  'pausing',
  'unpausing',
  'suspending',
  'resuming',
  'powering-off',
  'powering-on',
  'rescuing',
  'unrescuing',
  'rebuilding',
  'rebuild_block_device_mapping',
  'rebuild_spawning',
  'migrating',
  'resize_prep',
  'resize_migrating',
  'resize_migrated',
  'resize_finish',
  'resize_reverting',
  'resize_confirming',
  'deleting',
  'soft-deleting',
] as const;
/** A task_state. */
export type TaskState = (typeof TASK_STATES)[number];

/** The actions of this table, by the word Nova uses in its 409 text. */
export type ServerActionName = keyof typeof SERVER_ACTIONS;

interface ActionRow {
  /** Allowed vm_states; `any` for all. */
  readonly from: readonly VmState[] | 'any';
  /** True if no other task may be running. */
  readonly idle: boolean;
  /** True if the server must have been launched once. */
  readonly launched: boolean;
  /** True if a lock stops everyone but an admin. */
  readonly honoursLock: boolean;
  /** True if the server must be on a host (409 `is not ready`). */
  readonly needsHost: boolean;
  /** task_state while it runs; null leaves it alone. */
  readonly during: TaskState | null;
}

const DUMPABLE = ['active', 'paused', 'rescued', 'resized', 'error'] as const;
/** Where a server's metadata and tags can be changed. */
const EDITABLE = ['active', 'paused', 'suspended', 'stopped'] as const;
/** A change of metadata goes on to the guest's host, so the server must have been there once. */
const METADATA_ROW = {
  from: EDITABLE,
  idle: false,
  launched: true,
  honoursLock: true,
  needsHost: false,
  during: null,
} as const;
const TAGS_ROW = { ...METADATA_ROW, launched: false, honoursLock: false } as const;

/** One row an action. */
export const SERVER_ACTIONS = {
  start: { from: ['stopped'], idle: true, launched: true, honoursLock: true, needsHost: true, during: 'powering-on' },
  stop: {
    from: ['active', 'error'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: true,
    during: 'powering-off',
  },
  pause: { from: ['active'], idle: true, launched: true, honoursLock: true, needsHost: false, during: 'pausing' },
  unpause: { from: ['paused'], idle: true, launched: true, honoursLock: true, needsHost: false, during: 'unpausing' },
  delete: { from: 'any', idle: false, launched: false, honoursLock: true, needsHost: false, during: 'deleting' },
  lock: { from: 'any', idle: false, launched: false, honoursLock: false, needsHost: false, during: null },
  unlock: { from: 'any', idle: false, launched: false, honoursLock: false, needsHost: false, during: null },
  trigger_crash_dump: { from: DUMPABLE, idle: true, launched: true, honoursLock: true, needsHost: true, during: null },
  inject_nmi: {
    from: ['active', 'error'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: true,
    during: null,
  },
  'update metadata': METADATA_ROW,
  'delete metadata': METADATA_ROW,
  'update tag': TAGS_ROW,
  'update tags': TAGS_ROW,
  'delete tag': TAGS_ROW,
  'delete tags': TAGS_ROW,
} as const satisfies Record<string, ActionRow>;

/** Why an action may not run now. `vm_state` and `task_state` carry the offending value. */
export type Refusal =
  | { readonly why: 'locked' }
  | { readonly why: 'not-ready' }
  | { readonly why: 'state'; readonly attribute: 'vm_state' | 'task_state'; readonly value: string }
  | { readonly why: 'never-launched' };

/** What of a server the table looks at. */
export interface ActionSubject {
  readonly vmState: VmState;
  readonly taskState: TaskState | null;
  readonly launchedAt: number | null;
  readonly lockedBy: string | null;
  readonly host: string | null;
}

/** Null if `action` may run on `server` now, else the first reason in Nova's order: lock, host, vm_state, task_state, launched. */
export function refusal(action: ServerActionName, server: ActionSubject, isAdmin: boolean): Refusal | null {
  const row: ActionRow = SERVER_ACTIONS[action];
  if (row.honoursLock && server.lockedBy !== null && !isAdmin) return { why: 'locked' };
  if (row.needsHost && server.host === null) return { why: 'not-ready' };
  if (row.from !== 'any' && !row.from.includes(server.vmState)) {
    return { why: 'state', attribute: 'vm_state', value: server.vmState };
  }
  if (row.idle && server.taskState !== null) return { why: 'state', attribute: 'task_state', value: server.taskState };
  if (row.launched && server.launchedAt === null) return { why: 'never-launched' };
  return null;
}
