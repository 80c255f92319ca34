// The committed recordings, all of them (R6). What Remnant does not answer as recorded is a short list with reasons.

import { expect, test } from 'vitest';
import { EXCEPTIONS, MORE_EXCEPTIONS } from './exceptions.ts';
import { goldenFixtures } from './golden-data.ts';
import { COMMITTED, RECORDINGS, readRecorded, recording } from './recorded-file.ts';
import { replay } from './replay.ts';

/** Replays all of `file`; just the cases that `isExcepted` may differ, and `exceptions` of them there are. */
async function expectAnswers(file: URL, exceptions: number, isExcepted: (name: string) => boolean): Promise<void> {
  const cases = readRecorded(file, goldenFixtures().ids);
  const replayed = await replay(cases);
  const differ = replayed.cases.filter((one) => one.differences.length > 0);
  const failed = differ.filter((one) => !isExcepted(one.recorded.name));
  expect(failed.map(({ recorded, differences }) => ({ [recorded.name]: differences.slice(0, 4) }))).toEqual([]);
  const passed = replayed.cases.filter((one) => one.differences.length === 0).map((one) => one.recorded.name);
  expect(passed.filter(isExcepted), 'no exceptions any more: take them off the list').toEqual([]);
  expect(cases.filter((one) => isExcepted(one.name))).toHaveLength(exceptions);
  expect(replayed.errors).toEqual([]);
}

test('recorded answers of a real Nova', async () => {
  const excepted = new Set(Object.values(EXCEPTIONS).flat());
  await expectAnswers(COMMITTED, excepted.size, (name) => excepted.has(name));
});

test.each(RECORDINGS)('recorded answers of a real Nova: %s', { timeout: 120_000 }, async (name) => {
  const excepted = new Set(Object.values(MORE_EXCEPTIONS[name]).flat());
  await expectAnswers(recording(name), excepted.size, (one) => excepted.has(Number.parseInt(one, 10)));
});
