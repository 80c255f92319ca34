// One Remnant for all tests of a file, opened before the first and closed after the last. Something that went wrong behind
// the API's back fails the file.

import { afterAll, beforeAll, expect } from 'vitest';
import type { OpenOptions, TestRemnant } from './open-remnant.ts';
import { openRemnant } from './open-remnant.ts';

/** Registers it; the result gives the one that is open. */
export function useRemnant(options: OpenOptions = {}): () => TestRemnant {
  let remnant: TestRemnant | null = null;
  beforeAll(async () => {
    remnant = await openRemnant(options);
  });
  afterAll(async () => {
    await remnant?.close();
    expect(remnant?.errors ?? []).toEqual([]);
  });
  return () => {
    if (remnant === null) throw new Error('there is no Remnant before the first test');
    return remnant;
  };
}
