// How an agent presents itself: what its driver can do, what its host offers, which guests are there.

import type { Driver } from '../drivers/driver.ts';
import type { CommandKind } from '../model/command.ts';
import type { HostName, ServerId } from '../model/ids.ts';
import type { PowerState } from '../model/power-state.ts';
import type { Hello } from '../model/wire.ts';
import { WIRE_VERSION } from '../model/wire.ts';

/** Asks the driver and composes the hello; `shown` gives the power state that a guest is to be shown in. Throws DriverFault when the hypervisor does not answer. */
export async function composeHello(
  deps: { readonly host: HostName; readonly driver: Driver; readonly calls: readonly CommandKind[] },
  life: string,
  shown: (server: ServerId, powerState: PowerState) => PowerState = (_, powerState) => powerState,
): Promise<Hello> {
  const { host, driver, calls } = deps;
  const inventory = await driver.inventory();
  const guests = await driver.guests();
  const abilities = (['injectNmi', 'readConsole'] as const).filter((name) => driver[name] !== undefined);
  return {
    host,
    wire: WIRE_VERSION,
    life,
    calls,
    offered: {
      driver: driver.type,
      abilities,
      nmiBoundMs: driver.injectNmi?.boundMs ?? null,
      ...(driver.injectNmi === undefined ? {} : { nmiAsking: driver.injectNmi.asking }),
      ...inventory,
      guests: guests.map((guest) => ({ ...guest, powerState: shown(guest.id, guest.powerState) })),
    },
  };
}
