// The port's own files of `remnant guest-setup` in a real crash kernel, whose initramfs Debian's kdump-tools and initramfs-tools
// built with them. The guest around it is the lab's small one; guest-setup.long.test.ts has a whole Debian.

import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { dmesgOf, guestSetup, lab } from './guest-setup-dump.ts';
import { VerdictCloud } from './verdict-cloud.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const MINUTE = 60_000;
const BOUNDS = { react: 120, crash_kernel: 240, stall: 120 };

let cloud: VerdictCloud;

beforeAll(async () => {
  await lab('install.sh', 'debian');
  cloud = await VerdictCloud.open(BOUNDS, async () => {});
  await buildGuest();
}, 10 * MINUTE);
afterAll(() => cloud.close());

test('no script has a fault that shellcheck knows', async () => {
  await Promise.all(
    ['port', 'disk', 'nfs=nas:/srv'].map(async (target) => {
      const file = join(cloud.folder, `${target.slice(0, 4)}.sh`);
      await writeFile(file, await guestSetup('--format', 'script', '--target', target));
      await run('shellcheck', [file]);
    }),
  );
  const own = ['apply', 'crash-cmdline', 'initramfs-hook', 'initramfs-script', 'save-dump', 'ports.sh'];
  // What a script reads in is there only in a guest.
  await run('shellcheck', [
    '--shell=sh',
    '--exclude=SC1091',
    ...own.map((name) => join(root, 'cli/guest-setup', name)),
  ]);
});

test(
  'an NMI: the crash kernel hands its dump to the host without a disk or a network, says so, and reboots',
  async () => {
    const id = await cloud.makeServer('port', { image: 'kdump', options: 'crash_kexec_post_notifiers' });
    await cloud.edit(id, withOurInitramfs);
    await cloud.consoleSays(id, 'CRASH-KERNEL loaded=1');
    await cloud.consoleSays(id, 'GUEST-READY');
    await cloud.user.act(id, { trigger_crash_dump: null });
    const dump = await cloud.user.dump(id, ({ phase }) => phase === 'ended', 600);
    expect(dump).toMatchObject({ verdict: 'captured', reaction: 'crashloaded' });
    const said = dump.evidence.map(({ kind, detail }) => `${kind}: ${detail}`);
    expect(said).toEqual(expect.arrayContaining(['crash-kernel: CRASH-KERNEL-UP dump=port', 'saved: port']));
    expect(dump.evidence.map(({ kind }) => kind)).toContain('rebooted');
    expect(await dmesgOf(cloud, id, dump)).toContain('Kernel panic - not syncing: NMI: Not continuing');
    await cloud.user.remove(id);
  },
  15 * MINUTE,
);

test(
  'without the port the crash kernel says so and goes on to the disk',
  async () => {
    const id = await cloud.makeServer('no port', { image: 'kdump', options: '' });
    await cloud.edit(id, (xml) => withOurInitramfs(xml).replaceAll(/<channel type='pipe'>[^]*?<\/channel>/g, ''));
    await cloud.consoleSays(id, 'GUEST-READY');
    await cloud.user.act(id, { trigger_crash_dump: null });
    await cloud.consoleSays(id, 'remnant: no port remnant.dump: the dump goes to the disk');
    // The next thing an initramfs does; this guest has no disk.
    await cloud.consoleSays(id, 'No root device specified');
    await cloud.user.remove(id);
  },
  15 * MINUTE,
);

/** The lab's kdump guest, with a crash initramfs as a Debian guest has it after `remnant guest-setup`. */
async function buildGuest(): Promise<void> {
  const { write_files: files } = parse(await guestSetup()) as {
    write_files: { path: string; content: string; permissions: string }[];
  };
  const tree = join(cloud.folder, 'tree');
  for (const { path, content, permissions } of files) {
    const own = join(tree, path);
    await mkdir(dirname(own), { recursive: true });
    await writeFile(own, content, { mode: Number.parseInt(permissions, 8) });
  }
  const extra = join(cloud.folder, 'extra');
  await mkdir(join(extra, 'crash'), { recursive: true });
  await lab('debian-guest-initrd.sh', tree, join(root, 'var/lab/debian-crash.img'));
  await copyFile(join(root, 'var/lab/debian-crash.img'), join(extra, 'crash/initrd'));
  await copyFile(join(root, 'var/lab/guest/kdump.img'), initramfs());
  // The kernel unpacks one archive behind the other; the later file counts.
  await run('sh', ['-c', `cd ${extra} && echo crash/initrd | cpio -o -H newc --quiet >>${initramfs()}`]);
  await chmod(initramfs(), 0o644);
}

function initramfs(): string {
  return join(cloud.folder, 'guest/own.img');
}

function withOurInitramfs(xml: string): string {
  return xml.replace(/<initrd>[^<]*<\/initrd>/, `<initrd>${initramfs()}</initrd>`);
}
