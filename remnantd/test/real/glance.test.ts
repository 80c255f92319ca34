// The real Glance of Debian behind the images port: what it holds is listed, proved and booted from, and it may go away.

import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { GlanceImages } from '../../src/adapters/glance/glance-images.ts';
import { glanceImages } from '../../src/adapters/glance/glance-images.ts';
import type { ImageId } from '../../src/model/ids.ts';
import { imagesContract } from '../../src/ports/images.contract.ts';
import { ImagesUnavailable } from '../../src/ports/images.ts';
import type { SignedIn } from '../harness/child-daemon.ts';
import { signedIn, startListening } from '../harness/child-daemon.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { testClock } from '../harness/test-clock.ts';
import { waitFor } from '../harness/wait-for.ts';
import { GlanceLab } from './glance-lab.ts';

const THEIRS = 'b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2';
const kernel = randomBytes(300_000);
const initrd = randomBytes(200_000);

let glance: GlanceLab;
let disk: { readonly id: ImageId; readonly bytes: Buffer };
let pair: ImageId;

beforeAll(async () => {
  glance = await GlanceLab.open();
  const bytes = await qcow2();
  disk = {
    id: await glance.add({
      name: 'disk',
      data: bytes,
      disk_format: 'qcow2',
      more: { min_ram: 32, os_distro: 'debian' },
    }),
    bytes,
  };
  const hidden = { os_hidden: true };
  const kernelId = await glance.add({ name: 'kernel', data: kernel, disk_format: 'aki', more: hidden });
  const ramdiskId = await glance.add({ name: 'initrd', data: initrd, disk_format: 'ari', more: hidden });
  const parts = { kernel_id: kernelId, ramdisk_id: ramdiskId, os_command_line: 'quiet' };
  pair = await glance.add({ name: 'pair', data: Buffer.from('none'), disk_format: 'ami', more: parts });
}, 300_000);
afterAll(() => glance?.close());

imagesContract('the Glance adapter, on a real Glance', async () => {
  const { images } = opened();
  return { images, disk, pair: { id: pair, kernel, initrd }, close: async () => {} };
});

describe('a real Glance', () => {
  it('says more of an image than its name, and it is read', async () => {
    const { images } = opened();
    const { created_at, updated_at } = await glance.show(disk.id);
    expect(await images.find(disk.id)).toEqual({
      id: disk.id,
      name: 'disk',
      status: 'active',
      diskFormat: 'qcow2',
      containerFormat: 'bare',
      size: disk.bytes.length,
      hidden: false,
      createdAt: Date.parse(String(created_at)),
      updatedAt: Date.parse(String(updated_at)),
      minDisk: 0,
      minRam: 32,
      properties: { os_distro: 'debian' },
    });
    expect((await images.find(pair))?.properties).toMatchObject({ os_command_line: 'quiet' });
  });

  it('lists by the page, and says whose a private image is', async () => {
    const own = await privateImage(THEIRS);
    const listed = await opened().images.list();
    expect(listed.map(({ id, owner }) => [id, owner])).toEqual([
      [own, THEIRS],
      [pair, undefined],
      [disk.id, undefined],
    ]);
  });

  it('has no image for us while its data is not there', async () => {
    const queued = await glance.add({ name: 'queued', data: null, disk_format: 'raw' });
    onTestFinished(() => glance.remove(queued));
    const { images } = opened();
    expect(await images.find(queued)).toBeNull();
    expect(await images.files(queued)).toBeNull();
    expect((await images.list()).map(({ id }) => id)).not.toContain(queued);
  });

  it('gives data that is kept only when it is what its digest says', async () => {
    const { images, folder } = opened();
    const sha512 = createHash('sha512').update(disk.bytes).digest('hex');
    expect(await glance.show(disk.id)).toMatchObject({ os_hash_algo: 'sha512', os_hash_value: sha512 });
    const damaged = Buffer.from(disk.bytes);
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
    await glance.overwrite(disk.id, damaged);
    const refused = await images.files(disk.id).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ImagesUnavailable);
    expect((refused as Error).message).toMatch(/was damaged on its way: its sha512 is another$/);
    expect(await readdir(folder)).toEqual([]);
    await glance.overwrite(disk.id, disk.bytes);
    expect(await readFile((await images.files(disk.id))?.disk?.path ?? '')).toEqual(disk.bytes);
  });

  it('is away, and then is back', async () => {
    const { images } = opened();
    await glance.down();
    await expect(images.list()).rejects.toThrow(/^Glance at \S+ cannot be reached/);
    await expect(images.files(disk.id)).rejects.toBeInstanceOf(ImagesUnavailable);
    await glance.up();
    expect((await images.list()).map(({ id }) => id)).toEqual([pair, disk.id]);
  });
});

