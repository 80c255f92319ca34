// Texts of real guests, as they were recorded.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What kernels printed: `dmesg-nmi-stalled.txt`, `console-nmi-stalled.txt`, `console-sysrq.txt`, `console-went-on.txt`. */
export function recordedPanic(name: string): string {
  return readFileSync(join(import.meta.dirname, '../fixtures/panic', name), 'utf8');
}
