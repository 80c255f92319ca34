// Boots a guest from something else, its own disk beside it. The definition from before is kept in a file until the rescue ends:
// it is what the guest gets back, to the letter, whoever was restarted meanwhile.
// Invariant: while a definition is kept, libvirt's may be the rescue's; when none is kept, it is the guest's own.

import type { ServerId } from '../../model/ids.ts';
import { DriverFault, type RescueBoot } from '../driver.ts';
import type { RescueGuest } from '../guest-life.ts';
import { define, definitionOf, requireOurs } from './definition.ts';
import { rescuedXml } from './domain-edit.ts';
import { begun } from './faults.ts';
import type { GuestDisks } from './guest-disks.ts';
import { type BoundedCall, GRACE_MS, type Guarded, type GuestPower } from './guest-power.ts';
import { isOff, isRunning } from './power-states.ts';
import type { DomainRef } from './procedures.ts';

/** What rescuing needs of its driver. */
export interface RescueDeps {
  readonly call: BoundedCall;
  readonly guarded: Guarded;
  readonly power: GuestPower;
  readonly disks: GuestDisks;
}

/** The ability. */
export function rescueGuest({ call, guarded, power, disks }: RescueDeps): RescueGuest {
  const begin = async (id: ServerId, dom: DomainRef, own: string, from: RescueBoot): Promise<void> => {
    if (from.boot === null && from.disk === null) {
      throw new DriverFault('failed', 'there is nothing to boot the rescue from');
    }
    if (from.disk !== null) await disks.make(id, 'rescue', from.disk);
    const files = { root: disks.path(id, 'root'), rescue: disks.path(id, 'rescue') };
    await define(rescuedXml(own, from, files), call);
    await power.start(id, dom, true);
  };
  const end = async (id: ServerId, dom: DomainRef, own: string): Promise<void> => {
    await power.cut(dom);
    await define(own, call).catch(begun);
    await disks.endRescue(id);
  };
  return {
    rescue: (id, from) =>
      guarded(id, async (dom) => {
        await requireOurs(id, dom, call, 'rescued');
        if (isRunning(await power.state(dom))) await power.takeDown(id, dom, GRACE_MS);
        else await power.cut(dom);
        // One that was kept before is the guest's own: what libvirt has may be that of a rescue that was broken off.
        const kept = await disks.keptDefinition(id);
        const own = kept ?? (await definitionOf(dom, call).catch(begun));
        if (kept === null) await disks.keepDefinition(id, own);
        try {
          await begin(id, dom, own, from);
        } catch (error) {
          // What went wrong first is what matters; a definition that could not be put back stays kept.
          await end(id, dom, own).catch(() => undefined);
          begun(error);
        }
      }),
    unrescue: (id) =>
      guarded(id, async (dom) => {
        const own = await disks.keptDefinition(id);
        const boot = async (): Promise<void> => {
          if (isOff(await power.state(dom))) await power.start(id, dom, true);
        };
        if (own === null) return boot();
        if (isRunning(await power.state(dom))) await power.takeDown(id, dom, GRACE_MS);
        await end(id, dom, own);
        await boot().catch(begun);
      }),
  };
}
