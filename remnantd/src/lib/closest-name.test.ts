import { expect, it } from 'vitest';
import { closestName } from './closest-name.ts';

const RULES = ['os_compute_api:servers:show', 'os_compute_api:servers:show:host_status', 'admin_api', 'admin_or_owner'];
const KEYS = ['port', 'host', 'user', 'flavors', 'check', 'socket'];

it.each([
  ['os_compute_api:servers:show:host-status', 'os_compute_api:servers:show:host_status'],
  ['os_compute_api:server:show', 'os_compute_api:servers:show'],
  ['adminapi', 'admin_api'],
  ['admin_api', 'admin_api'],
  ['Admin_API', 'admin_api'],
  ['my_rule', null],
  ['', null],
  ['a'.repeat(100_000), null],
])('of rules, %s is nearest to %s', (name, closest) => {
  expect(closestName(name, RULES)).toBe(closest);
});

it.each([
  ['prot', 'port'],
  ['sockt', 'socket'],
  ['usr', 'user'],
  ['flavours', 'flavors'],
  ['chekc', 'check'],
  ['hots', 'host'],
  ['nothing', null],
  ['xyz', null],
])('of keys, %s is nearest to %s', (name, closest) => {
  expect(closestName(name, KEYS)).toBe(closest);
});

it('keeps at least one letter, and gives the first of those that are equally near', () => {
  expect(closestName('a', ['b'])).toBeNull();
  expect(closestName('ip', ['id', 'ap'])).toBe('id');
  expect(closestName('admin', ['admix', 'admin'])).toBe('admin');
});
