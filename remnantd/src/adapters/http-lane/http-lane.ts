// The lane between machines, both its sides: an API process opens a door and gives tickets to it; the agents of its own hosts
// send like those of any other.

import type { ArtefactLane } from '../../ports/artefact-lane.ts';
import type { DoorDeps, LaneDoor } from './lane-door.ts';
import { openLaneDoor } from './lane-door.ts';
import type { SenderDeps } from './lane-sender.ts';
import { laneSender } from './lane-sender.ts';

/** A lane over HTTP. */
export type HttpLane = ArtefactLane & Pick<LaneDoor, 'setTls'>;

/** Opens it. Throws what listening throws. */
export async function openHttpLane(deps: DoorDeps & SenderDeps): Promise<HttpLane> {
  const door = await openLaneDoor(deps);
  const sender = laneSender(deps);
  return {
    makeRoom: () => door.makeRoom(),
    setTls: (tls) => door.setTls(tls),
    send: (ticket, bytes) => sender.send(ticket, bytes),
    close: () => {
      sender.close();
      door.close();
    },
  };
}
