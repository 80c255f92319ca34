// A folder of images: what a manifest says is what is shown; one that is wrong is told with its path and hides no other.

import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/harness/temp-dir.ts';
import type { ImageId } from '../model/ids.ts';
import { asId, isUuid } from '../model/ids.ts';
import { imagesContract } from '../ports/images.contract.ts';
import { imageFolder } from './image-folder.ts';

const ID = '70a599e0-31e7-49b7-b260-868f441e862b';
const OTHER = '00000000-31e7-49b7-b260-868f441e862b';

/** The images in `root`, of which nothing is wrong. */
const open = (root: string) =>
  imageFolder(root, (_, error) => {
    throw error;
  });

/** Puts an image into `root`; the manifest is `lines`, its kernel 6 bytes, its initial file system 3. */
function put(root: string, name: string, lines: readonly string[]): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'image.yaml'), lines.join('\n'));
  writeFileSync(join(folder, 'vmlinuz'), 'kernel');
  writeFileSync(join(folder, 'initrd'), 'ird');
  return join(folder, 'image.yaml');
}
const manifest = (id: string, name: string, ...more: string[]) => [
  `id: ${id}`,
  `name: ${name}`,
  'kernel: vmlinuz',
  'initrd: initrd',
  ...more,
];

describe('an image', () => {
  it('is shown as its manifest says, its parts hidden behind kernel_id and ramdisk_id', async () => {
    const root = tempDir();
    put(root, 'tiny', manifest(ID, 'tiny', 'min_ram: 64', 'properties:', '  os_command_line: quiet', '  hw_num: 1'));
    const images = open(root);
    const [image, ...others] = await images.list();
    expect(others).toEqual([]);
    expect(image).toMatchObject({ id: ID, name: 'tiny', size: 9, minRam: 64, hidden: false, status: 'active' });
    const { kernel_id: kernel = '', ramdisk_id: ramdisk = '', ...own } = image?.properties ?? {};
    expect(own).toEqual({ os_command_line: 'quiet', hw_num: '1' });
    expect([isUuid(kernel), isUuid(ramdisk), kernel === ramdisk]).toEqual([true, true, false]);
    expect(await images.find(asId(kernel))).toMatchObject({ name: 'tiny-kernel', size: 6, hidden: true });
    expect(await images.find(asId(ramdisk))).toMatchObject({ name: 'tiny-ramdisk', size: 3, diskFormat: 'ari' });
    // The same at every start: servers keep these ids.
    expect((await open(root).list())[0]?.properties).toEqual(image?.properties);
  });

  it('has files to boot from; its parts and unknown ids have none', async () => {
    const root = tempDir();
    put(root, 'tiny', manifest(ID, 'tiny'));
    const images = open(root);
    expect(await images.files(asId(ID))).toEqual({
      boot: { kernel: join(root, 'tiny', 'vmlinuz'), initrd: join(root, 'tiny', 'initrd') },
      disk: null,
    });
    const kernel = (await images.find(asId(ID)))?.properties['kernel_id'] ?? '';
    expect([await images.files(asId(kernel)), await images.files(asId('no')), await images.find(asId('no'))]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('an image with a disk', () => {
  const about = (...more: string[]) => [`id: ${ID}`, 'name: whole', 'disk: disk.img', ...more];
  const withDisk = (...more: string[]) => {
    const root = tempDir();
    put(root, 'whole', about(...more));
    writeFileSync(join(root, 'whole', 'disk.img'), 'a disk');
    return { images: open(root), path: join(root, 'whole', 'disk.img'), folder: join(root, 'whole') };
  };

  it('is bare, qcow2 unless its manifest says otherwise, and has no hidden parts', async () => {
    const { images, path } = withDisk('min_disk: 3', 'min_ram: 512', 'properties: {os_distro: debian}');
    expect(await images.list()).toEqual([
      expect.objectContaining({
        name: 'whole',
        diskFormat: 'qcow2',
        containerFormat: 'bare',
        size: 6,
        minDisk: 3,
        minRam: 512,
        properties: { os_distro: 'debian' },
      }),
    ]);
    expect(await images.files(asId(ID))).toEqual({ boot: null, disk: { path, format: 'qcow2' } });
  });

  it('may be raw', async () => {
    const { images, path } = withDisk('disk_format: raw');
    expect(await images.find(asId(ID))).toMatchObject({ diskFormat: 'raw', containerFormat: 'bare' });
    expect(await images.files(asId(ID))).toEqual({ boot: null, disk: { path, format: 'raw' } });
  });

  it('may have a kernel beside it, which is what boots', async () => {
    const { images, path, folder } = withDisk('kernel: vmlinuz', 'initrd: initrd');
    const image = await images.find(asId(ID));
    expect(image).toMatchObject({ diskFormat: 'qcow2', containerFormat: 'bare', size: 6 });
    expect(await images.find(asId(image?.properties['kernel_id'] ?? ''))).toMatchObject({ name: 'whole-kernel' });
    expect(await images.files(asId(ID))).toEqual({
      boot: { kernel: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd') },
      disk: { path, format: 'qcow2' },
    });
  });
});

describe('the folder', () => {
  it('is empty when it is not there, and is read anew each time', async () => {
    const root = join(tempDir(), 'images');
    const images = open(root);
    expect(await images.list()).toEqual([]);
    put(root, 'tiny', manifest(ID, 'tiny'));
    writeFileSync(join(root, 'README'), 'not an image');
    expect(await images.list()).toHaveLength(1);
  });

  it('lists the newest first, names within a moment', async () => {
    const root = tempDir();
    for (const [n, name, at] of [
      [1, 'old', 1_000],
      [2, 'b', 2_000],
      [3, 'a', 2_000],
    ] as const) {
      utimesSync(put(root, name, manifest(ID.replace('70a', `00${n}`), name)), at, at);
    }
    expect((await open(root).list()).map((image) => image.name)).toEqual(['a', 'b', 'old']);
  });
});

describe('an image that is wrong', () => {
  /** What is told of the image in `bad`, and which images are listed beside it. */
  const listed = async (root: string) => {
    const told: string[] = [];
    const images = await imageFolder(root, (what, error) => told.push(`${what}: ${(error as Error).message}`)).list();
    return { told, names: images.map((image) => image.name) };
  };

  it.each([
    [[], 'id must be a UUID'],
    [manifest('tiny', 'bad'), 'id must be a UUID'],
    [manifest(ID, 'bad').filter((line) => !line.startsWith('name')), 'name is missing'],
    [manifest(ID, 'bad').filter((line) => !line.startsWith('kernel')), 'kernel is missing'],
    [manifest(ID, 'bad').filter((line) => !line.startsWith('initrd')), 'initrd is missing'],
    [[`id: ${ID}`, 'name: bad'], 'disk or kernel is missing'],
    [manifest(ID, 'bad', 'disk: [a, b]'), 'disk must name a file'],
    [manifest(ID, 'bad', 'disk_format: raw'), 'disk is missing, and there is a disk_format'],
    [manifest(ID, 'bad', 'disk: initrd', 'disk_format: vmdk'), 'disk_format must be qcow2 or raw'],
    [manifest(ID, 'bad', 'min_ram: lots'), 'min_ram must be a number of MiB'],
    [manifest(ID, 'bad', 'min_disk: -1'), 'min_disk must be a number of GiB'],
    [manifest(ID, 'bad', 'properties: {a: {b: c}}'), 'properties.a must be text'],
    [manifest(OTHER, 'bad'), `id ${OTHER} is another image's`],
  ])('%j: %s', async (lines, problem) => {
    const root = tempDir();
    const path = put(root, 'bad', lines);
    put(root, 'a good one', manifest(OTHER, 'good'));
    expect(await listed(root)).toEqual({ told: [`image bad: ${path}: ${problem}`], names: ['good'] });
  });

  it('because a file of it is not there', async () => {
    const root = tempDir();
    put(root, 'bad', [...manifest(ID, 'bad').filter((line) => !line.startsWith('initrd')), 'initrd: nowhere']);
    const { told, names } = await listed(root);
    expect([told.length, names]).toEqual([1, []]);
    expect(told[0]).toContain('ENOENT');
  });
});

imagesContract('a folder', async () => {
  const root = tempDir();
  const path = put(root, 'pair', manifest(OTHER, 'pair'));
  const bytes = Buffer.from('qcow2');
  mkdirSync(join(root, 'disk'));
  const disk = join(root, 'disk', 'image.yaml');
  writeFileSync(disk, [`id: ${ID}`, 'name: disk', 'disk: d.qcow2', 'disk_format: qcow2'].join('\n'));
  writeFileSync(join(root, 'disk', 'd.qcow2'), bytes);
  utimesSync(disk, 1_000, 1_000);
  utimesSync(path, 2_000, 2_000);
  return {
    images: open(root),
    disk: { id: asId<ImageId>(ID), bytes },
    pair: { id: asId<ImageId>(OTHER), kernel: Buffer.from('kernel'), initrd: Buffer.from('ird') },
    close: async () => {},
  };
});
