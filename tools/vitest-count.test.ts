import { expect, it } from 'vitest';
import { countReport, failedFiles, parseReport, withSecondRun } from './vitest-count.ts';

const file = (status: string, ...tests: string[]) => ({
  name: `${status}.test.ts`,
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

it.each([
  ['all passed', [file('passed', 'passed', 'passed')], 0, { passed: 2, failed: 0 }],
  ['one failed', [file('failed', 'passed', 'failed')], 1, { passed: 1, failed: 1 }],
  ['a file that does not load', [file('failed'), file('passed', 'passed')], 1, { passed: 1, failed: 1 }],
  ['skipped tests', [file('passed', 'passed', 'skipped', 'pending', 'todo')], 0, { passed: 1, failed: 3 }],
  ['no tests', [], 0, { passed: 0, failed: 1 }],
  ['an error outside the tests', [file('passed', 'passed')], 1, { passed: 1, failed: 1 }],
])('%s', (_, testResults, exitCode, count) => {
  expect(countReport({ testResults }, exitCode)).toEqual(count);
});

it('a run that left no report has failed', () => {
  expect(countReport(parseReport(''), 1)).toEqual({ passed: 0, failed: 1 });
  expect(countReport(parseReport('{}'), 0)).toEqual({ passed: 0, failed: 1 });
});

it('takes the second run of a file for the first, and leaves what it did not run again', () => {
  const first = { testResults: [file('passed', 'passed'), file('failed', 'passed', 'failed')] };
  expect(failedFiles(first)).toEqual(['failed.test.ts']);
  expect(failedFiles(null)).toEqual([]);
  const again = { ...file('passed', 'passed', 'passed'), name: 'failed.test.ts' };
  expect(countReport(withSecondRun(first, { testResults: [again] }), 0)).toEqual({ passed: 3, failed: 0 });
  expect(countReport(withSecondRun(first, { testResults: [] }), 1)).toEqual({ passed: 2, failed: 1 });
});
