import { expect, it } from 'vitest';
import { closestName, didYouMean } from './closest-name.ts';

const NAMES = ['os_compute_api:servers:show', 'os_compute_api:servers:show:host_status', 'admin_api', 'admin_or_owner'];

it.each([
  ['os_compute_api:servers:show:host-status', 'os_compute_api:servers:show:host_status'],
  ['os_compute_api:server:show', 'os_compute_api:servers:show'],
  ['adminapi', 'admin_api'],
  ['admin_api', 'admin_api'],
  ['my_rule', null],
  ['', null],
  ['a'.repeat(100_000), null],
])('%s is nearest to %s', (name, closest) => {
  expect(closestName(name, NAMES)).toBe(closest);
});

it('says so at the end of a sentence', () => {
  expect(didYouMean('admin_ap', NAMES)).toBe('; did you mean "admin_api"?');
  expect(didYouMean('nothing like it', NAMES)).toBe('');
});
