// The counters of a guest on libvirt: the time of each virtual CPU, and what went over its disks and network cards; and its
// screen. All are the hypervisor's own: a guest that hangs has them too.

import type { Traffic, VitalsSample } from '../../model/vitals.ts';
import type { ReadVitals } from '../guest-view.ts';
import { lookFault } from './faults.ts';
import { blockTargets, networkTargets } from './live-targets.ts';
import type { DomainRef } from './procedures.ts';
import { PROCEDURES } from './procedures.ts';
import { type TakePictureDeps, takePicture } from './take-picture.ts';

const NS_PER_MS = 1_000_000n;
/** More virtual CPUs than a guest has. */
const CPUS = 4_096;

/** The ability to read vitals. */
export function readVitals(deps: TakePictureDeps): ReadVitals {
  const { call, guarded } = deps;
  const sample = async (dom: DomainRef): Promise<VitalsSample> => {
    const { xml } = await call(PROCEDURES.domainGetXmlDesc, { dom, flags: 0 });
    const { info } = await call(PROCEDURES.domainGetVcpus, { dom, maxinfo: CPUS, maplen: 0 });
    // One after the other: libvirtd takes only a few calls of a connection at a time, and of a guest whose QEMU hangs none is answered.
    const disks = await inTurn(blockTargets(xml), (path) => call(PROCEDURES.domainBlockStats, { dom, path }));
    const cards = await inTurn(networkTargets(xml), (device) => call(PROCEDURES.domainInterfaceStats, { dom, device }));
    return {
      cpuMs: info.map(({ cpuTime }) => Number(cpuTime / NS_PER_MS)),
      disk: total(disks.map((one) => [one.rdBytes, one.wrBytes, one.rdReq, one.wrReq])),
      net: total(cards.map((one) => [one.rxBytes, one.txBytes, one.rxPackets, one.txPackets])),
    };
  };
  return {
    sample: (id) =>
      guarded(id, async (dom) => {
        const state = async () => (await call(PROCEDURES.domainGetState, { dom, flags: 0 })).state;
        try {
          return await sample(dom);
        } catch (error) {
          throw await lookFault(error, id, state);
        }
      }),
    picture: takePicture(deps),
  };
}

async function inTurn<T>(devices: readonly string[], ask: (device: string) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const device of devices) answers.push(await ask(device));
  return answers;
}

/** The sum of all devices; what libvirt does not know it gives as -1. */
function total(devices: readonly (readonly bigint[])[]): Traffic {
  const sum = (at: number) => devices.reduce((all, one) => all + Math.max(0, Number(one[at] ?? 0n)), 0);
  return { readBytes: sum(0), writtenBytes: sum(1), reads: sum(2), writes: sum(3) };
}
