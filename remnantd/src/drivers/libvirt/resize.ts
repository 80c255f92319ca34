// Gives a guest another size: its definition is changed while it is off, and its disk grows.

import type { ServerId } from '../../model/ids.ts';
import { DriverFault, type GuestSize } from '../driver.ts';
import type { ResizeGuest } from '../guest-life.ts';
import { define, definitionOf, requireOurs } from './definition.ts';
import { resizedXml } from './domain-edit.ts';
import { begun } from './faults.ts';
import { GRACE_MS } from './guest-power.ts';
import { isOff, isRunning } from './power-states.ts';
import type { DomainRef } from './procedures.ts';
import type { RescueDeps } from './rescue.ts';

/** The ability. */
export function resizeGuest({ call, guarded, power, disks }: RescueDeps): ResizeGuest {
  const change = async (id: ServerId, dom: DomainRef, size: GuestSize, state: number): Promise<void> => {
    const before = await definitionOf(dom, call);
    // libvirt looks at it, and a guest that runs does not notice: a size that cannot be costs it nothing.
    await define(resizedXml(before, size), call);
    try {
      if (isRunning(state)) await power.takeDown(id, dom, GRACE_MS);
      else await power.cut(dom);
      await disks.growRoot(id, size.diskGb);
      if (!isOff(state)) await power.start(id, dom, true);
    } catch (error) {
      // What went wrong first is what is told. A disk that grew hurts nobody.
      await define(before, call)
        .then(async () => {
          if (!isOff(state) && isOff(await power.state(dom))) await power.start(id, dom, true);
        })
        .catch(() => undefined);
      begun(error);
    }
  };
  return {
    resize: (id, size) =>
      guarded(id, async (dom) => {
        await requireOurs(id, dom, call, 'resized');
        const state = await power.state(dom);
        if (isOff(state) && (await power.isPutAway(dom))) {
          throw new DriverFault('failed', `Instance ${id} is suspended: its memory is of the size it had.`);
        }
        if ((await disks.keptDefinition(id)) !== null) {
          throw new DriverFault('failed', `Instance ${id} is being rescued.`);
        }
        await change(id, dom, size, state);
      }),
  };
}
