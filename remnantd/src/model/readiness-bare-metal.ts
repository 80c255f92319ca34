// Readiness of a machine behind a BMC. Most of what is asked of a guest of a hypervisor cannot be asked of it: such items say so,
// and call for nothing that nobody could do. What its power and its console tell is judged as of any other guest.

import type { ReadinessInput, ReadinessItem, ReadinessItemName } from './readiness.ts';
import { amber, green, sees, unknown } from './readiness-host.ts';

type Judged = Omit<ReadinessItem, 'item' | 'needed' | 'ageMs'>;

const UNASKED = 'bare metal: nothing in the machine can be asked from here';
const unasked = () => unknown(UNASKED);

/** How items differ here; the others are as of any guest. */
const ITEMS: Partial<Record<ReadinessItemName, (input: ReadinessInput) => Judged>> = {
  driver,
  crash_kernel: unasked,
  crash_memory: unasked,
  nmi_panic: unasked,
  dump_target: unasked,
  guest_agent: unasked,
  ports: () => unknown("bare metal: a machine has no port to its host; a dump goes to its crash kernel's own target"),
  panic_device: () => unknown('bare metal: a machine has no panic device; a panic is seen on its console, if at all'),
  console_log: consoleLog,
  watchdog: () => unknown('bare metal: whether a watchdog is armed is not seen from outside'),
};

/** `item` as it is to be said of bare metal. */
export function onBareMetal(item: ReadinessItem, input: ReadinessInput): ReadinessItem {
  const judged = ITEMS[item.item]?.(input);
  // A machine is no less ready for what no machine has.
  return judged === undefined ? item : { ...item, ...judged, ageMs: null };
}

function driver({ offered }: ReadinessInput): Judged {
  if (offered?.canInject !== true) return amber('the driver of its host cannot send NMIs', null);
  const on = offered.arch === '' ? '' : ` (${offered.arch})`;
  const often = offered.mayRepeat === true ? '; an NMI is sent at least once: it may be sent again' : '';
  return unknown(
    `bare metal${on}: NMIs go through its BMC, and whether that takes them is known once one is asked for${often}`,
  );
}

function consoleLog(input: ReadinessInput): Judged {
  const has = sees(input, 'console');
  if (has === null) return unknown('bare metal: what of the machine can be seen could not be learnt');
  return has
    ? green('its console can be read while a dump is followed')
    : amber(
        'its console cannot be read: neither a panic, nor that it ignored the NMI, can be seen',
        'an administrator gives the node a console in Ironic (console interface ipmitool-socat) and enables it',
      );
}
