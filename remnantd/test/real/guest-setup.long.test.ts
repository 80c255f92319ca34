// What `remnant guest-setup` prints, in a real Debian guest: cloud-init installs it and reboots once; after that an NMI through
// Remnant ends in a dump that the host has and makedumpfile reads. Three boots of a Debian under emulation take their time, so
// `make test` leaves this out (guest-setup.test.ts has the heart of it); `make test-real ONLY=guest-setup` runs it, with times.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { dmesgOf, guestSetup } from './guest-setup-dump.ts';
import { DebianGuest } from './guest-setup-guest.ts';
import { VerdictCloud } from './verdict-cloud.ts';

const MINUTE = 60_000;
/** So that a slow machine is not taken for a guest that hangs. */
const BOUNDS = { react: 300, crash_kernel: 600, stall: 300, finish: 300, reboot: 900 };
/** What a guest that is ready looks like from inside. */
const LOOK =
  'cd /proc/sys/kernel && grep -H . /sys/kernel/kexec_crash_loaded unknown_nmi_panic panic_on_unrecovered_nmi panic_on_io_nmi panic';
const READY =
  '/sys/kernel/kexec_crash_loaded:1\nunknown_nmi_panic:1\npanic_on_unrecovered_nmi:1\npanic_on_io_nmi:1\npanic:0\n';

let cloud: VerdictCloud;
let guest: DebianGuest;
let since = performance.now();

/** Tells how long it was since the last step. */
function step(what: string): void {
  const now = performance.now();
  process.stdout.write(`${((now - since) / 1000).toFixed(1).padStart(7)} s  ${what}\n`);
  since = now;
}

beforeAll(async () => {
  cloud = await VerdictCloud.open(BOUNDS, async () => {});
  step('a cloud');
  guest = await DebianGuest.boot(cloud, await guestSetup());
  step('an image, and a guest that boots from it');
}, 20 * MINUTE);
afterAll(() => cloud.close());

test(
  'cloud-init sets the guest up, and one reboot later it is ready',
  async () => {
    await guest.says('reboot this guest once');
    step('set up: packages installed, crash initramfs built');
    await guest.until(LOOK, (printed) => printed === READY);
    step('rebooted, and its crash kernel is loaded');
    expect(await guest.shell('cat /proc/cmdline')).toMatch(/ crashkernel=\S+ crash_kexec_post_notifiers\n$/);
    // The crash kernel's own words.
    const loaded = await guest.shell('cat /var/crash/kexec_cmd');
    expect(loaded).toContain('systemd.mask=systemd-sysctl.service panic=10');
    expect(loaded).not.toMatch(/nmi|crashkernel=|post_notifiers/);
  },
  60 * MINUTE,
);

test(
  'an NMI ends in a dump that the host has and makedumpfile reads, and the guest comes back ready',
  async () => {
    await cloud.user.act(guest.id, { trigger_crash_dump: null });
    const dump = await cloud.user.dump(guest.id, ({ verdict }) => verdict !== null, 1_200);
    step(`verdict: ${dump.verdict}`);
    expect(dump).toMatchObject({ verdict: 'captured', reaction: 'crashloaded' });
    // That it says so itself need not reach us: it waits for nobody who reads that, and reboots.
    expect(dump.evidence.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['crashloaded', 'crash-kernel', 'artefact']),
    );
    expect(await dmesgOf(cloud, guest.id, dump)).toContain('Kernel panic - not syncing: NMI: Not continuing');
    step(`${dump.bytes} bytes downloaded, and read by makedumpfile`);

    const back = await cloud.user.dump(guest.id, ({ phase }) => phase === 'ended', 1_200);
    expect(back.evidence.map(({ kind }) => kind)).toContain('rebooted');
    await guest.until(LOOK, (printed) => printed === READY);
    step('the guest is back, and ready for the next');
  },
  60 * MINUTE,
);

test(
  'the script changes a guest that runs to its own disk, without a reboot, and a second NMI does not kill that dump',
  async () => {
    const script = await guestSetup('--format', 'script', '--target', 'disk');
    expect(await guest.shell('sh -s', script)).toContain('ready: a crash kernel is loaded');
    // Again: nothing is there twice, nothing fails.
    const state = 'cat /etc/default/kdump-tools /etc/default/kexec /boot/grub/grub.cfg; ls -R /etc/initramfs-tools';
    const before = await guest.shell(state);
    expect(await guest.shell('sh -s', script)).toContain('ready: a crash kernel is loaded');
    expect(await guest.shell(state)).toBe(before);
    expect(before).not.toMatch(/init-top:\nremnant/);
    step('the script, run twice');

    await cloud.user.act(guest.id, { trigger_crash_dump: null });
    await guest.says('remnant: CRASH-KERNEL-UP dump=disk');
    await cloud.virsh('inject-nmi', guest.id);
    const dump = await cloud.user.dump(guest.id, ({ phase }) => phase === 'ended', 1_800);
    step(`verdict: ${dump.verdict}`);
    expect(dump).toMatchObject({ verdict: 'captured', artefacts: [] });
    expect(dump.evidence.map(({ kind, detail }) => `${kind}: ${detail}`)).toContain('saved: disk');
    const size = await guest.until('stat -c %s /var/crash/2*/dump.2*', (printed) => /^\d+\n$/.test(printed));
    expect(Number(size)).toBeGreaterThan(10_000_000);
    step('the dump is on its disk');
  },
  60 * MINUTE,
);
