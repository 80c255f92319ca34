// The life of one server on a real libvirt, through the whole of Remnant: its owner asks the Compute API, its guest tells what
// became of it on its console. Each step goes on from the one before.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pixelsOf } from '../harness/picture-pixels.ts';
import { waitFor } from '../harness/wait-for.ts';
import type { ShownDump } from './cloud-user.ts';
import { IMAGES, NETWORK, ServerLifeCloud } from './server-life-cloud.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMZDBlq1i8tzMJE+UriuT6Qhwj7WF0zpREi6Z9gFPqng me@here';
const CRASHED = 6;
/** Sectors of the disk as its image has it, and of a GiB. */
const SMALL = 64 * 2048;
const LARGE = 1024 * 2048;
/** What a guest of the small flavor has of memory, before its kernel takes its part. */
const SMALL_KIB = 128 * 1024;

let cloud: ServerLifeCloud;
let id = '';

beforeAll(async () => {
  cloud = await ServerLifeCloud.open();
});
afterAll(async () => {
  await cloud.close();
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const says = (what: RegExp) => cloud.says(id, what);
/** What the daemon logged, but for its requests. */
const logged = () =>
  cloud
    .log()
    .split('\n')
    .filter((line) => !line.includes('"msg":"request"'));
/** A test whose failure shows what the daemon logged. */
const step = (name: string, body: () => Promise<void>) =>
  test(name, { timeout: 300_000 }, async () => {
    await body().catch((error: unknown) => {
      throw new Error(`Remnant logged:\n${logged().slice(-25).join('\n')}`, { cause: error });
    });
  });

/** Acts, waits until it is at rest in `status`, and has it seen in `task` on the way. */
async function turn(action: object, status: string, task: string): Promise<void> {
  await cloud.act(id, action);
  expect(await cloud.until(id, status)).toContain(task);
}

/** Has the guest crash, and waits for what is known of that. `evidence`: with a look at it right before. */
async function crash(status: string, evidence = false): Promise<ShownDump> {
  await says(/(GUEST-READY)/);
  if (evidence) {
    const asked = await cloud.user.ask('POST', `/remnant/v1/servers/${id}/dumps`, { dump: { evidence } });
    expect(asked.status).toBe(202);
  } else await cloud.act(id, { trigger_crash_dump: null });
  const dump = await cloud.user.dump(id, ({ verdict }) => verdict !== null);
  const server = await waitFor('it to be shown as crashed', async () => {
    const now = await cloud.server(id);
    return now['OS-EXT-STS:power_state'] === CRASHED && now;
  });
  await says(/(Kernel panic)/);
  expect(server).toMatchObject({ status, 'OS-EXT-STS:task_state': null });
  return dump;
}

/** The picture of the screen, as its owner gets it: the firmware's text is on it, or a kernel's. */
async function isOnScreen(): Promise<void> {
  const dump = await waitFor('the picture to be kept', async () => {
    const newest = await cloud.user.dump(id, () => true);
    return newest.artefacts.length > 0 && newest;
  });
  const [picture] = dump.artefacts;
  if (picture === undefined) throw new Error('no picture was kept');
  expect(picture).toMatchObject({ source: 'hypervisor', format: expect.stringMatching(/^(png|ppm)$/) });
  const path = join(cloud.lab.folder, `picture.${picture.format}`);
  await cloud.user.download(id, dump, picture, path);
  const bytes = await readFile(path);
  expect(bytes).toHaveLength(picture.bytes);
  const { width, height, colours } = pixelsOf(picture.format, bytes);
  expect([width, height]).toEqual([720, 400]);
  expect(colours).toBeGreaterThan(1);
}

const PANICKED = { verdict: 'panicked_without_dump', nmi: 'exactly-asked' };

step('a server is made: it is on its network, and has read what its owner wrote', async () => {
  const pair = await cloud.user.ask('POST', '/v2.1/os-keypairs', { keypair: { name: 'mine', public_key: KEY } });
  expect(pair.status).toBe(201);
  const server = { name: 'web', imageRef: IMAGES.marking, flavorRef: '1', networks: 'auto' };
  const more = { key_name: 'mine', config_drive: true, user_data: base64('as its owner wants\n') };
  const made = await cloud.user.ask('POST', '/v2.1/servers', { server: { ...server, ...more } });
  expect(made.status).toBe(202);
  id = (made.body['server'] as { id: string }).id;
  expect(await cloud.until(id, 'ACTIVE')).toContain('spawning');

  await says(/DISK vda sectors=\d+ (mark=none)/);
  await says(/CONFIG \/dev\/sr0 (as its owner wants)/);
  await says(/(MARKED broken)/);
  const address = await says(/NET ([\d.]+)/);
  const found = await waitFor(
    'its address to be shown',
    async () => (await cloud.server(id)).addresses[NETWORK],
    60_000,
    100,
  );
  expect(found).toMatchObject([{ addr: address, version: 4, 'OS-EXT-IPS:type': 'fixed' }]);
  expect(await cloud.server(id)).toMatchObject({ key_name: 'mine', config_drive: 'True' });
  expect(JSON.parse(await cloud.onConfigDrive(id, 'openstack/latest/meta_data.json'))).toMatchObject({
    uuid: id,
    name: 'web',
    public_keys: { mine: KEY },
  });
});

step('it goes down and comes back, and has kept its disk', async () => {
  await says(/(GUEST-READY)/);
  await turn({ reboot: { type: 'SOFT' } }, 'ACTIVE', 'reboot_started');
  await says(/DISK vda sectors=\d+ mark=(broken)/);
});

step('it is suspended, goes on, and panics all the same', async () => {
  await says(/(GUEST-READY)/);
  await turn({ suspend: null }, 'SUSPENDED', 'suspending');
  const before = await cloud.console(id);
  await turn({ resume: null }, 'ACTIVE', 'resuming');
  const dump = await crash('ACTIVE', true);
  expect(dump).toMatchObject(PANICKED);
  expect(dump.vitals).toMatchObject({ screen: 'taken', cpus_busy_percent: [expect.any(Number)] });
  expect(dump.vitals?.took_ms).toBeLessThanOrEqual(1_000);
  await isOnScreen();
  // It is the same boot, up to its end.
  expect((await cloud.console(id)).startsWith(before)).toBe(true);
});

step('it is rescued from its panic with its disk beside, and can be dumped there', async () => {
  await turn({ rescue: { rescue_image_ref: IMAGES.rescue } }, 'RESCUE', 'rescuing');
  await says(new RegExp(`DISK vda sectors=${SMALL} (mark=none)`));
  await says(new RegExp(`DISK vdb sectors=${SMALL} (mark=broken)`));
  expect(await crash('RESCUE')).toMatchObject(PANICKED);
  await turn({ unrescue: null }, 'ACTIVE', 'unrescuing');
  await says(new RegExp(`DISK vda sectors=${SMALL} (mark=broken)`));
});

step('it gets a larger size, can be dumped before that is confirmed, and goes back', async () => {
  expect(Number(await says(/MACHINE cpus=1 memory=(\d+)/))).toBeLessThan(SMALL_KIB);
  await says(/(GUEST-READY)/);
  await turn({ resize: { flavorRef: '2' } }, 'VERIFY_RESIZE', 'resize_finish');
  expect(Number(await says(/MACHINE cpus=2 memory=(\d+)/))).toBeGreaterThan(SMALL_KIB);
  await says(new RegExp(`DISK vda sectors=${LARGE} (mark=broken)`));
  expect(await crash('VERIFY_RESIZE')).toMatchObject(PANICKED);
  await turn({ revertResize: null }, 'ACTIVE', 'resize_reverting');
  expect(Number(await says(/MACHINE cpus=1 memory=(\d+)/))).toBeLessThan(SMALL_KIB);
  expect((await cloud.server(id)).flavor.original_name).toBe('small');
});

step('it gets another size, for good', async () => {
  await says(/(GUEST-READY)/);
  await turn({ resize: { flavorRef: '3' } }, 'VERIFY_RESIZE', 'resize_finish');
  await cloud.act(id, { confirmResize: null });
  expect(await cloud.server(id)).toMatchObject({ status: 'ACTIVE', flavor: { original_name: 'large' } });
  expect(Number(await says(/MACHINE cpus=1 memory=(\d+)/))).toBeGreaterThan(SMALL_KIB);
});

step('it is made anew from another image, and its old disk is gone', async () => {
  await says(/(GUEST-READY)/);
  await turn({ rebuild: { imageRef: IMAGES.disk, user_data: base64('anew\n') } }, 'ACTIVE', 'rebuild_spawning');
  await says(new RegExp(`DISK vda sectors=${LARGE} (mark=none)`));
  await says(/CONFIG \/dev\/sr0 (anew)/);
  expect(await cloud.server(id)).toMatchObject({ image: { id: IMAGES.disk }, key_name: 'mine' });
});

step('it is stopped, started and deleted, and nothing of it is left', async () => {
  await says(/(GUEST-READY)/);
  await turn({ 'os-stop': null }, 'SHUTOFF', 'powering-off');
  // It was asked, and went down by itself.
  expect(await cloud.console(id)).toContain('POWER-BUTTON');
  await turn({ 'os-start': null }, 'ACTIVE', 'powering-on');
  await says(/(MACHINE cpus=1)/);
  expect(await cloud.filesOf(id)).toContain(`disks/${id}/root.qcow2`);

  await cloud.user.remove(id);
  await waitFor('it to be gone', async () => (await cloud.user.ask('GET', `/v2.1/servers/${id}`)).status === 404);
  expect(await cloud.lab.virsh('list', '--all', '--name')).toBe('');
  expect(await cloud.filesOf(id)).toEqual([]);
});

step('all that was done is told as Nova tells it', async () => {
  const done = (action: string, ...events: string[]) => ({
    action,
    message: null,
    events: events.map((event) => `${event} Success`),
  });
  const resized = done(
    'resize',
    'conductor_migrate_server',
    'cold_migrate',
    'compute_prep_resize',
    'compute_resize_instance',
    'compute_finish_resize',
  );
  // The second is Remnant's own: the words of the panic, and what its owner wants done then.
  const dumped = done('trigger_crash_dump', 'compute_trigger_crash_dump', 'remnant_after_panic');
  expect(await cloud.actions(id)).toEqual([
    done('create', 'compute__do_build_and_run_instance'),
    done('reboot', 'compute_reboot_instance'),
    done('suspend', 'compute_suspend_instance'),
    done('resume', 'compute_resume_instance'),
    dumped,
    done('rescue', 'compute_rescue_instance'),
    dumped,
    done('unrescue', 'compute_unrescue_instance'),
    resized,
    dumped,
    done('revertResize', 'compute_revert_resize', 'compute_finish_revert_resize'),
    resized,
    done('confirmResize', 'compute_confirm_resize'),
    done('rebuild', 'rebuild_server', 'compute_rebuild_instance'),
    done('stop', 'compute_stop_instance'),
    done('start', 'compute_start_instance'),
    done('delete', 'compute_terminate_instance'),
  ]);
});
