// What the Glance adapter asks, keeps and refuses.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { FakeImage } from '../../../test/harness/fake-glance.ts';
import { FakeGlance } from '../../../test/harness/fake-glance.ts';
import { tempDir } from '../../../test/harness/temp-dir.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { waitFor } from '../../../test/harness/wait-for.ts';
import type { ImageId } from '../../model/ids.ts';
import { asId } from '../../model/ids.ts';
import { imagesContract } from '../../ports/images.contract.ts';
import { ImagesUnavailable } from '../../ports/images.ts';
import type { GlanceOptions } from './glance-images.ts';
import { glanceImages } from './glance-images.ts';

const NONE = { get: async () => null, drop: () => {} };
const HOUR_MS = 3_600_000;

async function rig(more: Partial<GlanceOptions> = {}) {
  const glance = await FakeGlance.start();
  const clock = testClock();
  const folder = join(tempDir(), 'cache');
  const open = () =>
    glanceImages({
      clock,
      url: glance.url,
      token: NONE,
      timeoutMs: 5_000,
      retries: 2,
      ca: null,
      cacheMs: 60_000,
      folder,
      mostBytes: 1_000,
      ...more,
    });
  const images = open();
  onTestFinished(async () => {
    images.close();
    clock.stop();
    await glance.stop();
  });
  const add = (image: FakeImage) => asId<ImageId>(glance.add(image));
  return { glance, clock, folder, images, add, open };
}

imagesContract('Glance', async () => {
  const { glance, images, add } = await rig();
  const [kernel, initrd, bytes] = [Buffer.from('kernel'), Buffer.from('initrd'), Buffer.from('qcow2')];
  const hidden = { os_hidden: true };
  const disk = add({ data: bytes, format: 'qcow2' });
  const kernelId = glance.add({ data: kernel, format: 'aki', more: hidden });
  const ramdiskId = glance.add({ data: initrd, format: 'ari', more: hidden });
  const pair = add({ format: 'ami', more: { kernel_id: kernelId, ramdisk_id: ramdiskId } });
  return { images, disk: { id: disk, bytes }, pair: { id: pair, kernel, initrd }, close: async () => {} };
});

it('what Glance says of an image is used again for a while', async () => {
  const { glance, clock, images, add } = await rig();
  const id = add({ more: { os_command_line: 'quiet', min_ram: 64 } });
  for (let i = 0; i < 3; i += 1) {
    expect(await images.find(id)).toMatchObject({ minRam: 64, properties: { os_command_line: 'quiet' } });
  }
  expect(glance.count(id)).toBe(1);
  clock.advance(60_000);
  await images.find(id);
  expect(glance.count(id)).toBe(2);
});

it('who may use an image: everybody a public one, its project another, nobody one that is not active', async () => {
  const { images, add } = await rig();
  const of = async (more: Record<string, unknown>) => images.find(add({ more }));
  expect(await of({ visibility: 'public' })).not.toHaveProperty('owner');
  expect(await of({ visibility: 'community' })).not.toHaveProperty('owner');
  expect(await of({ visibility: 'private' })).toMatchObject({ owner: 'a1a1a1a1' });
  expect(await of({ visibility: 'shared' })).toMatchObject({ owner: 'a1a1a1a1' });
  expect(await of({ visibility: 'private', owner: null })).toBeNull();
  expect(await of({ status: 'queued' })).toBeNull();
});

it('data is fetched once, by however many, and outlives the process', async () => {
  const { glance, images, add, open } = await rig();
  const id = add({ data: Buffer.from('disk'), format: 'qcow2' });
  await Promise.all([images.files(id), images.files(id)]);
  await images.files(id);
  const again = open();
  const files = await again.files(id);
  again.close();
  expect(readFileSync(files?.disk?.path ?? '', 'utf8')).toBe('disk');
  expect(glance.count('/file')).toBe(1);
});

