// What the files do where a shell can tell without a guest; in a guest, remnantd/test/real/guest-setup.test.ts does.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type GuestPlan, guestFiles, guestPackages } from './guest-files.ts';
import { DEFAULT_CRASHKERNEL } from './guest-options.ts';

const PORT: GuestPlan = { target: { kind: 'port' }, crashkernel: DEFAULT_CRASHKERNEL };
const DISK: GuestPlan = { ...PORT, target: { kind: 'disk' } };
const NFS: GuestPlan = { ...PORT, target: { kind: 'nfs', export: 'nas:/srv/crash' } };

const dir = mkdtempSync(join(tmpdir(), 'guest-files-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sh = (...args: string[]) => execFileSync('sh', args, { encoding: 'utf8' });
const fileOf = (plan: GuestPlan, path: string) => {
  const file = guestFiles(plan).find((each) => each.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file;
};
/** The file, where a shell can run it. */
const written = (path: string) => {
  const copy = join(dir, path.replaceAll('/', '_'));
  writeFileSync(copy, fileOf(PORT, path).text);
  return copy;
};

describe.each([
  ['port', PORT],
  ['disk', DISK],
  ['nfs', NFS],
])('for %s', (_, plan) => {
  it('every file ends in a line feed, has nothing left to fill in, and every script is one', () => {
    for (const { path, mode, text } of guestFiles(plan)) {
      expect(text, path).toMatch(/[^\n]\n$/);
      expect(text, path).not.toMatch(/@[A-Z]+@/);
      expect(text.startsWith('#!/bin/sh\n'), path).toBe(mode === '0755');
      if (mode === '0755' || path.endsWith('.sh')) expect(() => sh('-n', '-c', text), path).not.toThrow();
    }
  });

  it('the last file is the one that is run', () => {
    expect(guestFiles(plan).at(-1)?.path).toBe('/usr/local/lib/remnant/apply');
  });
});

it('only the port needs a crash kernel of its own; other targets take its files away again', () => {
  const own = ['/etc/initramfs-tools/hooks/remnant', '/etc/initramfs-tools/scripts/init-top/remnant'];
  const paths = (plan: GuestPlan) => guestFiles(plan).map(({ path }) => path);
  expect(paths(PORT)).toEqual(expect.arrayContaining(own));
  for (const plan of [DISK, NFS]) {
    for (const path of own) expect(paths(plan)).not.toContain(path);
    expect(guestFiles(plan).at(-1)?.text).toContain(`obsolete='${own.join(' ')}'`);
  }
});

it('NFS needs its own package, and is in no other setup', () => {
  expect(guestPackages(NFS)).toContain('nfs-common');
  expect(guestPackages(PORT)).toEqual(guestPackages(DISK));
  expect(guestPackages(PORT)).not.toContain('nfs-common');
  expect(guestFiles(NFS).at(-1)?.text).toContain("nfs='nas:/srv/crash'");
  expect(guestFiles(DISK).at(-1)?.text).toContain("nfs=''");
});

describe('the command line of the crash kernel', () => {
  const script = written('/usr/local/lib/remnant/crash-cmdline');
  const of = (line: string) => {
    const file = join(dir, 'cmdline');
    writeFileSync(file, `${line}\n`);
    return sh(script, file);
  };

  it('is the own one without what a crash kernel must not inherit', () => {
    const words = 'BOOT_IMAGE=/boot/vmlinuz root=UUID=1 ro console=tty0 console=ttyS0,115200 quiet panic_on_warn=1';
    const out = `unknown_nmi_panic crashkernel=512M-:192M ${words} panic=3 hugepages=4 sysctl.kernel.unknown_nmi_panic=1 nmi_watchdog=0 crash_kexec_post_notifiers`;
    expect(of(out)).toBe(words);
  });

  it("keeps quotes through the shell's second reading of it", () => {
    expect(of('ro dyndbg="file x +p" quiet')).toBe('ro dyndbg=\\"file x +p\\" quiet');
  });

  it('never has a word that makes an NMI a panic, wherever it stands', () => {
    const word = fc.constantFrom(
      'ro',
      'quiet',
      'root=/dev/vda1',
      'panic_on_oops=1',
      'unknown_nmi_panic',
      'unknown_nmi_panic=1',
      'sysctl.kernel.panic_on_unrecovered_nmi=1',
    );
    const lines = fc.sample(fc.array(word, { minLength: 1, maxLength: 8 }), 60);
    // One shell for all: to start one takes long.
    const files = lines.map((words, i) => {
      writeFileSync(join(dir, `line-${i}`), `${words.join(' ')}\n`);
      return join(dir, `line-${i}`);
    });
    const printed = sh('-c', `for each in "$@"; do sh ${script} "$each"; echo; done`, 'sh', ...files);
    const kept = lines.map((words) => words.filter((each) => !each.includes('nmi')).join(' '));
    expect(printed).toBe(`${kept.join('\n')}\n`);
  });
});

it("GRUB's words: ours once, kdump-tools' own out, the others as they were", () => {
  const grub = written('/etc/default/grub.d/zz-remnant.cfg');
  const script = `GRUB_CMDLINE_LINUX_DEFAULT='quiet crashkernel=384M-:128M splash'; . ${grub}; printf %s "$GRUB_CMDLINE_LINUX_DEFAULT"`;
  expect(sh('-c', script)).toBe(`quiet splash crashkernel=${DEFAULT_CRASHKERNEL} crash_kexec_post_notifiers`);
});

it('an NMI is never made a panic on the kernel command line, which the crash kernel inherits', () => {
  const lines = fileOf(PORT, '/etc/default/grub.d/zz-remnant.cfg')
    .text.split('\n')
    .filter((line) => !line.startsWith('#'));
  expect(lines.join('\n')).not.toContain('nmi');
  expect(fileOf(PORT, '/usr/local/lib/remnant/apply').text).toContain('systemd.mask=systemd-sysctl.service');
});
