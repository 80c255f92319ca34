// How long the host is up, as the program uptime prints it: what Nova's libvirt driver shows too.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DriverFault } from '../driver.ts';

const run = promisify(execFile);
const BOUND_MS = 2_000;

/** One line, as printed in the C locale. Throws DriverFault `failed`. */
export async function hostUptime(program = 'uptime'): Promise<string> {
  try {
    const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
    return (await run(program, { env, timeout: BOUND_MS, killSignal: 'SIGKILL' })).stdout;
  } catch (error) {
    throw new DriverFault('failed', `${program} failed`, { cause: error });
  }
}
