// Servers of a real Glance's images, end to end: whose images can be used, and what a Glance that is away means.

import { expect, onTestFinished, test } from 'vitest';
import { FakeGlance } from '../harness/fake-glance.ts';
import type { TestRemnant } from '../harness/open-remnant.ts';
import { openRemnant } from '../harness/open-remnant.ts';
import { ADMIN, MEMBER, STRANGER } from '../harness/records.ts';
import { waitFor } from '../harness/wait-for.ts';

async function opened(): Promise<{ glance: FakeGlance; remnant: TestRemnant }> {
  const glance = await FakeGlance.start();
  const images = { glance: { url: `${glance.url}/v2`, retries: 0, cache_time: 0 } };
  const remnant = await openRemnant({ config: { images } });
  onTestFinished(async () => {
    await remnant.close();
    await glance.stop();
    expect(remnant.errors).toEqual([]);
  });
  return { glance, remnant };
}

const create = (remnant: TestRemnant, imageRef: string, token = MEMBER) => {
  const server = { name: 'new', flavorRef: '1', imageRef, networks: 'none' };
  return remnant.ask({ method: 'POST', path: '/v2.1/servers', token, version: '2.93', body: { server } });
};

const ended = (remnant: TestRemnant, id: string) =>
  waitFor('the server to be made', async () => {
    const { body } = await remnant.ask({ path: `/v2.1/servers/${id}`, token: ADMIN, version: '2.93' });
    return body['server']?.['status'] !== 'BUILD' && body['server'];
  });

test('a server is made of an image that its host fetched; of nobody else’s own', async () => {
  const { glance, remnant } = await opened();
  const own = glance.add({ format: 'qcow2', more: { visibility: 'private', owner: 'a1a1a1a1' } });
  const made = await create(remnant, own);
  expect(made.status).toBe(202);
  expect(await ended(remnant, String(made.body['server']?.['id']))).toMatchObject({ status: 'ACTIVE' });
  expect(glance.count(`${own}/file`)).toBe(1);
  const other = await create(remnant, own, STRANGER);
  expect([other.status, other.message]).toEqual([400, 'Can not find requested image']);
  const seen = async (token: string) => (await remnant.ask({ path: '/image/v2/images', token })).body['images']?.length;
  expect([await seen(MEMBER), await seen(STRANGER)]).toEqual([1, 0]);
  const hidden = await remnant.ask({ path: `/image/v2/images/${own}`, token: STRANGER });
  expect(hidden.status).toBe(404);
});

test('a Glance that is away: 503 for who asks, and an ERROR with the reason for what was on its way', async () => {
  const { glance, remnant } = await opened();
  const id = glance.add({ format: 'qcow2' });
  glance.instead = (path, response) => {
    if (path.endsWith('/file')) response.writeHead(503).end();
    return path.endsWith('/file');
  };
  const made = await create(remnant, id);
  const server = String(made.body['server']?.['id']);
  expect(await ended(remnant, server)).toMatchObject({ status: 'ERROR' });
  const path = `/v2.1/servers/${server}/os-instance-actions/${made.headers['x-compute-request-id']}`;
  const { body } = await remnant.ask({ path, token: ADMIN, version: '2.93' });
  expect(JSON.stringify(body['instanceAction']?.['events'])).toMatch(/"details":"[^"]*Glance/);
  await glance.stop();
  const refused = await create(remnant, id);
  expect([refused.status, refused.message]).toEqual([503, 'The image service is temporarily unavailable.']);
  expect((await remnant.ask({ path: `/image/v2/images/${id}`, token: MEMBER })).status).toBe(503);
});
