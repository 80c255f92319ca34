// Finds a program as a shell would, and where Debian keeps those for administrators, which a daemon's PATH may lack.

import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

const ALWAYS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The absolute path of `name`, symbolic links resolved; null when there is none that can be run. */
export async function findProgram(name: string, path: string): Promise<string | null> {
  const folders = [...path.split(':').filter(isAbsolute), ...ALWAYS];
  for (const candidate of name.includes('/') ? [name] : folders.map((folder) => join(folder, name))) {
    try {
      await access(candidate, constants.X_OK);
      return await realpath(candidate);
    } catch {
      // The next one may do.
    }
  }
  return null;
}
