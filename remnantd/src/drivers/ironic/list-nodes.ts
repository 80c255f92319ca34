// All nodes of an Ironic, in pages. Of the link to the next page only its marker is taken: Ironic names itself there as it
// thinks it is called, which behind a proxy is another place, and credentials go to the one that was configured and to no other.

import { isObject, type JsonValue } from '../../lib/json.ts';
import { DriverFault } from '../driver.ts';
import type { IronicAnswer, IronicClient } from './ironic-client.ts';
import { ironicFault, lostFault } from './ironic-fault.ts';
import { IronicLost } from './ironic-lost.ts';
import type { IronicNode } from './ironic-node.ts';
import { NODE_FIELDS, readNode } from './read-node.ts';

/** Which nodes, and how they are fetched. */
export interface ListAsk {
  /** Null: those of every group. */
  readonly conductorGroup: string | null;
  /** Of a page; Ironic itself gives no more than its `max_limit`, 1000 by default. */
  readonly limit?: number;
}

/** 200 nodes are one page, and what their owners may have put into `instance_info` fits into an answer. */
const LIMIT = 500;
/** An Ironic with more nodes than this is another one than is meant here. */
const MOST_PAGES = 1000;
const LISTING = { what: 'list the nodes', node: null, reading: true } as const;

/** Every node once. Throws DriverFault. */
export async function listNodes(
  client: Pick<IronicClient, 'ask' | 'name'>,
  { conductorGroup, limit: wanted = LIMIT }: ListAsk,
): Promise<IronicNode[]> {
  const nodes = new Map<string, IronicNode>();
  const markers = new Set<string>();
  let limit = wanted;
  let marker: string | null = null;
  let begunAnew = false;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page: IronicAnswer | 'too-large' = await askPage(client, pathOf(conductorGroup, limit, marker));
    if (page === 'too-large') {
      // Some node carries very much: fewer of them then, down to one.
      if (limit === 1) throw strange(client, 'answers with a node that is too large to be read');
      limit = Math.ceil(limit / 8);
      continue;
    }
    if (page.status !== 200) {
      if (marker === null || begunAnew || (page.status !== 404 && page.status !== 400)) {
        throw ironicFault(page, LISTING);
      }
      // The node that a page begins behind was deleted meanwhile.
      begunAnew = true;
      marker = null;
      markers.clear();
      nodes.clear();
      continue;
    }
    const { items, next } = readPage(client, page);
    for (const item of items) {
      const node = readNode(item);
      if (node !== null) nodes.set(node.uuid, node);
    }
    if (next === null) return [...nodes.values()];
    if (markers.has(next)) throw strange(client, 'names a page of nodes as the next one that was there already');
    markers.add(next);
    marker = next;
  }
  throw strange(client, `has more than ${MOST_PAGES} pages of nodes`);
}

/** One node, by its UUID or name. Throws DriverFault, `not-found` among them. */
export async function getNode(client: Pick<IronicClient, 'ask' | 'name'>, ident: string): Promise<IronicNode> {
  const path = `/v1/nodes/${encodeURIComponent(ident)}?fields=${NODE_FIELDS.join(',')}`;
  const about = { what: 'read the node', node: ident, reading: true };
  let answer: IronicAnswer;
  try {
    answer = await client.ask('GET', path);
  } catch (error) {
    throw error instanceof IronicLost ? lostFault(error, about) : error;
  }
  if (answer.status !== 200) throw ironicFault(answer, about);
  const node = readNode(answer.json);
  if (node === null) throw strange(client, `answers with something else than node ${ident}`);
  return node;
}

async function askPage(client: Pick<IronicClient, 'ask'>, path: string): Promise<IronicAnswer | 'too-large'> {
  try {
    return await client.ask('GET', path);
  } catch (error) {
    if (!(error instanceof IronicLost)) throw error;
    if (error.kind === 'too-large') return error.kind;
    throw lostFault(error, LISTING);
  }
}

function pathOf(group: string | null, limit: number, marker: string | null): string {
  const query = new URLSearchParams({ fields: NODE_FIELDS.join(','), limit: String(limit) });
  if (group !== null) query.set('conductor_group', group);
  if (marker !== null) query.set('marker', marker);
  // Ironic takes the commas as they are, and its log is easier to read so.
  return `/v1/nodes?${query.toString().replaceAll('%2C', ',')}`;
}

interface Page {
  readonly items: readonly JsonValue[];
  /** The marker of the next page; null: this is the last. */
  readonly next: string | null;
}

function readPage(client: Pick<IronicClient, 'name'>, { json }: IronicAnswer): Page {
  const items = isObject(json) ? json['nodes'] : undefined;
  if (!isObject(json) || !Array.isArray(items)) throw strange(client, 'answers with something else than nodes');
  const link = json['next'];
  if (link === undefined || link === null || link === '') return { items: items as readonly JsonValue[], next: null };
  const next = typeof link === 'string' ? new URLSearchParams(link.slice(link.indexOf('?') + 1)).get('marker') : null;
  if (next === null) throw strange(client, 'names a next page of nodes that has no marker');
  return { items: items as readonly JsonValue[], next };
}

/** For answers that are no Ironic's. */
function strange({ name }: Pick<IronicClient, 'name'>, what: string): DriverFault {
  return new DriverFault('failed', `${name} ${what}: is it an Ironic's API?`, {
    novaClass: 'HttpException',
    forOwner: 'what answers in the place of Ironic is no Ironic',
  });
}
