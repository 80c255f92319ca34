// A folder of a test's own, gone when the test is over.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes it, for the test that runs now. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'remnant-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
