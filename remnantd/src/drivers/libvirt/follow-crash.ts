// How a guest that crashes is followed on libvirt: by its live definition, its console's log and the FIFOs of its ports.
// Log and ports are files of ours, so they can be read while libvirtd is away.

import type { ServerId } from '../../model/ids.ts';
import { DriverFault, type FollowCrash } from '../driver.ts';
import { ConsoleFollower } from './console-follower.ts';
import type { ConsoleLogs } from './console-log.ts';
import type { GuestPorts } from './guest-ports.ts';
import { type GuestFiles, sightOf } from './live-xml.ts';

/** What following needs of its driver. All may throw anything; `guarded` makes faults of it. */
export interface FollowCrashDeps {
  readonly logs: ConsoleLogs;
  readonly ports: GuestPorts;
  /** The domain's XML: live, or as it was defined if it is off. */
  readonly xml: (id: ServerId) => Promise<string>;
  /** Does `work` on a guest; what it throws becomes a DriverFault, and so does an id that is no UUID. */
  readonly guarded: <T>(id: ServerId, work: () => Promise<T>) => Promise<T>;
}

/** The files of guests that Remnant made, as the XML names them. */
export function guestFiles(logs: ConsoleLogs, ports: GuestPorts): GuestFiles {
  return { consoleLog: (id) => logs.path(id), port: (id, port) => ports.path(id, port) };
}

/** The ability to follow a crash; `stop` ends every follow, and lets go of all ports. */
export function followCrash(deps: FollowCrashDeps): FollowCrash & { stop(): Promise<void> } {
  const { logs, ports, xml, guarded } = deps;
  /** The fault for something of ours that a guest has not: it is not there, or Remnant did not make it. */
  const lacks = async (id: ServerId, what: string): Promise<never> => {
    await xml(id);
    throw new DriverFault('failed', `Instance ${id} has no ${what}: Remnant did not make it.`);
  };
  const followers = new Set<ConsoleFollower>();
  return {
    sight: (id) => guarded(id, async () => sightOf(await xml(id), id, guestFiles(logs, ports))),
    followConsole: (id, onText) =>
      guarded(id, async () => {
        const follower = await ConsoleFollower.start(logs.path(id), onText).catch((error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
          throw error;
        });
        if (follower === null) return lacks(id, 'console log');
        followers.add(follower);
        return () => {
          followers.delete(follower);
          return follower.stop();
        };
      }),
    openPort: (id, port) => guarded(id, async () => ports.open(id, port) ?? lacks(id, `port ${port}`)),
    async stop() {
      ports.close();
      await Promise.all([...followers].map((follower) => follower.stop()));
      followers.clear();
    },
  };
}
