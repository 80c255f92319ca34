// All nodes in pages, against an Ironic over HTTP, and against answers that no Ironic should give.

import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeIronic } from '../../../test/harness/fake-ironic.ts';
import { testClock } from '../../../test/harness/test-clock.ts';
import { DriverFault } from '../driver.ts';
import { noAuth } from './ironic-auth.ts';
import { IronicClient } from './ironic-client.ts';
import { getNode, listNodes } from './list-nodes.ts';

const EVERY = { conductorGroup: null };

async function open() {
  const ironic = await FakeIronic.start();
  const clock = testClock();
  const client = new IronicClient({
    after: (ms, run) => clock.after(ms, run),
    url: ironic.url,
    auth: noAuth(),
    timeoutMs: 10_000,
    ca: null,
  });
  onTestFinished(async () => {
    client.close();
    clock.stop();
    await ironic.close();
  });
  return { ironic, client };
}

/** The faults of an Ironic that answers so. */
async function faultOf(answer: unknown, status = 200): Promise<unknown> {
  const { ironic, client } = await open();
  ironic.instead = (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    return true;
  };
  return listNodes(client, EVERY).catch((error: unknown) => error);
}

describe('all nodes', () => {
  it('200 of them are one request', async () => {
    const { ironic, client } = await open();
    for (let i = 0; i < 200; i += 1) ironic.add({ name: `n${i}` });
    const nodes = await listNodes(client, EVERY);
    expect(nodes.map(({ name }) => name)).toEqual(Array.from({ length: 200 }, (_, i) => `n${i}`));
    expect(ironic.journal.map(({ path }) => path.replace(/fields=[a-z_,]+/, 'fields=F'))).toEqual([
      '/v1/nodes?fields=F&limit=500',
    ]);
  });

  it('come in pages, each once', async () => {
    const { ironic, client } = await open();
    const added = Array.from({ length: 7 }, () => ironic.add().uuid);
    const nodes = await listNodes(client, { ...EVERY, limit: 3 });
    expect(nodes.map(({ uuid }) => uuid)).toEqual(added);
    expect(ironic.journal.map(({ path }) => new URL(path, ironic.url).searchParams.get('marker'))).toEqual([
      null,
      added[2],
      added[5],
    ]);
  });

  it('a full last page has one after it, with nothing on it', async () => {
    const { ironic, client } = await open();
    for (let i = 0; i < 4; i += 1) ironic.add();
    expect(await listNodes(client, { ...EVERY, limit: 2 })).toHaveLength(4);
    expect(ironic.journal).toHaveLength(3);
  });

  it('of one conductor group', async () => {
    const { ironic, client } = await open();
    ironic.add({ conductorGroup: 'a&b' });
    ironic.add();
    expect(await listNodes(client, { conductorGroup: 'a&b' })).toHaveLength(1);
    expect(await listNodes(client, { conductorGroup: '' })).toHaveLength(1);
  });

  it('are asked of the Ironic that is configured, wherever the link to the next page goes', async () => {
    const { ironic, client } = await open();
    const [one, two] = [ironic.add(), ironic.add()];
    const elsewhere = await FakeIronic.start();
    onTestFinished(() => elsewhere.close());
    let first = true;
    ironic.instead = (_, response) => {
      if (!first) return false;
      first = false;
      const next = `${elsewhere.url}/v1/nodes?limit=1&marker=${one.uuid}`;
      response.end(JSON.stringify({ nodes: [{ uuid: one.uuid }], next }));
      return true;
    };
    const nodes = await listNodes(client, { ...EVERY, limit: 1 });
    expect(nodes.map(({ uuid }) => uuid)).toEqual([one.uuid, two.uuid]);
    expect(elsewhere.journal).toEqual([]);
  });

  it('begin anew, once, when the node at the end of a page was deleted meanwhile', async () => {
    const { ironic, client } = await open();
    const added = Array.from({ length: 4 }, () => ironic.add().uuid);
    ironic.instead = ({ path }) => {
      if (path.includes('marker=')) ironic.remove(added[1] ?? '');
      return false;
    };
    const nodes = await listNodes(client, { ...EVERY, limit: 2 });
    expect(nodes.map(({ uuid }) => uuid)).toEqual([added[0], added[2], added[3]]);

    let turn = 0;
    ironic.instead = ({ path }) => {
      const marker = new URL(path, ironic.url).searchParams.get('marker');
      if (marker !== null && turn < 2) {
        turn += 1;
        ironic.remove(marker);
      }
      return false;
    };
    await expect(listNodes(client, { ...EVERY, limit: 1 })).rejects.toThrow(/^Ironic cannot list the nodes \(404\)/);
  });

  it('in smaller pages where they are too large to be read', async () => {
    const { ironic, client } = await open();
    const big = { configdrive: 'x'.repeat(3 * 1024 * 1024), display_name: 'big' };
    for (let i = 0; i < 9; i += 1) ironic.add({ instanceInfo: big });
    const nodes = await listNodes(client, { ...EVERY, limit: 9 });
    expect(nodes).toHaveLength(9);
    expect(nodes.every(({ displayName }) => displayName === 'big')).toBe(true);
    ironic.add({ instanceInfo: { configdrive: 'x'.repeat(17 * 1024 * 1024) } });
    await expect(listNodes(client, EVERY)).rejects.toThrow(/answers with a node that is too large to be read/);
  });

  it('what is no node is left out', async () => {
    const { uuid } = (await open()).ironic.add();
    expect(await faultOf({ nodes: [null, { uuid: 'x' }, { uuid }, 7] })).toMatchObject([{ uuid }]);
  });
});

