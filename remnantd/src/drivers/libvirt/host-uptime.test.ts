// The host's uptime, out of the real program.

import { expect, test } from 'vitest';
import { DriverFault } from '../driver.ts';
import { hostUptime } from './host-uptime.ts';

test('the line of uptime, as clients take it apart', async () => {
  // As python-openstackclient does.
  expect(await hostUptime()).toMatch(/^\s*\S+\sup\s+.+,\s+.+\susers?,\s+load average:\s.+/);
});

test('a host without the program says so', async () => {
  await expect(hostUptime('no-such-uptime')).rejects.toThrow(new DriverFault('failed', 'no-such-uptime failed'));
});
