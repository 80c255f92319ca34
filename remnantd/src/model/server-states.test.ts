// The table of actions against Nova's, written out a second time: which vm_state, whether a task, a launch, a lock or a
// missing host stands in the way, and which of them is told first.

import { describe, expect, it } from 'vitest';
import type { ActionSubject, ServerActionName, VmState } from './server-states.ts';
import { endsIn, refusal, SERVER_ACTIONS, TASK_STATES, VM_STATES } from './server-states.ts';

interface Nova {
  readonly from: readonly VmState[];
  readonly during: string | null;
  /** True if it needs no other task and a launch, as most do; `launched`: a launch alone. */
  readonly settled: boolean | 'launched';
  /** Tasks that may be running all the same. */
  readonly despite?: readonly string[];
  readonly lockStops: boolean;
  readonly hostNeeded: boolean;
}

const settled = { settled: true, lockStops: true, hostNeeded: false };
const metadata: Nova = {
  from: ['active', 'paused', 'suspended', 'stopped'],
  during: null,
  settled: 'launched',
  lockStops: true,
  hostNeeded: false,
};
const tags: Nova = { ...metadata, settled: false, lockStops: false };
const NOVA: Record<ServerActionName, Nova> = {
  start: { ...settled, from: ['stopped'], during: 'powering-on', hostNeeded: true },
  stop: { ...settled, from: ['active', 'error'], during: 'powering-off', hostNeeded: true },
  pause: { ...settled, from: ['active'], during: 'pausing' },
  unpause: { ...settled, from: ['paused'], during: 'unpausing' },
  trigger_crash_dump: {
    ...settled,
    from: ['active', 'paused', 'rescued', 'resized', 'error'],
    during: null,
    hostNeeded: true,
  },
  suspend: { ...settled, from: ['active'], during: 'suspending' },
  resume: { ...settled, from: ['suspended'], during: 'resuming' },
  reboot: { ...settled, from: ['active'], during: 'rebooting' },
  'hard reboot': {
    ...settled,
    from: ['active', 'stopped', 'paused', 'suspended', 'error'],
    during: 'rebooting_hard',
    despite: [
      'rebooting',
      'reboot_pending',
      'reboot_started',
      'rebooting_hard',
      'resuming',
      'unpausing',
      'pausing',
      'suspending',
    ],
  },
  rescue: { ...settled, from: ['active', 'stopped', 'error'], during: 'rescuing' },
  unrescue: { ...settled, from: ['rescued'], during: 'unrescuing' },
  resize: { ...settled, from: ['active', 'stopped'], during: 'resize_prep' },
  confirmResize: { ...settled, from: ['resized'], during: null },
  revertResize: { ...settled, from: ['resized'], during: 'resize_reverting' },
  rebuild: { ...settled, from: ['active', 'stopped', 'error'], during: 'rebuilding' },
  evacuate: {
    from: ['active', 'stopped', 'error'],
    during: 'rebuilding',
    settled: 'launched',
    lockStops: false,
    hostNeeded: false,
  },
  // Remnant's own, from the first spec.
  inject_nmi: { ...settled, from: ['active', 'error'], during: null, hostNeeded: true },
  delete: { from: VM_STATES, during: 'deleting', settled: false, lockStops: true, hostNeeded: false },
  lock: { from: VM_STATES, during: null, settled: false, lockStops: false, hostNeeded: false },
  unlock: { from: VM_STATES, during: null, settled: false, lockStops: false, hostNeeded: false },
  'update metadata': metadata,
  'delete metadata': metadata,
  'update tag': tags,
  'update tags': tags,
  'delete tag': tags,
  'delete tags': tags,
};
const ACTIONS = Object.keys(NOVA) as ServerActionName[];

/** What Nova answers, by its order of checks: lock, host, vm_state, task_state, launched. */
function expected(nova: Nova, server: ActionSubject, isAdmin: boolean): unknown {
  if (nova.lockStops && server.lockedBy !== null && !isAdmin) return { why: 'locked' };
  if (nova.hostNeeded && server.host === null) return { why: 'not-ready' };
  if (!nova.from.includes(server.vmState)) return { why: 'state', attribute: 'vm_state', value: server.vmState };
  if (nova.settled === false) return null;
  const busy = server.taskState !== null && nova.despite?.includes(server.taskState) !== true;
  if (nova.settled === true && busy) return { why: 'state', attribute: 'task_state', value: server.taskState };
  return server.launchedAt === null ? { why: 'never-launched' } : null;
}

/** Every server there can be, as far as the table looks. */
function* servers(): Generator<ActionSubject> {
  for (const vmState of VM_STATES)
    for (const taskState of [null, ...TASK_STATES])
      for (const lockedBy of [null, 'owner', 'admin'])
        for (const host of [null, 'h'])
          for (const launchedAt of [null, 1]) yield { vmState, taskState, lockedBy, host, launchedAt };
}

describe('an action', () => {
  it('is one of these', () => {
    expect(Object.keys(SERVER_ACTIONS).toSorted()).toEqual(ACTIONS.toSorted());
  });

  it.each(ACTIONS)('%s is refused when Nova refuses it, with the same first reason', (action) => {
    for (const server of servers()) {
      for (const isAdmin of [false, true]) {
        const got = refusal(action, server, isAdmin);
        const want = expected(NOVA[action], server, isAdmin);
        // Compared as text: a hundred thousand comparisons.
        if (JSON.stringify(got) !== JSON.stringify(want)) expect({ server, isAdmin, got }).toEqual({ want });
      }
    }
  });

  it.each(ACTIONS)('%s is called what Nova calls it while it runs', (action) => {
    expect(SERVER_ACTIONS[action].during).toBe(NOVA[action].during);
  });

  it.each<[ServerActionName, VmState, VmState[]]>([
    ['hard reboot', 'suspended', ['active']],
    ['resize', 'stopped', ['resized']],
    ['confirmResize', 'resized', ['active', 'stopped']],
    ['revertResize', 'resized', ['active', 'stopped']],
    ['rebuild', 'stopped', ['stopped']],
    ['rebuild', 'error', ['active']],
    ['evacuate', 'active', ['active', 'stopped']],
    ['evacuate', 'stopped', ['stopped']],
    ['trigger_crash_dump', 'rescued', ['rescued']],
    ['delete', 'shelved', ['deleted']],
  ])('%s of one that is %s leaves it in %j', (action, from, ends) => {
    expect(endsIn(action, from)).toEqual(ends);
  });

  it.each(ACTIONS)('%s ends in a vm_state for each it may start in', (action) => {
    const { from } = SERVER_ACTIONS[action];
    for (const vmState of from === 'any' ? VM_STATES : from) expect(endsIn(action, vmState)).not.toEqual([]);
  });
});
