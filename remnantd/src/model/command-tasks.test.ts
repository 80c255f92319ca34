// The task_states of orders against the table of actions: what an action sets is where its order begins.

import { expect, it } from 'vitest';
import type { CommandKind, Order } from './command.ts';
import { tasksOf } from './command-tasks.ts';
import type { ServerActionName } from './server-states.ts';
import { SERVER_ACTIONS, TASK_STATES } from './server-states.ts';

const size = { vcpus: 1, memoryMb: 1, diskGb: 1 };
const order = (kind: CommandKind, more: object = {}) => ({ kind, ...more }) as Order;

it.each<[ServerActionName, Order]>([
  ['start', order('power-on')],
  ['stop', order('power-off')],
  ['pause', order('pause')],
  ['unpause', order('unpause')],
  ['suspend', order('suspend')],
  ['resume', order('resume')],
  ['reboot', { kind: 'reboot', how: 'soft' }],
  ['hard reboot', { kind: 'reboot', how: 'hard' }],
  ['rescue', order('rescue')],
  ['unrescue', order('unrescue')],
  ['resize', { kind: 'resize', size }],
  ['revertResize', { kind: 'revert-resize', size, stopped: false }],
  ['rebuild', order('rebuild')],
  ['evacuate', order('rebuild')],
  ['delete', order('destroy')],
])('%s begins where its order does', (action, its) => {
  expect(tasksOf(its)[0]).toBe(SERVER_ACTIONS[action].during);
});

it.each<Order>([order('inject-nmi'), order('dump-memory'), order('after-panic')])('%j shows as nothing', (its) => {
  expect(tasksOf(its)).toEqual([]);
});

it('no task_state is of two orders, but for what Nova calls the same', () => {
  const all = [
    ...(['create', 'power-on', 'power-off', 'pause', 'unpause', 'suspend', 'resume'] as const).map((kind) =>
      order(kind),
    ),
    ...(['rescue', 'unrescue', 'resize', 'revert-resize', 'rebuild', 'destroy'] as const).map((kind) => order(kind)),
    order('reboot', { how: 'soft' }),
    order('reboot', { how: 'hard' }),
  ].flatMap(tasksOf);
  expect(new Set(all).size).toBe(all.length);
  expect(TASK_STATES).toEqual(expect.arrayContaining(all));
});
