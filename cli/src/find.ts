// Finds what a user named: by id, or by a name that only one has. A name that several have is refused with their ids.

import type { RemnantClient, Server } from '@remnant/client';
import { entries, RemnantApiError } from '@remnant/client';
import type { Named } from './each.ts';
import { failure } from './exit.ts';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The server called `wanted`, as its reader may see it. */
export async function findServer(client: RemnantClient, wanted: string): Promise<Server> {
  return (await client.servers.show(await findServerId(client, wanted))).server;
}

/** The id of the server called `wanted`. An id is taken at its word, so that deleted servers can be named by theirs. */
export async function findServerId(client: RemnantClient, wanted: string): Promise<string> {
  if (UUID.test(wanted)) return wanted;
  const found: Named[] = [];
  const pattern = { name: `^${escaped(wanted)}$` };
  for await (const server of entries(client.servers.list, pattern, (page) => page.servers)) found.push(server);
  return only('server', wanted, found, ' in this project').id;
}

/** All servers that are named, before anything is done to one: a wrong name must leave none half done. */
export function findServers(client: RemnantClient, wanted: readonly string[]): Promise<Named[]> {
  return Promise.all(wanted.map(async (name) => ({ name, id: await findServerId(client, name) })));
}

/** The id of the image called `wanted`. */
export async function findImageId(client: RemnantClient, wanted: string): Promise<string> {
  const byId = UUID.test(wanted) ? await orNull(client.images.show(wanted)) : null;
  if (byId !== null) return byId.id;
  const all: Named[] = [];
  for await (const image of entries(client.images.list, {}, (page) => page.images)) all.push(image);
  return only('image', wanted, all, namesOf(all)).id;
}

/** The id of the flavor called `wanted`; one whose id it is goes first. */
export async function findFlavorId(client: RemnantClient, wanted: string): Promise<string> {
  const all: Named[] = [];
  // Those of one's own projects too: for anybody but an admin it says nothing.
  for await (const flavor of entries(client.flavors.list, { is_public: 'None' }, (page) => page.flavors))
    all.push(flavor);
  return findAmong('flavor', wanted, all).id;
}

/** Which of these is called `wanted`: by id, else by a name that only one has. */
export function findAmong(what: string, wanted: string, all: readonly Named[]): Named {
  return all.find((one) => one.id === wanted) ?? only(what, wanted, all, namesOf(all));
}

function only(what: string, wanted: string, all: readonly Named[], where = ''): Named {
  const [first, ...more] = all.filter((one) => one.name === wanted);
  if (first === undefined) throw failure(`there is no ${what} "${wanted}"${where}`);
  if (more.length === 0) return first;
  const ids = [first, ...more].map((one) => one.id).join(', ');
  throw failure(`${more.length + 1} ${what}s are called "${wanted}"; use an id: ${ids}`);
}

/** What there is to choose from, when that is few. */
function namesOf(all: readonly Named[]): string {
  return all.length === 0 || all.length > 10 ? '' : `; there are ${all.map((one) => one.name).join(', ')}`;
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
