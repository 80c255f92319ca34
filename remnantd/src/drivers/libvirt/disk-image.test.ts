// An image is what its first bytes say, and one that leads to other files of the host is refused.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { DriverFault } from '../driver.ts';
import { diskBytes } from './disk-image.ts';

const GIB = 1024n ** 3n;

interface Header {
  readonly version: number;
  readonly backing: bigint;
  readonly size: bigint;
  readonly crypt: number;
  readonly incompatible: bigint;
}

/** The first bytes of a qcow2, as QEMU's docs/interop/qcow2.txt lays them out. */
function qcow2(wanted: Partial<Header> = {}): Buffer {
  const { version = 3, backing = 0n, size = GIB, crypt = 0, incompatible = 0n } = wanted;
  const bytes = Buffer.alloc(104);
  bytes.write('QFI\u00fb', 'latin1');
  bytes.writeUInt32BE(version, 4);
  bytes.writeBigUInt64BE(backing, 8);
  bytes.writeBigUInt64BE(size, 24);
  bytes.writeUInt32BE(crypt, 32);
  bytes.writeBigUInt64BE(incompatible, 72);
  return bytes;
}

async function look(bytes: Uint8Array, format: 'qcow2' | 'raw') {
  const image = join(tempDir(), 'image');
  writeFileSync(image, bytes);
  return diskBytes({ image, format });
}

describe('the size of the disk in an image', () => {
  it('of a raw one is its own, whatever it begins with', async () => {
    expect(await look(qcow2({ backing: 5n }), 'raw')).toBe(104);
  });

  it.each([2, 3])('of a qcow2 of version %i is in its header', async (version) => {
    expect(await look(qcow2({ version }), 'qcow2')).toBe(1024 ** 3);
  });

  it('does not take for a flag what is none in version 2', async () => {
    expect(await look(qcow2({ version: 2, incompatible: 4n }), 'qcow2')).toBe(1024 ** 3);
  });

  it('takes a dirty one', async () => {
    expect(await look(qcow2({ incompatible: 1n }), 'qcow2')).toBe(1024 ** 3);
  });
});

describe('an image is refused that', () => {
  it.each([
    ['is not qcow2', Buffer.from('not a disk')],
    ['is not qcow2', Buffer.alloc(0)],
    ['is not qcow2', qcow2().subarray(0, 71)],
    ['is qcow2 of version 1, which is not known', qcow2({ version: 1 })],
    ['refers to a backing file', qcow2({ backing: 104n })],
    ['is encrypted', qcow2({ crypt: 2 })],
    ['refers to a data file', qcow2({ incompatible: 4n })],
  ])('%s', async (why, bytes) => {
    await expect(look(bytes, 'qcow2')).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(`${why}$`),
    });
  });

  it('is anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (bytes) => {
        await expect(look(bytes, 'qcow2')).rejects.toBeInstanceOf(DriverFault);
      }),
      { numRuns: 20 },
    );
  });

  it('is not there', async () => {
    await expect(diskBytes({ image: join(tempDir(), 'none'), format: 'qcow2' })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
