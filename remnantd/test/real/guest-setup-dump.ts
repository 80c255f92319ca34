// What the tests of `remnant guest-setup` share: running the command, and reading a captured dump as its owner does: downloaded
// over the API, opened by makedumpfile.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ShownDump } from './cloud-user.ts';
import type { VerdictCloud } from './verdict-cloud.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** What `remnant guest-setup` prints for these words. */
export async function guestSetup(...words: string[]): Promise<string> {
  return (await run(process.execPath, [join(root, 'cli/bin/remnant.mjs'), 'guest-setup', ...words])).stdout;
}

/** Runs a script of the lab, which may print much. */
export async function lab(script: string, ...args: string[]): Promise<void> {
  await run('bash', [join(root, 'lab', script), ...args], { maxBuffer: 1 << 24 });
}

/** The kernel's log out of the only artefact of `dump`, the newest of server `id`. Rejects when any step does not work. */
export async function dmesgOf(cloud: VerdictCloud, id: string, dump: ShownDump): Promise<string> {
  const [artefact, ...more] = dump.artefacts;
  if (artefact === undefined || more.length > 0) throw new Error(`the dump has ${dump.artefacts.length} artefacts`);
  const file = join(cloud.folder, artefact.id);
  await cloud.user.download(id, dump, artefact, file);
  await cloud.rearrange(file, `${file}.vmcore`);
  await cloud.makedumpfile('--dump-dmesg', `${file}.vmcore`, `${file}.dmesg`);
  return readFile(`${file}.dmesg`, 'latin1');
}
