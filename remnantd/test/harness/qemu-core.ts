// An ELF core as QEMU 7.2 writes it, whole, for tests that take one apart.

import { elfHead, elfLength, elfPart } from '../../src/drivers/sim/elf-core.ts';

/** A core of `bytes` bytes of memory. */
export function qemuCore(bytes: number): Buffer {
  const core = { bytes, mark: 'm' };
  const head = elfHead(core);
  return Buffer.concat([head, elfPart(core, head.length, elfLength(core))]);
}
