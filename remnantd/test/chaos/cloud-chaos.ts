// Plays a script of faults on a cloud. After each fault it waits until both API processes are ready again: nobody helps them.

import type { Cloud } from './cloud.ts';
import { APIS } from './cloud-config.ts';
import type { CloudPart } from './cloud-parts.ts';
import type { Fault, PartName } from './cloud-script.ts';
import { lasts } from './lasts.ts';

/** Does what each fault says, undoes it, and tells of each before it begins. */
export async function playScript(cloud: Cloud, script: readonly Fault[], tell: (fault: Fault) => void): Promise<void> {
  for (const fault of script) {
    tell(fault);
    await befall(cloud, fault);
    for (const api of APIS) await cloud.answers(api);
    await lasts(fault.gapMs);
  }
}

async function befall(cloud: Cloud, fault: Fault): Promise<void> {
  const hold = () => lasts(fault.holdMs);
  switch (fault.does) {
    case 'kill':
    case 'restart': {
      const part = partOf(cloud, fault.to);
      await (fault.does === 'kill' ? part.kill() : part.stop());
      await hold();
      await part.start();
      return;
    }
    case 'freeze': {
      const part = partOf(cloud, fault.to);
      await part.freeze();
      await hold();
      await part.thaw();
      return;
    }
    case 'cut':
      await cloud.net.cut(fault.to);
      await hold();
      await cloud.net.mend(fault.to);
      return;
    case 'slow':
      await cloud.net.slow(fault.to, fault.kbit);
      await hold();
      await cloud.net.mend(fault.to);
      return;
    case 'fill': {
      const free = await cloud.fillDisk();
      await hold();
      free();
      return;
    }
    case 'jump':
      cloud.wall.set(fault.to, fault.seconds);
      await hold();
      cloud.wall.set(fault.to, 0);
      return;
    default:
      throw new Error(`no such fault: ${JSON.stringify(fault satisfies never)}`);
  }
}

function partOf(cloud: Cloud, name: PartName): CloudPart {
  switch (name) {
    case 'libvirtd':
      return cloud.libvirt;
    case 'nats':
      return cloud.bus;
    case 'postgresql':
      return cloud.db;
    case 'api1':
    case 'api2':
      return cloud.apis[name];
    case 'host1':
    case 'host2':
    case 'host3':
      return cloud.agents[name];
    default:
      throw new Error(`no such part: ${String(name satisfies never)}`);
  }
}
