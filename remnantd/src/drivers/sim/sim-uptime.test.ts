import { expect, test } from 'vitest';
import { uptimeLine } from './sim-uptime.ts';

const NOON = Date.parse('2026-05-04T12:00:05Z');

test.each([
  [0, ' 12:00:05 up 0 days,  0:00,  0 users,  load average: 0.00, 0.00, 0.00\n'],
  [(26 * 60 + 3) * 60_000, ' 12:00:05 up 1 days,  2:03,  0 users,  load average: 0.00, 0.00, 0.00\n'],
  [23.5 * 3_600_000, ' 12:00:05 up 0 days, 23:30,  0 users,  load average: 0.00, 0.00, 0.00\n'],
])('up for %d ms', (up, line) => {
  expect(uptimeLine(NOON, up)).toBe(line);
  // As python-openstackclient takes it apart.
  expect(line).toMatch(/^\s*(.+)\sup\s+(.+),\s+(.+)\susers?,\s+load average:\s(.+)/);
});
