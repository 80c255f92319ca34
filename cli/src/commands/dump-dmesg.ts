// `remnant dump dmesg SERVER [DUMP] [FILE]`: the kernel's log out of a crash dump, as far as the host took it out. Nothing in it
// steers the terminal of who reads it.

import type { Artefact } from '@remnant/client';
import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { failure } from '../exit.ts';
import { findServerId } from '../find.ts';
import { cleanLines } from '../table.ts';

/** The command. */
export function dmesgCommand(): Command {
  return new Command('dmesg')
    .description("Print the kernel's log out of a crash dump")
    .argument('<server>', 'name or id')
    .argument('[dump]', 'id; the newest without')
    .argument('[file]', 'id; without, the first file of the dump that has a log')
    .action(
      async (
        wanted: string,
        givenDump: string | undefined,
        givenFile: string | undefined,
        _options,
        command: Command,
      ) => {
        const { client, show, progress } = contextOf(command);
        const server = await findServerId(client, wanted);
        const dump = givenDump ?? (await client.dumps.list(server)).dumps[0]?.id;
        if (dump === undefined) throw failure(`server "${wanted}" has no dump`);
        const file = givenFile ?? fileWithLog((await client.dumps.show(server, dump)).dump.artefacts, dump);
        const { dmesg } = await client.artefacts.dmesg(server, dump, file);
        if (dmesg.truncated) progress.tell(`only the end: the log has ${dmesg.bytes} bytes, and the file has it all`);
        show(dmesg, () => cleanLines(dmesg.text).trimEnd());
      },
    );
}

/** The first file of a dump that has a log. Ends the command with the reason when none has one. */
export function fileWithLog(files: readonly Artefact[], dump: string): string {
  const kept = files.filter((file) => file.deleted_at === null);
  const found = kept.find((file) => file.dmesg_bytes !== null);
  if (found !== undefined) return found.id;
  if (kept.length === 0) throw failure(`dump ${dump} has no file`);
  const error = kept.find((file) => file.extract_error !== null)?.extract_error;
  throw failure(error ?? `no kernel log was taken out of dump ${dump} yet`);
}
