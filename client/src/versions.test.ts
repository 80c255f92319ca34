import { expect, test } from 'vitest';
import { RemnantVersionError } from './errors.ts';
import { MICROVERSIONS } from './generated/types.ts';
import { choose, requireMicroversion, versionRange } from './versions.ts';

const spoken = (max: string, min = '2.1') => ({ min, max });

test.each([
  ['the highest that both know: the service is older', undefined, undefined, '2.60', '2.60'],
  ['the highest that both know: the client is older', undefined, undefined, '2.999', MICROVERSIONS.max],
  ['what was asked for', '2.53', undefined, '2.93', '2.53'],
  ["raised to the operation's first", '2.10', '2.17', '2.93', '2.17'],
  ['asked for above its first', '2.21', '2.17', '2.93', '2.21'],
  ['latest is left to the service', 'latest', '2.17', '2.1', 'latest'],
])('%s', (_what, asked, since, max, wanted) => {
  expect(choose('x.y', asked, since, spoken(max))).toBe(wanted);
});

test.each([
  ['an operation the service is too old for', undefined, '2.17', spoken('2.10')],
  ['an explicit version above', '2.50', undefined, spoken('2.10')],
  ['an explicit version below', '2.5', undefined, spoken('2.93', '2.20')],
])('%s is a clear error', (_what, asked, since, range) => {
  const refused = () => choose('servers.trigger-crash-dump', asked, since, range);
  expect(refused).toThrow(RemnantVersionError);
  expect(refused).toThrow(
    `servers.trigger-crash-dump wants microversion ${asked ?? since}, and this Compute API speaks ${range.min} to ${range.max}`,
  );
});

test('version documents: one version, a choice, one from before microversions, and none', () => {
  const range = (document: unknown) => versionRange(JSON.stringify(document), 'http://x/v2.1/');
  const current = { status: 'CURRENT', version: '2.93', min_version: '2.1' };
  expect(range({ version: current })).toEqual({ min: '2.1', max: '2.93' });
  const old = { status: 'SUPPORTED', version: '', min_version: '' };
  expect(range({ versions: [old, current] })).toEqual({ min: '2.1', max: '2.93' });
  expect(range({ version: old })).toEqual({ min: '2.1', max: '2.1' });
  for (const text of ['<html>', '{}', 'null']) {
    expect(() => versionRange(text, 'http://x/v2.1/')).toThrow('http://x/v2.1/ is no version document');
  }
});

test.each(['2', '2.', '3.1', 'v2.1', '2.01', ''])('%j is no microversion', (text) => {
  expect(() => requireMicroversion(text)).toThrow(`microversion "${text}" is neither 2.N nor latest`);
});
