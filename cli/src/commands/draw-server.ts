// One server for people: every field the API gave, in the order of their names.

import type { Server } from '@remnant/client';
import { drawFields } from '../table.ts';

/** The table of a server. */
export function drawServer(server: Server): string {
  const { links: _, image, flavor, ...rest } = server;
  const fields = { ...rest, image: typeof image === 'string' ? image : image.id, flavor: flavor.original_name };
  return drawFields(Object.entries(fields).toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
}
