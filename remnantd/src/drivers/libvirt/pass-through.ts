// Lets QEMU, which is another user on most hosts, come through our folders to the FIFOs it writes to. To pass through a folder
// is not to see what is in it: names stay hidden, and each file there says for itself who may read it.

import { chmod, stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

const MAY_PASS = 0o011;

/** Lets others pass through `folder` and each folder between it and `root`, which is one of them. Rejects with the system's error. */
export async function letPass(root: string, folder: string): Promise<void> {
  const { mode } = await stat(folder);
  await chmod(folder, (mode & 0o700) | MAY_PASS);
  const below = relative(root, folder);
  if (below !== '' && !below.startsWith('..')) await letPass(root, dirname(folder));
}