it('data that is not what Glance says is kept by nobody', async () => {
  const { glance, folder, images, add } = await rig();
  const id = add({ data: Buffer.from('good'), format: 'raw' });
  for (const [bad, why] of [
    ['evil', /damaged on its way: its sha512 is another/],
    ['go', /has 2 bytes where Glance says 4/],
    ['too long', /more bytes than Glance says/],
  ] as const) {
    glance.damage(id, Buffer.from(bad));
    const failed = await images.files(id).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ImagesUnavailable);
    expect((failed as Error).message).toMatch(why);
    expect(readdirSync(folder)).toEqual([]);
  }
  glance.damage(id, Buffer.from('good'));
  expect((await images.files(id))?.disk?.format).toBe('raw');
});

it('what was cut short is swept away at the next start', async () => {
  const { folder, images, add, open } = await rig();
  await images.files(add({}));
  writeFileSync(join(folder, `${crypto.randomUUID()}.x.part`), 'half');
  const again = open();
  await again.files(add({}));
  again.close();
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

it('room is made by what was asked for longest ago, but not by what may be in use, nor by what guests boot from', async () => {
  const { glance, clock, images, add, folder } = await rig({ mostBytes: 10 });
  const six = () => add({ data: Buffer.from('123456') });
  const [first, second, third] = [six(), six(), six()];
  const kernel = glance.add({ data: Buffer.alloc(20), format: 'aki' });
  await images.files(add({ format: 'ami', more: { kernel_id: kernel, ramdisk_id: kernel } }));
  await images.files(first);
  await images.files(second);
  const kept = () => readdirSync(folder).toSorted();
  expect(kept(), 'an hour is not over').toEqual([first, second, `${kernel}.kept`].toSorted());
  clock.advance(HOUR_MS);
  await images.files(first);
  await images.files(third);
  expect(kept()).toEqual([first, third, `${kernel}.kept`].toSorted());
});

it('a Glance that is away is told apart from an image that is not there, after a few tries', async () => {
  const { glance, images, add } = await rig();
  const id = add({});
  let failures = 2;
  glance.instead = (_path, response) => {
    failures -= 1;
    if (failures >= 0) response.writeHead(503).end();
    return failures >= 0;
  };
  expect(await images.find(id)).not.toBeNull();
  expect(glance.asked).toHaveLength(3);
  await glance.stop();
  await expect(images.list()).rejects.toThrow(/^Glance at \S+ cannot be reached/);
  await expect(images.find(add({}))).rejects.toBeInstanceOf(ImagesUnavailable);
});

it('a Glance that hangs, or stops in the middle, is waited for no longer than it may take', async () => {
  const { glance, clock, folder, images, add } = await rig({ retries: 0 });
  const id = add({ data: Buffer.alloc(8), format: 'raw' });
  glance.instead = () => true;
  const hung = images.list().catch((error: Error) => error.message);
  await waitFor('the question to arrive', () => glance.asked.length === 1);
  clock.advance(5_000);
  expect(await hung).toMatch(/no answer within 5 s/);
  glance.instead = (path, response) => {
    if (path.endsWith('/file')) response.writeHead(200).write(Buffer.alloc(4));
    return path.endsWith('/file');
  };
  const half = images.files(id).catch((error: Error) => error.message);
  const partBytes = () => readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  await waitFor('half of the data to be there', () => existsSync(folder) && partBytes().includes(4));
  clock.advance(5_000);
  expect(await half).toMatch(/stands still/);
});

it('a token that Glance refuses is dropped, and another one tried once', async () => {
  const tokens = ['old', 'new'];
  const dropped: string[] = [];
  const token = {
    get: async () => tokens[0] ?? null,
    drop: (one: string) => {
      dropped.push(one);
      tokens.shift();
    },
  };
  const { glance, images, add } = await rig({ token });
  glance.token = 'new';
  expect(await images.find(add({}))).not.toBeNull();
  expect(dropped).toEqual(['old']);
  glance.token = 'other';
  await expect(images.find(add({}))).rejects.toThrow(/answered 401/);
});
