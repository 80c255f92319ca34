// A folder that could not be used is tried again by who asks next.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { ImageCache } from './image-cache.ts';

it('is good again once its folder is', async () => {
  const there = join(tempDir(), 'taken');
  writeFileSync(there, 'no folder');
  const cache = new ImageCache(join(there, 'cache'), 1_000, { wall: () => 1, uuid: () => 'u' });
  const fetch = () => Promise.resolve(Readable.from([Buffer.from('disk')]));
  const asked = () => cache.path({ id: 'i', size: 4, digest: null, removable: true, fetch });
  await expect(asked()).rejects.toThrow('ENOTDIR');
  await expect(asked()).rejects.toThrow('ENOTDIR');
  rmSync(there);
  expect(await asked()).toBe(join(there, 'cache', 'i'));
});
