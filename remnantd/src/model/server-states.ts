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
  /** True if no other task may be running; a list names those that may. */
  readonly idle: boolean | readonly TaskState[];
  /** True if the server must have been launched once. */
  readonly launched: boolean;
  /** True if a lock stops everyone but an admin. */
  readonly honoursLock: boolean;
  /** True if the server must be on a host (409 `is not ready`). */
  readonly needsHost: boolean;
  /** task_state while it runs; null leaves it alone. */
  readonly during: TaskState | null;
  /** The vm_state it ends in; by the one it came from where that matters, and several where something else does. Null leaves it. */
  readonly leadsTo: VmState | null | { readonly [From in VmState]?: readonly VmState[] };
  /** What Nova calls it in its 409, where that is not the row's name. */
  readonly word?: string;
}

/** What a hard reboot gets a server out of. */
const STUCK = [
  'rebooting',
  'reboot_pending',
  'reboot_started',
  'rebooting_hard',
  'resuming',
  'unpausing',
  'pausing',
  'suspending',
] as const;

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
  leadsTo: null,
} as const;
const TAGS_ROW = { ...METADATA_ROW, launched: false, honoursLock: false } as const;

/** One row an action. */
export const SERVER_ACTIONS = {
  start: {
    from: ['stopped'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: true,
    during: 'powering-on',
    leadsTo: 'active',
  },
  stop: {
    from: ['active', 'error'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: true,
    during: 'powering-off',
    leadsTo: 'stopped',
  },
  pause: {
    from: ['active'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'pausing',
    leadsTo: 'paused',
  },
  unpause: {
    from: ['paused'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'unpausing',
    leadsTo: 'active',
  },
  suspend: {
    from: ['active'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'suspending',
    leadsTo: 'suspended',
  },
  resume: {
    from: ['suspended'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'resuming',
    leadsTo: 'active',
  },
  reboot: {
    from: ['active'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'rebooting',
    leadsTo: 'active',
  },
  'hard reboot': {
    from: ['active', 'stopped', 'paused', 'suspended', 'error'],
    idle: STUCK,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'rebooting_hard',
    leadsTo: 'active',
    word: 'reboot',
  },
  rescue: {
    from: ['active', 'stopped', 'error'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'rescuing',
    leadsTo: 'rescued',
  },
  unrescue: {
    from: ['rescued'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'unrescuing',
    leadsTo: 'active',
  },
  resize: {
    from: ['active', 'stopped'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'resize_prep',
    leadsTo: 'resized',
  },
  confirmResize: {
    from: ['resized'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: null,
    leadsTo: { resized: ['active', 'stopped'] },
  },
  revertResize: {
    from: ['resized'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'resize_reverting',
    leadsTo: { resized: ['active', 'stopped'] },
  },
  rebuild: {
    from: ['active', 'stopped', 'error'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: false,
    during: 'rebuilding',
    leadsTo: { active: ['active'], stopped: ['stopped'], error: ['active'] },
  },
  evacuate: {
    from: ['active', 'stopped', 'error'],
    idle: false,
    launched: true,
    honoursLock: false,
    needsHost: false,
    during: 'rebuilding',
    leadsTo: { active: ['active', 'stopped'], stopped: ['stopped'], error: ['active', 'stopped'] },
  },
  delete: {
    from: 'any',
    idle: false,
    launched: false,
    honoursLock: true,
    needsHost: false,
    during: 'deleting',
    leadsTo: 'deleted',
  },
  lock: {
    from: 'any',
    idle: false,
    launched: false,
    honoursLock: false,
    needsHost: false,
    during: null,
    leadsTo: null,
  },
  unlock: {
    from: 'any',
    idle: false,
    launched: false,
    honoursLock: false,
    needsHost: false,
    during: null,
    leadsTo: null,
  },
  trigger_crash_dump: {
    from: DUMPABLE,
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: true,
    during: null,
    leadsTo: null,
  },
  inject_nmi: {
    from: ['active', 'error'],
    idle: true,
    launched: true,
    honoursLock: true,
    needsHost: true,
    during: null,
    leadsTo: null,
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

/** The vm_states in which an action may leave a server that was in `from`. */
export function endsIn(action: ServerActionName, from: VmState): readonly VmState[] {
  const { leadsTo }: ActionRow = SERVER_ACTIONS[action];
  if (typeof leadsTo === 'string') return [leadsTo];
  return leadsTo?.[from] ?? [from];
}

/** What Nova calls an action in its 409. */
export function wordOf(action: ServerActionName): string {
  const row: ActionRow = SERVER_ACTIONS[action];
  return row.word ?? action;
}

/** Null if `action` may run on `server` now, else the first reason in Nova's order: lock, host, vm_state, task_state, launched. */
export function refusal(action: ServerActionName, server: ActionSubject, isAdmin: boolean): Refusal | null {
  const row: ActionRow = SERVER_ACTIONS[action];
  if (row.honoursLock && server.lockedBy !== null && !isAdmin) return { why: 'locked' };
  if (row.needsHost && server.host === null) return { why: 'not-ready' };
  if (row.from !== 'any' && !row.from.includes(server.vmState)) {
    return { why: 'state', attribute: 'vm_state', value: server.vmState };
  }
  const idle =
    row.idle === false || server.taskState === null || (row.idle !== true && row.idle.includes(server.taskState));
  if (!idle) return { why: 'state', attribute: 'task_state', value: server.taskState };
  if (row.launched && server.launchedAt === null) return { why: 'never-launched' };
  return null;
}