describe('a cloud whose images are in a real Glance', () => {
  it('shows them, makes servers of them, is 503 while Glance is away, and goes on when it is back', async () => {
    const theirs = await privateImage(THEIRS);
    const daemon = await startListening({
      images: { glance: { url: `${glance.url}/v2`, retries: 0, cache_time: 0 } },
    });
    const ask = await signedIn(daemon);

    const shown = (await (await ask('/image/v2/images')).json()) as { images: object[] };
    expect(shown.images).toMatchObject([
      { id: pair, name: 'pair', disk_format: 'ami', os_command_line: 'quiet' },
      { id: disk.id, name: 'disk', disk_format: 'qcow2', size: disk.bytes.length, min_ram: 32, os_distro: 'debian' },
    ]);
    expect((await ask(`/image/v2/images/${theirs}`)).status).toBe(404);
    expect(await refusal(ask, theirs)).toEqual([400, 'Can not find requested image']);

    const project = await boots(ask, disk.id);
    await boots(ask, pair);
    const own = await privateImage(project);
    const whose = { visibility: 'private', owner: project };
    expect(await (await ask(`/image/v2/images/${own}`)).json()).toMatchObject(whose);
    await boots(ask, own);
    const cache = join(daemon.stateDir, 'image-cache');
    expect(await readFile(join(cache, disk.id))).toEqual(disk.bytes);
    expect((await readdir(cache)).filter((name) => name.endsWith('.kept'))).toHaveLength(2);

    await glance.down();
    const away = [503, 'The image service is temporarily unavailable.'];
    expect(await refusal(ask, disk.id)).toEqual(away);
    expect((await ask('/image/v2/images')).status).toBe(503);
    await glance.up();
    await boots(ask, disk.id);
    expect((await ask('/image/v2/images')).status).toBe(200);
  });
});

/** A private image of this project, for the test that runs. */
async function privateImage(owner: string): Promise<ImageId> {
  const data = Buffer.from('private');
  const id = await glance.add({ name: 'private', data, disk_format: 'raw', visibility: 'private', more: { owner } });
  onTestFinished(() => glance.remove(id));
  return id;
}

/** The adapter, opened for the test that runs, with a cache of its own. */
function opened(): { readonly images: GlanceImages; readonly folder: string } {
  const clock = testClock();
  const folder = join(tempDir(), 'cache');
  const images = glanceImages({
    clock,
    url: glance.url,
    token: { get: async () => null, drop: () => {} },
    timeoutMs: 10_000,
    retries: 0,
    ca: null,
    cacheMs: 0,
    folder,
    mostBytes: 2 ** 30,
  });
  onTestFinished(() => {
    images.close();
    clock.stop();
  });
  return { images, folder };
}

async function qcow2(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'qcow2-'));
  try {
    const path = join(folder, 'disk.qcow2');
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', path, '8M']);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const create = (ask: SignedIn, imageRef: ImageId) => {
  const server = { name: 'of-glance', flavorRef: '1', imageRef, networks: 'none' };
  return ask('/v2.1/servers', { method: 'POST', body: JSON.stringify({ server }) });
};

/** The status and the words that a request for a server of this image is refused with. */
async function refusal(ask: SignedIn, image: ImageId): Promise<readonly [number, string | undefined]> {
  const answer = await create(ask, image);
  const body = (await answer.json()) as Record<string, { message?: string }>;
  return [answer.status, Object.values(body)[0]?.message];
}

/** Makes a server of this image, waits until it runs, and gives its project. */
async function boots(ask: SignedIn, image: ImageId): Promise<string> {
  const made = await create(ask, image);
  expect(made.status).toBe(202);
  const { server } = (await made.json()) as { server: { id: string } };
  const ended = await waitFor(
    'the server to be made',
    async () => {
      const { server: now } = (await (await ask(`/v2.1/servers/${server.id}`)).json()) as {
        server: { status: string; tenant_id: string };
      };
      return now.status !== 'BUILD' && now;
    },
    60_000,
  );
  expect(ended).toMatchObject({ status: 'ACTIVE', image: { id: image } });
  return ended.tenant_id;
}
