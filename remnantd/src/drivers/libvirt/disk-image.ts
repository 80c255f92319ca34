// Looks at a disk image before any program opens it. An image may come from anybody, and a qcow2 can name other files of this
// host, whose content would then be the guest's: such an image is refused by its first bytes, which nothing follows.
// Format: QEMU's docs/interop/qcow2.txt.

import { type FileHandle, open } from 'node:fs/promises';
import { DriverFault, type RootDisk } from '../driver.ts';

const MAGIC = 0x51_46_49_fb; // "QFI" and 0xfb
const HEADER_BYTES = 104;
const EXTERNAL_DATA = 1n << 2n;

/**
 * The size of the disk that the image holds, in bytes. Throws DriverFault `failed` for one that is not what it is said to be,
 * that refers to other files, or that is encrypted; rejects with the system's error where it cannot be read.
 */
export async function diskBytes({ image, format }: Pick<RootDisk, 'image' | 'format'>): Promise<number> {
  const file = await open(image, 'r');
  try {
    return format === 'raw' ? (await file.stat()).size : await qcow2Bytes(file, image);
  } finally {
    await file.close();
  }
}

async function qcow2Bytes(file: FileHandle, path: string): Promise<number> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  const refuse = (why: string) => new DriverFault('failed', `image ${path} ${why}`, { novaClass: 'ImageUnacceptable' });
  if (bytesRead < 72 || buffer.readUInt32BE(0) !== MAGIC) throw refuse('is not qcow2');
  const version = buffer.readUInt32BE(4);
  if (version !== 2 && version !== 3) throw refuse(`is qcow2 of version ${version}, which is not known`);
  if (buffer.readBigUInt64BE(8) !== 0n) throw refuse('refers to a backing file');
  if (buffer.readUInt32BE(32) !== 0) throw refuse('is encrypted');
  // In version 2 what follows the first 72 bytes is no header.
  if (version === 3 && (buffer.readBigUInt64BE(72) & EXTERNAL_DATA) !== 0n) throw refuse('refers to a data file');
  return Number(buffer.readBigUInt64BE(24));
}
