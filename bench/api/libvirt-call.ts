// What one raw call to a real libvirtd takes, through the project's own client: the floor of everything a host is asked.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Connection, openSocket } from '../../remnantd/src/drivers/libvirt/connection.ts';
import { PROCEDURES } from '../../remnantd/src/drivers/libvirt/procedures.ts';
import { median } from '../report.ts';
import { SCRATCH } from './daemon.ts';

const CALLS = 1_000;
const LIBVIRTD = join(import.meta.dirname, '../../lab/libvirtd.sh');

/** The median of many calls, ms; an Error's message when no libvirtd can be run here. */
export async function libvirtCallMs(): Promise<number | string> {
  const dir = join(SCRATCH, 'libvirt');
  const lab = (what: string) => execFileSync('bash', [LIBVIRTD, what, dir], { stdio: 'pipe' });
  try {
    lab('start');
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
  try {
    const connection = new Connection(await openSocket(join(dir, 'sock/libvirt-sock'), 5_000), () => undefined);
    await connection.call(PROCEDURES.authList, undefined, 60_000);
    await connection.call(PROCEDURES.connectOpen, { name: 'qemu:///system', flags: 0 }, 60_000);
    const times: number[] = [];
    for (let i = 0; i < CALLS; i += 1) {
      const began = performance.now();
      // oxlint-disable-next-line no-await-in-loop
      await connection.call(PROCEDURES.connectGetType, undefined, 5_000);
      times.push(performance.now() - began);
    }
    connection.close(new Error('measured'));
    return median(times);
  } finally {
    lab('stop');
  }
}
