// The suite that everything must pass which stands behind the images port.

import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ImageId } from '../model/ids.ts';
import { asId } from '../model/ids.ts';
import type { Images } from './images.ts';

/** Images under test, with what they hold. */
export interface ImagesUnderTest {
  readonly images: Images;
  /** An image that is a qcow2 disk, and the bytes of it. */
  readonly disk: { readonly id: ImageId; readonly bytes: Buffer };
  /** An image that boots with a kernel and its initial file system, and the bytes of both. It is newer than the disk. */
  readonly pair: { readonly id: ImageId; readonly kernel: Buffer; readonly initrd: Buffer };
  close(): Promise<void>;
}

const NOBODYS = asId<ImageId>('aaaaaaaa-0000-4000-8000-0000000000ff');

/** Runs the suite on what `open` opens, anew for each test. */
export function imagesContract(name: string, open: () => Promise<ImagesUnderTest>): void {
  const opened = async () => {
    const under = await open();
    onTestFinished(() => under.close());
    return under;
  };

  describe(`${name}, as images`, () => {
    it('lists what is not hidden, newest first', async () => {
      const { images, disk, pair } = await opened();
      const listed = await images.list();
      expect(listed.map(({ id }) => id)).toEqual([pair.id, disk.id]);
      expect(listed.every(({ status, hidden }) => status === 'active' && !hidden)).toBe(true);
    });

    it('finds the same image by its id, and nothing by any other', async () => {
      const { images, disk } = await opened();
      const listed = (await images.list()).find(({ id }) => id === disk.id);
      expect(await images.find(disk.id)).toEqual(listed);
      expect(listed).toMatchObject({ diskFormat: 'qcow2', size: disk.bytes.length });
      for (const id of [NOBODYS, asId<ImageId>('no-uuid'), asId<ImageId>('../x'), asId<ImageId>('')]) {
        expect(await images.find(id)).toBeNull();
        expect(await images.files(id)).toBeNull();
      }
    });

    it('a disk is a file with its bytes', async () => {
      const { images, disk } = await opened();
      const files = await images.files(disk.id);
      expect(files).toMatchObject({ boot: null, disk: { format: 'qcow2' } });
      expect(await readFile(files?.disk?.path ?? '')).toEqual(disk.bytes);
    });

    it('a kernel and its file system are two files, and images of their own that are in no list', async () => {
      const { images, pair } = await opened();
      const { properties } = (await images.find(pair.id)) ?? {};
      for (const id of [properties?.['kernel_id'], properties?.['ramdisk_id']]) {
        expect(await images.find(asId<ImageId>(id ?? ''))).toMatchObject({ hidden: true });
      }
      const files = await images.files(pair.id);
      expect(files?.disk).toBeNull();
      expect(await readFile(files?.boot?.kernel ?? '')).toEqual(pair.kernel);
      expect(await readFile(files?.boot?.initrd ?? '')).toEqual(pair.initrd);
    });

    it('gives the same files to everybody who asks, however many at once', async () => {
      const { images, disk } = await opened();
      const all = await Promise.all([1, 2, 3].map(() => images.files(disk.id)));
      expect(new Set(all.map((files) => files?.disk?.path)).size).toBe(1);
    });
  });
}
