// What may be chosen of a guest's setup. Every word that is let through here goes into shell scripts, a systemd unit's
// environment and a kernel's command line, so it is held to letters that mean nothing to any of them.

import { InvalidArgumentError } from 'commander';

/** Where a guest's crash kernel takes its dump: to Remnant's port, its own disk, or an NFS server (`SERVER:/PATH`). */
export type GuestTarget =
  | { readonly kind: 'port' }
  | { readonly kind: 'disk' }
  | { readonly kind: 'nfs'; readonly export: string };

/**
 * Memory for the crash kernel by the guest's own, in the kernel's words. Measured on Debian 12: its cloud kernel dumps in
 * 80 MiB and not in 72. The edges lie below the round sizes, since a guest of 1 GiB sees a little less. Below 384 MiB: none.
 */
export const DEFAULT_CRASHKERNEL = '384M-960M:128M,960M-4000M:192M,4000M-64G:256M,64G-:512M';

const LEAST_MIB = 80;
const SIZE = String.raw`\d{1,5}[MG]`;
const PLAIN = new RegExp(`^(${SIZE})(,high)?$`);
const RANGES = new RegExp(`^${SIZE}-(${SIZE})?:${SIZE}(,${SIZE}-(${SIZE})?:${SIZE})*$`);

const HOST = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\]`;
const EXPORT = new RegExp(`^(?:${HOST}):/[A-Za-z0-9._@+=,/-]{0,1000}$`);

/** Reads `--target`. Throws InvalidArgumentError for anything but port, disk, and an NFS export in plain letters. */
export function targetOf(text: string): GuestTarget {
  if (text === 'port' || text === 'disk') return { kind: text };
  if (!text.startsWith('nfs=')) throw new InvalidArgumentError('port, disk or nfs=SERVER:/PATH is wanted.');
  const where = text.slice('nfs='.length);
  if (!EXPORT.test(where)) {
    throw new InvalidArgumentError(
      'after nfs= comes SERVER:/PATH; the path may have letters, digits and . _ @ + = , / - only, since it passes through scripts.',
    );
  }
  return { kind: 'nfs', export: where };
}

/** The target as `--target` takes it. */
export function targetWord(target: GuestTarget): string {
  return target.kind === 'nfs' ? `nfs=${target.export}` : target.kind;
}

/** Reads `--crashkernel`: a size (`192M`, `1G,high`) or sizes by memory (`512M-2G:128M,2G-:192M`). Throws InvalidArgumentError. */
export function crashkernelOf(text: string): string {
  if (!PLAIN.test(text) && !RANGES.test(text)) {
    throw new InvalidArgumentError(
      "a size such as 192M is wanted, or sizes by the guest's memory: 512M-2G:128M,2G-:192M.",
    );
  }
  const sizes = RANGES.test(text) ? text.split(',').map((range) => range.split(':')[1] ?? '') : [text];
  if (sizes.some((size) => mebibytes(size) < LEAST_MIB)) {
    throw new InvalidArgumentError(`no crash kernel starts in less than ${LEAST_MIB}M.`);
  }
  return text;
}

function mebibytes(size: string): number {
  return Number.parseInt(size, 10) * (size.includes('G') ? 1024 : 1);
}
