// Lets hosts and API processes speak on the bus, by the command an operator uses.

import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, '../../bin/remnantd.mjs');

/**
 * Enrolls each of `names` in the cloud of `config`, those of `api-*` as API processes; the seeds are in `dir`, as NAME.nk. `following`:
 * more options of the command.
 */
export async function enroll(
  dir: string,
  config: object,
  names: readonly string[],
  following: readonly string[] = [],
): Promise<void> {
  const file = join(dir, 'enroll.yaml');
  writeFileSync(file, JSON.stringify(config));
  for (const name of names) {
    const kind = name.startsWith('api-') ? ['--api'] : [];
    await run(process.execPath, [PROGRAM, 'enroll', name, ...kind, '-c', file, ...following], { cwd: dir });
  }
}
