// What a guest gets: packages, and files by their place in it. The texts are the files of cli/guest-setup, so that they can be
// read, checked and run as what they are; only a few words in them are filled in.

import { readFileSync } from 'node:fs';
import type { GuestTarget } from './guest-options.ts';

/** A file in the guest. */
export interface GuestFile {
  readonly path: string;
  readonly mode: '0644' | '0755';
  readonly text: string;
}

/** What is set up, and how. */
export interface GuestPlan {
  readonly target: GuestTarget;
  readonly crashkernel: string;
}

interface Place {
  readonly template: string;
  readonly path: string;
  readonly mode: GuestFile['mode'];
}

const PLACES: readonly Place[] = [
  { template: 'sysctl.conf', path: '/etc/sysctl.d/90-remnant.conf', mode: '0644' },
  { template: 'modules.conf', path: '/etc/modules-load.d/remnant.conf', mode: '0644' },
  // Behind kdump-tools.cfg, whose crashkernel= it takes out.
  { template: 'grub.cfg', path: '/etc/default/grub.d/zz-remnant.cfg', mode: '0644' },
  { template: 'ports.sh', path: '/usr/local/lib/remnant/ports.sh', mode: '0644' },
  { template: 'crash-cmdline', path: '/usr/local/lib/remnant/crash-cmdline', mode: '0755' },
  { template: 'save-dump', path: '/usr/local/lib/remnant/save-dump', mode: '0755' },
  {
    template: 'dump-service.conf',
    path: '/etc/systemd/system/kdump-tools-dump.service.d/remnant.conf',
    mode: '0644',
  },
];
const PORT_PLACES: readonly Place[] = [
  { template: 'initramfs-hook', path: '/etc/initramfs-tools/hooks/remnant', mode: '0755' },
  { template: 'initramfs-script', path: '/etc/initramfs-tools/scripts/init-top/remnant', mode: '0755' },
];
const APPLY: Place = { template: 'apply', path: '/usr/local/lib/remnant/apply', mode: '0755' };

/** The packages, by Debian's names. */
export function guestPackages({ target }: GuestPlan): string[] {
  const common = ['kdump-tools', 'makedumpfile', 'kexec-tools', 'qemu-guest-agent'];
  return target.kind === 'nfs' ? [...common, 'nfs-common'] : common;
}

/** The files; the last one makes the others take effect. */
export function guestFiles(plan: GuestPlan): GuestFile[] {
  const ports = plan.target.kind === 'port' ? PORT_PLACES : [];
  return [...PLACES, ...ports, APPLY].map(({ template, path, mode }) => ({
    path,
    mode,
    text: filled(template, {
      CRASHKERNEL: plan.crashkernel,
      NFS: plan.target.kind === 'nfs' ? plan.target.export : '',
      OBSOLETE: plan.target.kind === 'port' ? '' : PORT_PLACES.map((place) => place.path).join(' '),
    }),
  }));
}

/** The template `name` with each `@WORD@` of `words` filled in. Throws Error when one is left. */
export function filled(name: string, words: Readonly<Record<string, string>>): string {
  const text = readFileSync(new URL(`../../guest-setup/${name}`, import.meta.url), 'utf8');
  return text.replaceAll(/@([A-Z]+)@/g, (mark, word: string) => {
    const value = words[word];
    if (value === undefined) throw new Error(`${name} has ${mark}, which nothing fills in`);
    return value;
  });
}
