// A server's `status` in the Compute API, from its vm_state and task_state (nova/api/openstack/common.py, the same table).

import type { TaskState, VmState } from './server-states.ts';

type Overrides = Partial<Record<TaskState, string>>;

const REBUILDING: Overrides = {
  rebuilding: 'REBUILD',
  rebuild_block_device_mapping: 'REBUILD',
  rebuild_spawning: 'REBUILD',
};
const RESIZING: Overrides = {
  resize_prep: 'RESIZE',
  resize_migrating: 'RESIZE',
  resize_migrated: 'RESIZE',
  resize_finish: 'RESIZE',
};

const STATUS: Record<VmState, { readonly status: string; readonly during?: Overrides }> = {
  active: {
    status: 'ACTIVE',
    during: {
      rebooting: 'REBOOT',
      reboot_pending: 'REBOOT',
      reboot_started: 'REBOOT',
      rebooting_hard: 'HARD_REBOOT',
      reboot_pending_hard: 'HARD_REBOOT',
      reboot_started_hard: 'HARD_REBOOT',
      updating_password: 'PASSWORD',
      migrating: 'MIGRATING',
      ...REBUILDING,
      ...RESIZING,
    },
  },
  building: { status: 'BUILD' },
  stopped: { status: 'SHUTOFF', during: { ...RESIZING, ...REBUILDING } },
  resized: { status: 'VERIFY_RESIZE', during: { resize_reverting: 'REVERT_RESIZE' } },
  paused: { status: 'PAUSED', during: { migrating: 'MIGRATING' } },
  suspended: { status: 'SUSPENDED' },
  rescued: { status: 'RESCUE' },
  error: { status: 'ERROR', during: REBUILDING },
  deleted: { status: 'DELETED' },
  'soft-delete': { status: 'SOFT_DELETED' },
  shelved: { status: 'SHELVED' },
  shelved_offloaded: { status: 'SHELVED_OFFLOADED' },
};

/** The status word, e.g. `ACTIVE`. A deleted row is DELETED whatever its states say. */
export function serverStatus(server: {
  readonly vmState: VmState;
  readonly taskState: TaskState | null;
  readonly deletedAt: number | null;
}): string {
  if (server.deletedAt !== null) return 'DELETED';
  const row = STATUS[server.vmState];
  return (server.taskState === null ? undefined : row.during?.[server.taskState]) ?? row.status;
}

/** The vm_states whose default status is `status` (case as given), for list filters. Empty when no state has it. */
export function statesOfStatus(status: string): { vmStates: VmState[]; taskStates: TaskState[] | null } {
  const vmStates = new Set<VmState>();
  const taskStates = new Set<TaskState>();
  let byDefault = false;
  for (const [vmState, row] of Object.entries(STATUS) as [VmState, (typeof STATUS)[VmState]][]) {
    if (row.status === status) {
      vmStates.add(vmState);
      byDefault = true;
    }
    for (const [task, shown] of Object.entries(row.during ?? {}) as [TaskState, string][]) {
      if (shown !== status) continue;
      vmStates.add(vmState);
      taskStates.add(task);
    }
  }
  return { vmStates: [...vmStates], taskStates: byDefault ? null : [...taskStates] };
}
