// An NMI by one raw call to a real libvirtd, through the project's own client: what nothing that asks libvirt can be below.

import { Connection, openSocket } from '../../remnantd/src/drivers/libvirt/connection.ts';
import { PROCEDURES } from '../../remnantd/src/drivers/libvirt/procedures.ts';

/** A connection that does nothing else. */
export interface RawNmi {
  /** Sends an NMI to the guest; how long that took, ms. */
  send(guest: string): Promise<number>;
  close(): void;
}

/** Opens one to the libvirtd at `socket`. */
export async function openRawNmi(socket: string): Promise<RawNmi> {
  const connection = new Connection(await openSocket(socket, 5_000), () => undefined);
  await connection.call(PROCEDURES.authList, undefined, 60_000);
  await connection.call(PROCEDURES.connectOpen, { name: 'qemu:///system', flags: 0 }, 60_000);
  return {
    send: async (guest) => {
      const dom = { name: guest, uuid: guest, id: -1 };
      const began = performance.now();
      await connection.call(PROCEDURES.domainInjectNmi, { dom, flags: 0 }, 10_000);
      return performance.now() - began;
    },
    close: () => connection.close(new Error('measured')),
  };
}
