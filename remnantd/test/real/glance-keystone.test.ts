// A real Glance behind a real Keystone, asked with a token of our own: what the user of the configuration may see is there, and
// nothing else; a token that ran out is replaced.

import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openImages } from '../../src/main/images-part.ts';
import type { ImageId } from '../../src/model/ids.ts';
import type { Images } from '../../src/ports/images.ts';
import { ImagesUnavailable } from '../../src/ports/images.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { testClock } from '../harness/test-clock.ts';
import { waitFor } from '../harness/wait-for.ts';
import { GlanceLab } from './glance-lab.ts';
import { KeystoneLab } from './keystone-lab.ts';

const data = Buffer.from('the data of a private image');
let keystone: KeystoneLab;
let glance: GlanceLab | null = null;
let [open, closed, project] = ['' as ImageId, '' as ImageId, ''];

beforeAll(async () => {
  keystone = await KeystoneLab.open();
  glance = await GlanceLab.open(keystone);
  const { admin } = keystone;
  project = (await keystone.openstackJson<{ id: string }>(admin, 'project', 'create', 'web')).id;
  await keystone.openstack(admin, 'project', 'create', 'service');
  for (const [user, role] of [
    ['sees-all', 'admin'],
    ['sees-some', 'reader'],
  ] as const) {
    await keystone.openstack(admin, 'user', 'create', '--password', `${user}-password`, user);
    await keystone.openstack(admin, 'role', 'add', '--user', user, '--project', 'service', role);
  }
  open = await glance.add({ name: 'open', data, disk_format: 'raw' });
  closed = await glance.add({
    name: 'closed',
    data,
    disk_format: 'raw',
    visibility: 'private',
    more: { owner: project },
  });
}, 300_000);
afterAll(async () => {
  try {
    await glance?.close();
  } finally {
    await keystone?.close();
  }
});

test('a user with the role admin sees, and fetches, every project’s private images', async () => {
  const images = as('sees-all');
  expect((await images.list()).map(({ id, owner }) => [id, owner])).toEqual([
    [closed, project],
    [open, undefined],
  ]);
  expect(await readFile((await images.files(closed))?.disk?.path ?? '')).toEqual(data);
});

test('a user without it sees those that are open to everybody, as if there were no other', async () => {
  const images = as('sees-some');
  expect((await images.list()).map(({ id }) => id)).toEqual([open]);
  expect(await images.find(closed)).toBeNull();
  expect(await images.files(closed)).toBeNull();
  expect(await readFile((await images.files(open))?.disk?.path ?? '')).toEqual(data);
});

test('a password that is wrong is no "not found", and is not in what is said', async () => {
  const refused = await as('sees-all', 'another-password')
    .list()
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ImagesUnavailable);
  expect((refused as Error).message).toMatch(/^no token for Glance: /);
  expect((refused as Error).message).not.toContain('another-password');
});

test('a Keystone that is away keeps nobody from Glance who has a token, and is asked again when it is back', async () => {
  const [known, stranger] = [as('sees-all'), as('sees-some')];
  expect(await known.find(open)).not.toBeNull();
  await keystone.down();
  expect(await known.find(open)).not.toBeNull();
  await expect(stranger.find(open)).rejects.toBeInstanceOf(ImagesUnavailable);
  await keystone.up();
  expect(await stranger.find(open)).not.toBeNull();
});

test('a token that Glance takes no more is replaced by another', async () => {
  // As if this process did not notice that time goes by: by its clock, the token is good.
  const clock = testClock();
  clock.freeze();
  const images = as('sees-all', 'sees-all-password', clock);
  await keystone.up(10);
  expect(await images.find(open)).not.toBeNull();
  const later = await keystone.token(keystone.admin);
  await keystone.up();
  await waitFor('the token to expire', () => keystone.refuses(later), 30_000);
  expect(await images.find(open)).not.toBeNull();
});

/** Images as the configuration opens them, for this user and the test that runs. */
function as(user: string, password = `${user}-password`, clock = testClock()): Images {
  const stateDir = tempDir();
  const file = join(stateDir, 'password');
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  const signIn = {
    auth_url: keystone.url,
    user,
    user_domain: 'Default',
    project: 'service',
    project_domain: 'Default',
    password_file: file,
  };
  const section = {
    url: glance?.url ?? '',
    keystone: signIn,
    ca_file: null,
    timeout: 20,
    retries: 0,
    cache_time: 0,
    cache_folder: null,
    cache_size: 2 ** 30,
  };
  const fail = (what: string, error: unknown) => expect.fail(`${what}: ${String(error)}`);
  const opened = openImages({ state_dir: stateDir, images: { folder: null, glance: section } }, clock, fail);
  onTestFinished(() => {
    opened.close();
    clock.stop();
  });
  return opened.images;
}
