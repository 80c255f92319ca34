// What Nova allows in which state of a server, written down from its own decorators (nova/compute/api.py of 26.2.2) and not
// from the table of the daemon, which is held against this one.

import type { VmState } from '../../src/model/server-states.ts';

/** One action of a server as Nova has it. */
export interface NovaAction {
  /** Its smallest body; `DELETE` for the one that is no action but a method. */
  readonly body: Readonly<Record<string, unknown>> | 'DELETE';
  /** What Nova calls it when it refuses. */
  readonly word: string;
  /** The vm_states it is allowed in; null for all. */
  readonly from: readonly VmState[] | null;
  /** task_states that stand not in its way; null for all. None is always one of them. */
  readonly despite: readonly string[] | null;
  /** True if a server that never ran is refused. */
  readonly launched: boolean;
  /** True if a lock keeps out everybody but an admin. */
  readonly lock: boolean;
  /** True if a server without a host is refused before its state is looked at. */
  readonly host: boolean;
  /** Code of what is allowed. */
  readonly code: number;
  /** The rule that is asked, and whether it is an admin's by default. */
  readonly rule: string;
  readonly admin: boolean;
  /** What it is recorded as; null when it is not. */
  readonly record: string | null;
}

/** As most are. */
const PLAIN = { despite: [], launched: true, lock: true, host: false, code: 202, admin: false } as const;
/** What only looks, or only marks. */
const ANYWHERE = { ...PLAIN, from: null, despite: null, launched: false, lock: false } as const;

function plain(name: string, rule: string, from: readonly VmState[], more: Partial<NovaAction> = {}): NovaAction {
  const word = more.word ?? name;
  return { ...PLAIN, body: { [name]: null }, word, from, rule: `os_compute_api:${rule}`, record: word, ...more };
}

/** The flavor that `resize` asks for; the image of `rebuild` is that of the harness. */
export const OTHER_FLAVOR = { id: '2', name: 'smaller', vcpus: 1, ram: 256, disk: 1 };

/** All of them, by name. */
export function novaActions(image: string): Readonly<Record<string, NovaAction>> {
  const reboot = (type: string) => ({ body: { reboot: { type } }, word: 'reboot' });
  return {
    start: plain('os-start', 'servers:start', ['stopped'], { word: 'start', host: true }),
    stop: plain('os-stop', 'servers:stop', ['active', 'error'], { word: 'stop', host: true }),
    pause: plain('pause', 'os-pause-server:pause', ['active']),
    unpause: plain('unpause', 'os-pause-server:unpause', ['paused']),
    suspend: plain('suspend', 'os-suspend-server:suspend', ['active']),
    resume: plain('resume', 'os-suspend-server:resume', ['suspended']),
    'soft reboot': plain('reboot', 'servers:reboot', ['active'], reboot('SOFT')),
    'hard reboot': plain('reboot', 'servers:reboot', ['active', 'stopped', 'paused', 'suspended', 'error'], {
      ...reboot('HARD'),
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
    }),
    rescue: plain('rescue', 'os-rescue', ['active', 'stopped', 'error'], { code: 200 }),
    unrescue: plain('unrescue', 'os-unrescue', ['rescued']),
    resize: plain('resize', 'servers:resize', ['active', 'stopped'], {
      body: { resize: { flavorRef: OTHER_FLAVOR.id } },
    }),
    confirmResize: plain('confirmResize', 'servers:confirm_resize', ['resized'], { code: 204 }),
    revertResize: plain('revertResize', 'servers:revert_resize', ['resized']),
    rebuild: plain('rebuild', 'servers:rebuild', ['active', 'stopped', 'error'], {
      body: { rebuild: { imageRef: image } },
    }),
    evacuate: plain('evacuate', 'os-evacuate', ['active', 'stopped', 'error'], {
      body: { evacuate: {} },
      despite: null,
      lock: false,
      code: 200,
      admin: true,
    }),
    resetState: {
      ...ANYWHERE,
      body: { 'os-resetState': { state: 'error' } },
      word: 'resetState',
      rule: 'os_compute_api:os-admin-actions:reset_state',
      admin: true,
      record: 'resetState',
    },
    lock: {
      ...ANYWHERE,
      body: { lock: null },
      word: 'lock',
      rule: 'os_compute_api:os-lock-server:lock',
      record: 'lock',
    },
    unlock: {
      ...ANYWHERE,
      body: { unlock: null },
      word: 'unlock',
      rule: 'os_compute_api:os-lock-server:unlock',
      record: 'unlock',
    },
    forceDelete: {
      ...ANYWHERE,
      lock: true,
      body: { forceDelete: null },
      word: 'force_delete',
      rule: 'os_compute_api:os-deferred-delete:force',
      record: 'delete',
    },
    delete: {
      ...ANYWHERE,
      lock: true,
      body: 'DELETE',
      word: 'delete',
      code: 204,
      rule: 'os_compute_api:servers:delete',
      record: 'delete',
    },
    trigger_crash_dump: plain(
      'trigger_crash_dump',
      'servers:trigger_crash_dump',
      ['active', 'paused', 'rescued', 'resized', 'error'],
      { host: true },
    ),
    // The first spec's, which Nova does not have: its states are those of that spec.
    inject_nmi: plain('inject_nmi', 'servers:inject_nmi', ['active', 'error'], { host: true, code: 400 }),
    'os-getConsoleOutput': {
      ...ANYWHERE,
      host: true,
      body: { 'os-getConsoleOutput': {} },
      word: 'os-getConsoleOutput',
      code: 409,
      rule: 'os_compute_api:os-console-output',
      record: null,
    },
  };
}
