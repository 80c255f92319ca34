// The name a downloaded artefact gets: the server, the moment, and an ending that says how to read it. In it is nothing that a
// shell, a browser or a file system would act on.

import type { Artefact } from '../../../model/dump.ts';

/** Endings by format; a format of a newer agent gets a plain one. */
const ENDINGS: Readonly<Record<string, string>> = {
  flattened: 'vmcore.flat',
  kdump: 'vmcore',
  elf: 'vmcore.elf',
  ppm: 'screen.ppm',
  png: 'screen.png',
};
const LONGEST = 60;

/** A name in plain ASCII: `web-1-20261121T102741Z.vmcore.flat`. */
export function artefactFileName(
  server: string,
  { format, createdAt }: Pick<Artefact, 'format' | 'createdAt'>,
): string {
  const name = server
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, LONGEST);
  const at = new Date(createdAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${name === '' ? 'server' : name}-${at}Z.${ENDINGS[format] ?? 'dump'}`;
}
