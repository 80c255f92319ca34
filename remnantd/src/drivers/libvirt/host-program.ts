// Runs a program that the host must have: what goes wrong is a fault that says which package has it, or what the program said.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DriverFault } from '../driver.ts';

/** A program, by name, and the Debian package that has it. */
export interface HostProgram {
  readonly name: string;
  readonly package: string;
}

const run = promisify(execFile);
/** Copying a large image from a slow disk takes a while; for ever is too long. */
const BOUND_MS = 30 * 60_000;

/** Runs it to its end. Throws DriverFault `failed`. */
export async function runHostProgram(program: HostProgram, args: readonly string[]): Promise<void> {
  try {
    await run(program.name, args, { timeout: BOUND_MS, killSignal: 'SIGKILL' });
  } catch (error) {
    throw new DriverFault('failed', whyNot(program, error), { novaClass: 'ProcessExecutionError', cause: error });
  }
}

function whyNot({ name, package: from }: HostProgram, error: unknown): string {
  if (!(error instanceof Error)) return `${name} failed`;
  if ('code' in error && error.code === 'ENOENT') return `${name} is missing on this host: install the package ${from}`;
  if ('killed' in error && error.killed === true) return `${name} did not end within ${BOUND_MS / 60_000} min`;
  const said = 'stderr' in error ? String(error.stderr).trim() : '';
  return `${name} failed: ${said === '' ? error.message : said}`;
}
