// The committed recording, all of it (R6). What Remnant does not answer as recorded is a short list with reasons.

import { expect, test } from 'vitest';
import { EXCEPTIONS } from './exceptions.ts';
import { goldenFixtures } from './golden-data.ts';
import { COMMITTED, readRecorded } from './recorded-file.ts';
import { replay } from './replay.ts';

test('recorded answers of a real Nova', async () => {
  const cases = readRecorded(COMMITTED, goldenFixtures().ids);
  const replayed = await replay(cases);
  const excepted = new Set(Object.values(EXCEPTIONS).flat());
  const failed = replayed.cases.filter((one) => one.differences.length > 0 && !excepted.has(one.recorded.name));
  const words = failed.map(({ recorded, differences }) => ({ [recorded.name]: differences.slice(0, 4) }));
  expect(words).toEqual([]);
  const passed = replayed.cases.filter((one) => one.differences.length === 0).map((one) => one.recorded.name);
  expect(
    passed.filter((name) => excepted.has(name)),
    'no exceptions any more: take them off the list',
  ).toEqual([]);
  const names = new Set(cases.map((one) => one.name));
  expect([...excepted].filter((name) => !names.has(name))).toEqual([]);
  expect(replayed.errors).toEqual([]);
});
