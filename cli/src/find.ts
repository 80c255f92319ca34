// Finds what a user named: by id, or by a name that only one has. A name that several have is refused with their ids.

import type { RemnantClient, Server } from '@remnant/client';
import { RemnantApiError } from '@remnant/client';
import { failure } from './exit.ts';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The server called `wanted`, as its reader may see it. */
export async function findServer(client: RemnantClient, wanted: string): Promise<Server> {
  return (await client.servers.show(await findServerId(client, wanted))).server;
}

/** The id of the server called `wanted`. An id is taken at its word, so that deleted servers can be named by theirs. */
export async function findServerId(client: RemnantClient, wanted: string): Promise<string> {
  if (UUID.test(wanted)) return wanted;
  const { servers } = await client.servers.list({ name: `^${escaped(wanted)}$` });
  return only('server', wanted, servers).id;
}

/** The id of the image called `wanted`. */
export async function findImageId(client: RemnantClient, wanted: string): Promise<string> {
  const byId = UUID.test(wanted) ? await orNull(client.images.show(wanted)) : null;
  if (byId !== null) return byId.id;
  return only('image', wanted, (await client.images.list({ name: wanted })).images).id;
}

/** The id of the flavor called `wanted`; one whose id it is goes first. */
export async function findFlavorId(client: RemnantClient, wanted: string): Promise<string> {
  const { flavors } = await client.flavors.list();
  return flavors.find((flavor) => flavor.id === wanted)?.id ?? only('flavor', wanted, flavors).id;
}

function only(what: string, wanted: string, all: readonly Named[]): Named {
  const [first, ...more] = all.filter((one) => one.name === wanted);
  if (first === undefined) throw failure(`there is no ${what} "${wanted}"`);
  if (more.length === 0) return first;
  const ids = [first, ...more].map((one) => one.id).join(', ');
  throw failure(`${more.length + 1} ${what}s are called "${wanted}"; use an id: ${ids}`);
}

/** Null in the place of a 404. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RemnantApiError && error.status === 404) return null;
    throw error;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
