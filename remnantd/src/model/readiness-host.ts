// The items of readiness that need no word of the guest: the host, the server's state, the driver, the devices in the live
// definition. What is missing in a definition that Remnant did not write comes as the XML to add.

import { POWER_STATE } from './power-state.ts';
import type { ReadinessInput, ReadinessItem } from './readiness.ts';
import { refusal } from './server-states.ts';

type Judged = Omit<ReadinessItem, 'item' | 'needed' | 'ageMs'>;

/** The XML of each device that crash dumps are better with. */
export const DEVICE_XML = {
  panic: `<panic model='isa'/>`,
  agent: `<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>`,
  watchdog: `<watchdog model='i6300esb' action='inject-nmi'/>`,
} as const;

/** Judges them. */
export function hostItems(input: ReadinessInput): ReadinessItem[] {
  const now = { ageMs: null };
  return [
    // What may not be seen can be no reason to call it not ready.
    { item: 'host', needed: input.host.status !== null, ...now, ...host(input) },
    { item: 'state', needed: true, ...now, ...state(input) },
    { item: 'driver', needed: true, ...now, ...driver(input) },
    { item: 'panic_device', needed: false, ...now, ...panicDevice(input) },
    { item: 'console_log', needed: false, ...now, ...consoleLog(input) },
  ];
}

/** An item that is as it should be. */
export const green = (says: string): Judged => ({ state: 'green', says, fix: null });
/** An item that is not. */
export const amber = (says: string, fix: string | null): Judged => ({ state: 'amber', says, fix });
/** An item of which nothing is known. */
export const unknown = (says: string, fix: string | null = null): Judged => ({ state: 'unknown', says, fix });

function host({ host: { status, reachable } }: ReadinessInput): Judged {
  if (status === null) return unknown('unknown to you: how the host is, your role may not see');
  if (status === 'UP') return green('the host is UP');
  if (status === '') return amber('its host has no service, so nothing is known of it', null);
  if (status === 'MAINTENANCE' && reachable) return green('the host is in MAINTENANCE, and answers');
  if (status === 'UNKNOWN') {
    return amber(
      'the host is UNKNOWN: it was not heard lately or cannot reach its machines, and a command may never reach it',
      'an administrator looks at the host: remnant host list',
    );
  }
  return amber(`the host is ${status}`, 'an administrator looks at the host: remnant host list');
}

/** True for a guest that may be sent an NMI, which would do nothing: it has crashed already. */
export function hasCrashed({ server, isAdmin, dumpRunning }: ReadinessInput): boolean {
  const isAllowed = !dumpRunning && refusal('trigger_crash_dump', server, isAdmin) === null;
  return isAllowed && server.powerState === POWER_STATE.crashed;
}

function state(input: ReadinessInput): Judged {
  const { server, isAdmin, dumpRunning } = input;
  if (dumpRunning)
    return amber('a crash dump of it is running: a second NMI is refused', `remnant dump list ${server.id}`);
  const why = refusal('trigger_crash_dump', server, isAdmin);
  switch (why?.why) {
    case undefined:
      if (hasCrashed(input)) {
        const { id } = server;
        return amber(
          'it has crashed already: another NMI does nothing',
          `remnant dump show ${id}; then openstack server stop ${id} and openstack server start ${id}`,
        );
      }
      return green(`${server.vmState}: an NMI is allowed`);
    case 'locked':
      return amber('it is locked', `openstack server unlock ${server.id}`);
    case 'not-ready':
      return amber('it is on no host yet', null);
    case 'never-launched':
      return amber('it never ran', null);
    case 'state':
      return amber(
        `its ${why.attribute} is ${why.value}: no NMI is sent then`,
        why.value === 'stopped' ? `openstack server start ${server.id}` : null,
      );
  }
}

function driver({ offered }: ReadinessInput): Judged {
  if (offered === null) return unknown('its host has not said yet what it can do');
  if (!offered.canInject) return amber('the driver of its host cannot send NMIs', null);
  if (offered.arch === 'x86_64') return green('the driver sends NMIs (x86_64)');
  return unknown(`the driver sends NMIs; what a guest on ${offered.arch} makes of one was not tried`);
}

function panicDevice(input: ReadinessInput): Judged {
  const has = sees(input, 'panic-device');
  if (has === null) return noSight(input);
  return has
    ? green('it has a panic device, which tells of a panic at once')
    : amber('it has no panic device: a panic without a crash kernel may go unseen', inDevices(DEVICE_XML.panic));
}

function consoleLog(input: ReadinessInput): Judged {
  const has = sees(input, 'console');
  if (has === null) return noSight(input);
  return has
    ? green('its console is logged where its host reads it')
    : amber(
        'its console cannot be followed: an NMI that it ignores cannot be told from one that it did not get',
        input.server.origin === 'adopted' ? 'only servers that Remnant makes have such a log' : null,
      );
}

/** Whether a device is there; null when nobody could look. */
export function sees({ guest }: ReadinessInput, device: string): boolean | null {
  return guest?.sight == null ? null : guest.sight.includes(device);
}

/** For a device, where nobody could look. */
export function noSight({ guest }: ReadinessInput): Judged {
  return unknown(guest === null ? 'the host did not answer' : 'the definition of the guest could not be read');
}

/** How a device comes into a definition. */
export function inDevices(xml: string): string {
  return `in <devices> of the domain (virsh edit, then power off and on): ${xml}`;
}
