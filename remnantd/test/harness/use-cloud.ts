// A cloud for the test that runs now: closed when it is over. What went wrong behind the API's back fails the test, but for
// what a test expects of the outage it makes.

import { expect, onTestFinished } from 'vitest';
import type { CloudOptions, TestCloud } from './open-cloud.ts';
import { openCloud } from './open-cloud.ts';

/** Opens it. Errors that match `expected` are the test's own doing. */
export async function useCloud(options: CloudOptions = {}, expected?: RegExp): Promise<TestCloud> {
  const cloud = await openCloud(options);
  onTestFinished(async () => {
    await cloud.close();
    expect(cloud.errors.filter((error) => expected?.test(error) !== true)).toEqual([]);
  });
  return cloud;
}

/** The errors of agents that nobody answers. */
export const NOBODY = /BusFault/;