describe('what is no list of nodes', () => {
  it.each([
    ['null', null, /answers with something else than nodes: is it an Ironic's API\?$/],
    ['nodes that are none', { nodes: {} }, /answers with something else than nodes/],
    [
      'a next page without a marker',
      { nodes: [], next: 'http://x/v1/nodes?limit=1' },
      /names a next page of nodes that has no marker/,
    ],
    ['a next page that is no text', { nodes: [], next: 7 }, /names a next page of nodes that has no marker/],
    [
      'a next page for ever',
      { nodes: [], next: 'http://x/v1/nodes?marker=m' },
      /names a page of nodes as the next one that was there already/,
    ],
  ])('%s', async (_, answer, message) => {
    const fault = await faultOf(answer);
    expect(fault).toBeInstanceOf(DriverFault);
    expect(fault).toMatchObject({ code: 'failed', asked: 'no', message: expect.stringMatching(message) });
  });

  it('an error is a fault that did nothing', async () => {
    expect(await faultOf({ error_message: '{"faultstring": "boom"}' }, 500)).toMatchObject({
      code: 'failed',
      asked: 'no',
      message: 'Ironic failed to list the nodes (500). Ironic says: boom',
    });
  });

  it('an Ironic that is away is a lost connection', async () => {
    const { ironic, client } = await open();
    await ironic.stop();
    await expect(listNodes(client, EVERY)).rejects.toMatchObject({ code: 'connection-lost', asked: 'no' });
    await expect(getNode(client, 'n')).rejects.toMatchObject({ code: 'connection-lost', asked: 'no' });
  });
});

describe('one node', () => {
  it('by its UUID or name', async () => {
    const { ironic, client } = await open();
    const { uuid } = ironic.add({ name: 'n 1', lastError: 'x' });
    expect(await getNode(client, uuid)).toMatchObject({ uuid, name: 'n 1', lastError: 'x' });
    expect((await getNode(client, 'n 1')).uuid).toBe(uuid);
  });

  it('that is not there', async () => {
    const { client } = await open();
    await expect(getNode(client, 'no/such')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Ironic has no node no/such'),
    });
  });
});
