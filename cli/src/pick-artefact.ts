// Picks the files of a dump that a user means: of a server's newest dump without its id, its only file without that file's id.

import type { Artefact, Dump, RemnantClient } from '@remnant/client';
import { failure } from './exit.ts';
import { findServerId } from './find.ts';
import { mebibytes } from './table.ts';

/** A dump of a server, and the files of it that are meant. */
export interface Picked {
  readonly serverId: string;
  readonly dump: Dump;
  /** As they are listed, deleted ones too. */
  readonly files: readonly Artefact[];
}

/** What a user named. */
export interface Named {
  readonly server: string;
  /** Id of a dump; the newest without. */
  readonly dump: string | undefined;
  /** Id of a file; all without. */
  readonly artefact: string | undefined;
}

/** Finds them. Ends the command when there is no such dump or file. */
export async function pickArtefacts(client: RemnantClient, { server, dump, artefact }: Named): Promise<Picked> {
  const serverId = await findServerId(client, server);
  const dumpId = dump ?? (await client.dumps.list(serverId)).dumps[0]?.id;
  if (dumpId === undefined) throw failure(`server "${server}" has no dump`);
  const { dump: found } = await client.dumps.show(serverId, dumpId);
  const files = artefact === undefined ? found.artefacts : found.artefacts.filter(({ id }) => id === artefact);
  if (artefact !== undefined && files.length === 0) {
    throw failure(`dump ${dumpId} has no file ${artefact}${choiceOf(found.artefacts)}`);
  }
  return { serverId, dump: found, files };
}

/** The one file that is meant. Ends the command when it is not clear which, or when there is none any more. */
export function onlyArtefact({ dump, files }: Picked): Artefact {
  const there = files.filter((file) => file.deleted_at === null);
  const [only, ...more] = there;
  if (only === undefined) {
    const [gone] = files;
    if (gone !== undefined) throw failure(`file ${gone.id} of dump ${dump.id} was deleted at ${gone.deleted_at}`);
    throw failure(`dump ${dump.id} has no file (${dump.verdict ?? dump.phase})`);
  }
  if (more.length > 0) throw failure(`dump ${dump.id} has ${there.length} files${choiceOf(there)}`);
  return only;
}

function choiceOf(files: readonly Artefact[]): string {
  if (files.length === 0) return '';
  const words = files.map(({ id, source, format, bytes }) => `${id} (${source}, ${format}, ${mebibytes(bytes)})`);
  return `; there are ${words.join(', ')}`;
}
