// A NUL in any text of a path, a query or a body is refused, never a 500: PostgreSQL keeps none (R7). Every path and every
// parameter is tried here; of bodies those fields that no other pattern keeps clean, and test/api/fuzz.ts draws the rest.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer, Ask } from '../harness/http-client.ts';
import { IMAGE } from '../harness/open-remnant.ts';
import { TARGETS } from './fuzz.ts';
import { wrongWith } from './fuzz-answers.ts';
import type { FuzzTarget } from './fuzz-targets.ts';
import type { FuzzWorld } from './fuzz-world.ts';
import { openFuzzWorld } from './fuzz-world.ts';

let world: FuzzWorld;
beforeAll(async () => {
  world = await openFuzzWorld();
});
afterAll(async () => {
  await world.close();
  expect(world.remnant.errors).toEqual([]);
});

const known = (name: string): string => {
  const value = world.words.named[name]?.[0];
  return typeof value === 'string' ? value : 'x';
};
const send = (ask: Ask): Promise<Answer> =>
  world.remnant.ask({ version: '2.96', token: world.tokens['admin'] ?? '', ...ask });
const bodyOf = ({ action, method }: FuzzTarget) =>
  method === 'GET' || method === 'HEAD' ? {} : { body: action === null ? {} : { [action]: null } };

/** Every path of a target with `nul` in the place of one of its ids. */
function pathsWith(target: FuzzTarget, nul: string): string[] {
  const names = [...target.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return names.map((bad) => target.path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === bad ? nul : known(name))));
}

const WITH_IDS = TARGETS.filter(({ path }) => path.includes('{'));
test.each(WITH_IDS.map((target) => [target.id, target] as const))('no id of %s has one', async (_, target) => {
  for (const path of [...pathsWith(target, '%00'), ...pathsWith(target, 'a%00')]) {
    expect((await send({ method: target.method, path, ...bodyOf(target) })).status, path).toBe(404);
  }
});

const WITH_QUERY = TARGETS.filter(({ query }) => Object.keys(query).length > 0);
test.each(WITH_QUERY.map((target) => [target.id, target] as const))('no parameter of %s has one', async (_, target) => {
  const below = target.path.replaceAll(/\{(\w+)\}/g, (__, name) => known(name));
  for (const version of ['2.1', '2.96']) {
    for (const name of Object.keys(target.query)) {
      const path = `${below}?${encodeURIComponent(name)}=a%00`;
      const answer = await send({ method: target.method, path, version, ...bodyOf(target) });
      expect(answer.status, path).toBeLessThan(500);
      expect(wrongWith(target, answer), path).toBeNull();
    }
  }
});

const SERVER = { name: 'new', imageRef: IMAGE, networks: 'none' };
const SIGN_IN = (user: object) => ({ identity: { methods: ['password'], password: { user } } });
test.each<[method: 'POST' | 'PUT' | 'PATCH', path: string, body: object]>([
  ['POST', '/v2.1/servers', { server: { ...SERVER, flavorRef: '1\0' } }],
  ['POST', '/v2.1/servers', { server: { ...SERVER, flavorRef: '1', key_name: 'key\0' } }],
  ['POST', '/v2.1/servers/{server_id}/action', { resize: { flavorRef: '1\0' } }],
  ['POST', '/v2.1/servers/{server_id}/action', { rebuild: { imageRef: IMAGE, key_name: 'key\0' } }],
  ['POST', '/v2.1/servers/{server_id}/action', { lock: { locked_reason: 'mine\0' } }],
  ['PUT', '/v2.1/servers/{server_id}/tags', { tags: ['blue\0'] }],
  ['PUT', '/v2.1/servers/{server_id}/tags', { tags: ['blue\ud800'] }],
  ['PUT', '/v2.1/os-services/{service_id}', { status: 'disabled', disabled_reason: 'why\0' }],
  ['POST', '/identity/v3/projects', { project: { name: 'new', description: 'why\0' } }],
  ['PATCH', '/identity/v3/users/{user_id}', { user: { email: 'a\0' } }],
  ['POST', '/identity/v3/auth/tokens', { auth: SIGN_IN({ id: 'a\0', password: 'x' }) }],
  ['POST', '/identity/v3/auth/tokens', { auth: SIGN_IN({ name: 'a\0', domain: { id: 'default' }, password: 'x' }) }],
])('%s %s %j is refused', async (method, path, body) => {
  const before = await world.digest();
  const asked = { method, path: path.replaceAll(/\{(\w+)\}/g, (_, name) => known(name)), body };
  expect((await send(asked)).status).toBe(400);
  expect(await world.digest()).toBe(before);
});
