// A server's status against Nova's table (api/openstack/common.py), written out a second time.

import { describe, expect, it } from 'vitest';
import type { TaskState, VmState } from './server-states.ts';
import { TASK_STATES, VM_STATES } from './server-states.ts';
import { serverStatus, statesOfStatus } from './server-status.ts';

const DEFAULT: Record<VmState, string> = {
  active: 'ACTIVE',
  building: 'BUILD',
  stopped: 'SHUTOFF',
  resized: 'VERIFY_RESIZE',
  paused: 'PAUSED',
  suspended: 'SUSPENDED',
  rescued: 'RESCUE',
  error: 'ERROR',
  deleted: 'DELETED',
  'soft-delete': 'SOFT_DELETED',
  shelved: 'SHELVED',
  shelved_offloaded: 'SHELVED_OFFLOADED',
};
const OVERRIDES: readonly (readonly [VmState, string, readonly TaskState[]])[] = [
  ['active', 'REBOOT', ['rebooting', 'reboot_pending', 'reboot_started']],
  ['active', 'HARD_REBOOT', ['rebooting_hard', 'reboot_pending_hard', 'reboot_started_hard']],
  ['active', 'PASSWORD', ['updating_password']],
  ['active', 'REBUILD', ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning']],
  ['active', 'MIGRATING', ['migrating']],
  ['active', 'RESIZE', ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish']],
  ['stopped', 'RESIZE', ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish']],
  ['stopped', 'REBUILD', ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning']],
  ['resized', 'REVERT_RESIZE', ['resize_reverting']],
  ['paused', 'MIGRATING', ['migrating']],
  ['error', 'REBUILD', ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning']],
];

function nova(vmState: VmState, taskState: TaskState | null): string {
  const row = OVERRIDES.find(([vm, , tasks]) => vm === vmState && taskState !== null && tasks.includes(taskState));
  return row?.[1] ?? DEFAULT[vmState];
}

describe('status', () => {
  it.each(VM_STATES)('of vm_state %s is what Nova shows, in every task', (vmState) => {
    for (const taskState of [null, ...TASK_STATES]) {
      const server = { vmState, taskState, deletedAt: null };
      expect([taskState, serverStatus(server)]).toEqual([taskState, nova(vmState, taskState)]);
      expect(serverStatus({ ...server, deletedAt: 1 })).toBe('DELETED');
    }
  });
});

describe('the states behind a status', () => {
  it('are its vm_state alone where one has it by default', () => {
    expect(statesOfStatus('ACTIVE')).toEqual({ vmStates: ['active'], taskStates: null });
    expect(statesOfStatus('SHUTOFF')).toEqual({ vmStates: ['stopped'], taskStates: null });
  });

  it('are vm_states and task_states where only a task makes it', () => {
    const { vmStates, taskStates } = statesOfStatus('REBUILD');
    expect(vmStates.toSorted()).toEqual(['active', 'error', 'stopped']);
    expect(taskStates?.toSorted()).toEqual(['rebuild_block_device_mapping', 'rebuild_spawning', 'rebuilding']);
  });

  it('are none for no status', () => {
    expect(statesOfStatus('active').vmStates).toEqual([]);
    expect(statesOfStatus('NONSENSE')).toEqual({ vmStates: [], taskStates: [] });
  });

  it('hold every server that shows it', () => {
    for (const vmState of VM_STATES) {
      for (const taskState of [null, ...TASK_STATES]) {
        const status = serverStatus({ vmState, taskState, deletedAt: null });
        const { vmStates, taskStates } = statesOfStatus(status);
        expect(vmStates).toContain(vmState);
        if (taskStates !== null) expect(taskStates).toContain(taskState);
      }
    }
  });
});
