// A life of an agent for a test to end with kill -9: begins to dump a guest's memory, reads the first of it, says so, and waits.
// argv: libvirtd's socket, the driver's folder, the guest.

import { libvirtDriver } from '../../src/drivers/libvirt/driver.ts';
import { asId } from '../../src/model/ids.ts';

const [, , socketPath = '', stateDir = '', guest = ''] = process.argv;
const driver = libvirtDriver({ socketPath, stateDir, stateRoot: stateDir, accel: 'tcg', now: () => Date.now() });
const up = Promise.withResolvers<void>();
await driver.start({ guestEvent: () => {}, connection: (connection) => connection.up && up.resolve() });
await up.promise;
const ask = { format: 'elf', boundMs: 600_000 } as const;
const dump = await driver.dumpMemory?.start(asId(guest), ask, { command: asId('c') });
dump?.bytes.once('readable', () => {
  dump.bytes.read();
  process.stdout.write('reading\n');
});
